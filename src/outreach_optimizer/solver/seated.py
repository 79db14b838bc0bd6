"""From what CP-SAT wants of the sessions to a schedule that the checker accepts."""

from collections.abc import Iterable, Mapping, Sequence

from outreach_optimizer.checker import check
from outreach_optimizer.errors import CheckError
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.model.expectation import TERMS
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.coarse import Run
from outreach_optimizer.solver.plans import Accepted, accepted, better
from outreach_optimizer.solver.result import Status
from outreach_optimizer.solver.seating import Guests, conflict, seat

HURRIED_EFFORT = 1.0
"""Limit of `conflict` where whoever is in the way is only left out."""


def seat_all(instance: Instance, result: Run, seed: int) -> tuple[Accepted | None, list[Guests]]:
    """A schedule of a run, with less than it promised in the sessions that cannot be seated; and these sessions.

    Raises
    ------
    CheckError
        All sessions are seated and the checker refuses the schedule, or finds it dearer than CP-SAT does.
    """
    seated: dict[Guests, tuple[Appointment, ...]] = {}
    failed = []
    for guests in result.guests:
        appointments = seat(instance, guests, seed).appointments
        if appointments is None:
            failed.append(guests)
            appointments = _seat_some(instance, guests, seed)
        seated[guests] = appointments
    schedule = _schedule(instance, seated)
    report = check(instance, schedule)
    broken = sorted({found.rule for found in report.violations})
    known = not expects(instance)  # else the objective of the run is a bound
    if not failed and (broken or (known and report.objective_micro > (result.objective_micro or 0))):
        raise CheckError(
            f"the checker finds {broken} and {report.objective_micro}, CP-SAT says {result.objective_micro} (1e-6 min)"
        )
    if broken:
        return None, failed
    best = Accepted(schedule, report)
    return (best if known else _promises_weighed(instance, best, seated, seed)), failed


def seat_groups(
    instance: Instance, groups: Iterable[tuple[int, Sequence[int], Sequence[int]]], cost_micro: int, seed: int
) -> Accepted | None:
    """A schedule of sessions with the caseworkers and the clients of each; None if not all of them can be seated."""
    guests = tuple(Guests(s, tuple(crew), tuple(clients), ()) for s, crew, clients in groups)
    best, failed = seat_all(instance, Run(Status.FEASIBLE, guests, cost_micro, None, interrupted=False), seed)
    return None if failed else best


def _promises_weighed(
    instance: Instance, best: Accepted, seated: dict[Guests, tuple[Appointment, ...]], seed: int
) -> Accepted:
    """Break the promises of a session where that costs less than the idle time, waiting or overtime it saves."""
    for guests in [guests for guests in seated if guests.promises]:
        appointments = seat(instance, guests._replace(promises=()), seed).appointments
        if appointments is None:
            continue
        other = accepted(instance, _schedule(instance, seated | {guests: appointments}))
        if better(best, other) is not best and other is not None:
            best, seated = other, seated | {guests: appointments}
    return best


def expects(instance: Instance) -> bool:
    """Whether the objective has a term that a run of CP-SAT knows from below only."""
    return any(getattr(instance.weights, term) for term in TERMS)


def _seat_some(instance: Instance, guests: Guests, seed: int) -> tuple[Appointment, ...]:
    """Out of time: drop promises, then what is in the way, until the rest of a session can be seated."""
    remaining = guests._replace(promises=())
    while (appointments := seat(instance, remaining, seed).appointments) is None:
        core = conflict(instance, remaining, seed, HURRIED_EFFORT) or remaining
        cheapest = min(core.clients, key=lambda c: (instance.clients[c].priority, c))
        house = instance.clients[cheapest].household
        gone = {c for c in remaining.clients if house and instance.clients[c].household == house} | {cheapest}
        remaining = remaining._replace(clients=tuple(c for c in remaining.clients if c not in gone))
    return appointments


def _schedule(instance: Instance, seated: Mapping[Guests, Sequence[Appointment]]) -> Schedule:
    """Duties and appointments in the order of the instance's sessions."""
    order = {session.id: s for s, session in enumerate(instance.sessions)}
    duties = [
        Duty(session=instance.sessions[guests.s].id, caseworker=instance.caseworkers[w].id)
        for guests in seated
        for w in guests.crew
    ]
    appointments = [appointment for of_session in seated.values() for appointment in of_session]
    return Schedule(
        duties=tuple(duties), appointments=tuple(sorted(appointments, key=lambda a: (order[a.session], a.start)))
    )

"""From what CP-SAT wants of the sessions to a schedule that the checker accepts."""

from collections.abc import Sequence
from typing import NamedTuple

from outreach_optimizer.checker import Report, check
from outreach_optimizer.errors import CheckError
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.model.expectation import TERMS
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.coarse import Run
from outreach_optimizer.solver.seating import Guests, conflict, seat


class Accepted(NamedTuple):
    """A schedule that keeps every rule, with the checker's report."""

    schedule: Schedule
    report: Report


def seat_all(instance: Instance, result: Run, seed: int) -> tuple[Accepted | None, list[Guests]]:
    """A schedule of a run, with less than it promised in the sessions that cannot be seated; and these sessions.

    Raises
    ------
    CheckError
        All sessions are seated and the checker refuses the schedule, or finds it dearer than CP-SAT does.
    """
    appointments: list[Appointment] = []
    failed = []
    for guests in result.guests:
        seated = seat(instance, guests, seed).appointments
        if seated is None:
            failed.append(guests)
            seated = _seat_some(instance, guests, seed)
        appointments += seated
    schedule = _schedule(instance, result.guests, appointments)
    report = check(instance, schedule)
    broken = sorted({found.rule for found in report.violations})
    known = not expects(instance)  # else the objective of the run is a bound
    if not failed and (broken or (known and report.objective_micro > (result.objective_micro or 0))):
        raise CheckError(
            f"the checker finds {broken} and {report.objective_micro}, CP-SAT says {result.objective_micro} (1e-6 min)"
        )
    return (None if broken else Accepted(schedule, report)), failed


def expects(instance: Instance) -> bool:
    """Whether the objective has a term that a run of CP-SAT knows from below only."""
    return any(getattr(instance.weights, term) for term in TERMS)


def _seat_some(instance: Instance, guests: Guests, seed: int) -> tuple[Appointment, ...]:
    """Out of time: drop promises, then what is in the way, until the rest of a session can be seated."""
    remaining = guests._replace(promises=())
    while (appointments := seat(instance, remaining, seed).appointments) is None:
        core = conflict(instance, remaining, seed) or remaining
        cheapest = min(core.clients, key=lambda c: (instance.clients[c].priority, c))
        house = instance.clients[cheapest].household
        gone = {c for c in remaining.clients if house and instance.clients[c].household == house} | {cheapest}
        remaining = remaining._replace(clients=tuple(c for c in remaining.clients if c not in gone))
    return appointments


def _schedule(instance: Instance, guests: Sequence[Guests], appointments: Sequence[Appointment]) -> Schedule:
    """Duties and appointments in the order of the instance's sessions."""
    order = {session.id: s for s, session in enumerate(instance.sessions)}
    duties = [
        Duty(session=instance.sessions[session.s].id, caseworker=instance.caseworkers[w].id)
        for session in guests
        for w in session.crew
    ]
    return Schedule(
        duties=tuple(duties), appointments=tuple(sorted(appointments, key=lambda a: (order[a.session], a.start)))
    )


def accepted(instance: Instance, schedule: Schedule) -> Accepted | None:
    """The schedule with its report, or None if it breaks a rule."""
    report = check(instance, schedule)
    return None if report.violations else Accepted(schedule, report)


def better(one: Accepted | None, other: Accepted | None) -> Accepted | None:
    """The cheaper one; the first if they cost the same."""
    if one is None or other is None:
        return one or other
    return other if other.report.objective_micro < one.report.objective_micro else one

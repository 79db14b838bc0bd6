"""The cheapest schedule that the checker accepts, by trying them all; nothing here knows the model or the solver."""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product

from outreach_optimizer.checker import check
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Appointment, Client, Duty, Instance
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.schedule import Schedule

OF_DUTIES = (
    "desks", "room_once", "caseworker_available", "tour", "max_duties", "min_crew", "site_frequency", "site_open",
    "session_budget", "holiday",
)  # fmt: skip
"""Rules that read duties alone: a crew that breaks one is never mended by appointments."""
OF_ONE_APPOINTMENT = (
    "session_window", "skills", "continuity", "client_available", "barrier_free", "network", "max_travel", "notice",
    "invitation_gap",
)  # fmt: skip
"""Rules that read one appointment at a time: one that breaks any is in no schedule that the checker accepts."""
OF_BOTH = tuple(name for name in CONSTRAINTS if name not in OF_DUTIES + OF_ONE_APPOINTMENT)
OF_ALL_TOGETHER = ("expected_idle", "expected_wait", "expected_overtime")
"""Terms that look at all clients of a session at once; never negative."""
LOCAL = tuple(name for name in OBJECTIVES if name not in OF_ALL_TOGETHER)
"""Terms in which the prices of appointments add up."""
Options = list[tuple[int, tuple[Appointment, ...]]]
"""What a client can get, nothing or an appointment, and what each adds to the local terms; cheapest first."""


def cheapest_schedule(instance: Instance) -> tuple[int, Schedule] | None:
    """Objective in millionths of a minute and a schedule that has it; None if the checker accepts none.

    All crews, and for each crew all appointments of all clients, by what they add to the local terms. Other terms are
    priced on the whole schedule; as they are never negative, what is dearer than the best without them is dearer with
    them. The checker's objective of the winner must confirm that prices of local terms add up.
    """
    best: tuple[int, Schedule] | None = None
    for crew in _crews(instance):
        base = _price(instance, Schedule(duties=crew), LOCAL)
        per_client = [_options(instance, client, crew, base) for client in instance.clients]
        promising = per_client if best is None else _cheaper_than(best[0] - base, per_client)
        for added, appointments in sorted(_combined(promising), key=lambda choice: choice[0]):
            if best is not None and base + added >= best[0]:
                break
            schedule = Schedule(duties=crew, appointments=appointments)
            if best is not None and base + added + _price(instance, schedule, OF_ALL_TOGETHER) >= best[0]:
                continue
            if not _breaks(instance, schedule, OF_BOTH):
                best = base + added + _price(instance, schedule, OF_ALL_TOGETHER), schedule
    if best is not None:
        report = check(instance, best[1])
        if report.violations or report.objective_micro != best[0]:
            raise RuntimeError("rules or terms are not as local as the brute force takes them to be")
    return best


def _crews(instance: Instance) -> Iterator[tuple[Duty, ...]]:
    per_session = [
        [
            tuple(Duty(session=session.id, caseworker=caseworker.id) for caseworker in crew)
            for size in range(len(instance.caseworkers) + 1)
            for crew in combinations(instance.caseworkers, size)
        ]
        for session in instance.sessions
    ]
    for crews in product(*per_session):
        duties = tuple(chain(*crews))
        if not _breaks(instance, Schedule(duties=duties), OF_DUTIES):
            yield duties


def _options(instance: Instance, client: Client, crew: Sequence[Duty], base: int) -> Options:
    options: Options = [(0, ())]
    for duty in crew:
        for start in instance.session_by_id[duty.session].slot_starts(instance.slot_min):
            appointment = Appointment(client=client.id, session=duty.session, caseworker=duty.caseworker, start=start)
            schedule = Schedule(duties=tuple(crew), appointments=(appointment,))
            if not _breaks(instance, schedule, OF_ONE_APPOINTMENT):
                options.append((_price(instance, schedule, LOCAL) - base, (appointment,)))
    return options


def _cheaper_than(limit: int, per_client: Sequence[Options]) -> list[Options]:
    """Options that stay below the limit if everybody else gets the cheapest one."""
    least = [min(added for added, _ in options) for options in per_client]
    return [
        [option for option in options if sum(least) - own + option[0] < limit]
        for options, own in zip(per_client, least, strict=True)
    ]


def _combined(per_client: Sequence[Options]) -> Iterator[tuple[int, tuple[Appointment, ...]]]:
    for choice in product(*per_client):
        yield sum(added for added, _ in choice), tuple(chain(*(appointments for _, appointments in choice)))


def _breaks(instance: Instance, schedule: Schedule, rules: Sequence[str]) -> bool:
    return any(next(iter(CONSTRAINTS[name](instance, schedule)), None) is not None for name in rules)


def _price(instance: Instance, schedule: Schedule, terms: Sequence[str]) -> int:
    weights = {name: milli(getattr(instance.weights, name)) for name in terms}
    return sum(weight * OBJECTIVES[name](instance, schedule) for name, weight in weights.items() if weight)

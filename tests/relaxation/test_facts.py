"""No schedule that the checker accepts has what the facts take to be impossible, and it costs what they say."""

from collections.abc import Iterator
from itertools import chain, islice, pairwise, product

import numpy as np
import pytest
from hypothesis import Phase, given, settings

import brute
from drawn import crowded_instances, instances, overbooked_instances
from outreach_optimizer.checker import check
from outreach_optimizer.fields import milli
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import solve
from tiny import caseworker, client, day, instance, only, plan, session, site, table

EXACT = (
    "uninvited", "client_travel", "client_excess", "staff_travel", "session_setup", "continuity", "lateness",
)  # fmt: skip
"""Terms that the facts price exactly; changes from below."""
TRIED = 40
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking, which would look for schedules of thousands of instances."""


def accepted(problem: Instance) -> Iterator[Schedule]:
    """Schedules without a violation: some for each of some crews."""
    for crew in islice(brute._crews(problem), TRIED):  # noqa: SLF001 - the crews that keep the rules of duties
        per_client = [brute._options(problem, client, crew, 0) for client in problem.clients]  # noqa: SLF001 - same
        for choice in islice(product(*per_client), TRIED):
            schedule = Schedule(duties=crew, appointments=tuple(chain(*(appointments for _, appointments in choice))))
            if not brute._breaks(problem, schedule, brute.OF_BOTH):  # noqa: SLF001 - same
                yield schedule


def pair_cost(known: Facts, c: int, s: int) -> int | None:
    first, last = known.pairs.start[s : s + 2]
    at = np.flatnonzero(known.pairs.client[first:last] == c)
    return int(known.pairs.cost[first + at[0]]) if len(at) else None


def drive_cost(problem: Instance, known: Facts, duties: tuple[Duty, ...]) -> int:
    """Cost of the paths that the duties make; fails where a leg is impossible."""
    columns = {s.id: number for number, s in enumerate(problem.sessions)}
    workers = {w.id: number for number, w in enumerate(problem.caseworkers)}
    left = {(columns[duty.session], workers[duty.caseworker]) for duty in duties}
    total = 0
    for one in known.days:
        stops = [stop for stop, s in enumerate(one.sessions.tolist()) if (s, one.caseworker) in left]
        if stops:
            left -= {(int(one.sessions[stop]), one.caseworker) for stop in stops}
            costs = [one.out_cost[stops[0]], one.back_cost[stops[-1]]]
            costs += [one.leg_cost[a, b] for a, b in pairwise(stops)]
            assert min(costs) >= 0
            total += int(sum(costs))
    assert not left
    return total


def agree(problem: Instance, schedule: Schedule) -> None:
    known, rows = facts(problem), {client.id: c for c, client in enumerate(problem.clients)}
    workers = {w.id: number for number, w in enumerate(problem.caseworkers)}
    cost = drive_cost(problem, known, schedule.duties)
    cost += sum(int(known.out[rows[name]]) for name in rows if name not in schedule.by_client)
    for s, offer in enumerate(problem.sessions):
        crew = schedule.crew(offer.id)
        guests = [rows[appointment.client] for appointment in schedule.appointments_in(offer.id)]
        if crew:
            assert known.least[s] <= len(crew) <= known.most[s]
            assert sum(known.slots[guests]) <= known.guests[s, len(crew)]
            for worker in crew:
                met = [rows[a.client] for a in schedule.appointments_in(offer.id) if a.caseworker == worker]
                assert sum(known.slots[met]) <= known.seats[s]
            cost += int(known.setup[s])
    columns = {s.id: number for number, s in enumerate(problem.sessions)}
    for appointment in schedule.appointments:
        c, s, w = rows[appointment.client], columns[appointment.session], workers[appointment.caseworker]
        price = pair_cost(known, c, s)
        assert price is not None
        assert known.able[known.need[c], w]
        cost += price + (known.other if known.own[c] not in {-1, w} else 0)
    terms = {name: milli(getattr(problem.weights, name)) * OBJECTIVES[name](problem, schedule) for name in OBJECTIVES}
    exact = sum(terms[name] for name in EXACT)
    assert exact <= cost <= exact + terms["changes"]


@given(instances())
@settings(max_examples=150, phases=PHASES)
def test_accepted_schedules_are_possible_and_cost_what_the_checker_says(problem: Instance) -> None:
    for schedule in accepted(problem):
        agree(problem, schedule)


@given(crowded_instances() | overbooked_instances())
@settings(max_examples=60, phases=PHASES)
def test_accepted_schedules_of_crowded_sessions_are_possible_and_cost_what_the_checker_says(problem: Instance) -> None:
    for schedule in accepted(problem):
        agree(problem, schedule)


@pytest.mark.parametrize("preset", ["tiny", "month"])
def test_plans_of_the_presets_are_possible_and_cost_what_the_checker_says(preset: str) -> None:
    problem = generate(preset, 1)
    result = solve(problem, workers=1, time_limit_s=60)
    assert result.schedule is not None
    assert check(problem, result.schedule).violations == ()
    agree(problem, result.schedule)


def guests_of(problem: Instance, number: int) -> list[int]:
    known = facts(problem)
    first, last = known.pairs.start[number : number + 2]
    return known.pairs.client[first:last].tolist()


def hall(**fields: object) -> Instance:
    """Two days in a town hall, one caseworker, two clients; letters are posted too late for the first day."""
    plain: dict[str, object] = {
        "sites": (site("a"),),
        "sessions": (session("early", "a", on=10), session("late", "a", on=14)),
        "caseworkers": (caseworker("w1"),),
        "clients": (client("c0"), client("c1")),
        "posting_days": (day(0),),
        "rules": {"min_crew": 1, "walk_in_reserve": 0, "notice_days": 10},
    }
    return instance(**(plain | fields))


def test_pinned_clients_come_to_their_session_alone_and_need_no_notice() -> None:
    pin = {"client": "c1", "session": "early", "caseworker": "w1", "start": "09:00"}
    assert (guests_of(hall(), 0), guests_of(hall(), 1)) == ([], [0, 1])
    pinned = hall(pins={"appointments": (pin,)})
    assert (guests_of(pinned, 0), guests_of(pinned, 1)) == ([1], [0])
    talks = plan("early-w1 late-w1", "c1-early-w1-09:00 c0-late-w1-09:00")
    assert check(pinned, talks).violations == ()
    agree(pinned, talks)


def test_corpus_christi_closes_the_sites_that_keep_it() -> None:
    feast = 45
    offers = (session("one", "a", on=feast), session("other", "b", on=feast))
    problem = hall(sites=(site("a", keeps_corpus_christi=True), site("b")), sessions=offers, posting_days=())
    assert (guests_of(problem, 0), guests_of(problem, 1)) == ([], [0, 1])


def test_published_appointments_of_clients_who_are_gone_count_nothing() -> None:
    gone = {"client": "c9", "session": "late", "caseworker": "w1", "start": "09:00"}
    assert facts(hall(published=(gone,))).out.tolist() == facts(hall()).out.tolist()


def test_a_published_caseworker_who_cannot_come_is_a_certain_change() -> None:
    """0.5 of 60 min, a tenth of it if nobody has been told; 5 times 60 min elsewhere."""
    known = {"client": "c0", "session": "late", "caseworker": "w2", "start": "09:00"}
    absent = (caseworker("w1"), caseworker("w2", absent=(day(14),)))
    plain = facts(hall(caseworkers=absent))
    for notified, share in ((True, 1), (False, 10)):
        problem = facts(hall(caseworkers=absent, published=(known | {"notified": notified},)))
        assert (problem.pairs.cost - plain.pairs.cost).tolist() == [30_000_000 // share, 0]
        assert (problem.out - plain.out).tolist() == [300_000_000 // share, 0]


@pytest.mark.parametrize(("min_load", "reserve", "crew"), [(1, 0, 1), (4, 0, 1), (4, 1, 2), (7, 1, 2), (8, 1, 3)])
def test_a_crew_has_room_for_the_guests_that_a_session_needs(min_load: int, reserve: int, crew: int) -> None:
    people = [f"c{number}" for number in range(9)]
    given = instance(
        slot_min=30,
        sites=(site("site0"),),
        sessions=(session("s0", "site0", desks=3),),
        caseworkers=tuple(caseworker(f"w{number}") for number in range(3)),
        clients=tuple(client(name) for name in people),
        travel=only(
            table("clients", ["site0"], {name: [5] for name in people}), table("offices", ["site0"], {"base": [5]})
        ),
        rules={"min_crew": 1, "min_load": min_load, "walk_in_reserve": reserve},
    )
    assert facts(given).least.tolist() == [crew]


def test_exactly_the_longest_way_is_not_too_far() -> None:
    ways = only(table("clients", ["a"], {"c0": [40], "c1": [41]}), table("offices", ["a"], {"base": [10]}))
    far = hall(travel=ways, rules={"min_crew": 1, "walk_in_reserve": 0, "max_travel_min": 40})
    assert guests_of(far, 1) == [0]

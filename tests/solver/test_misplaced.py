"""Pieces led by prices: what sessions of a plan cost more than at best, and who would rather be elsewhere."""

import random
import time
from collections import Counter

import numpy as np
import pytest

from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import default_prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import prices_at, relax
from outreach_optimizer.solver.dual.reduce import few_crews
from outreach_optimizer.solver.misplaced import Guide, guide_of, misplaced, seated
from outreach_optimizer.solver.neighborhoods import Ground, ground_of_facts
from outreach_optimizer.solver.plans import Accepted, accepted
from tiny import caseworker, client, instance, only, session, site, table
from tiny import plan as plan_in_words

QUARTER = generate("quarter", 1)
PROBLEMS = {"crews of one or two": QUARTER, "crews up to four": build_region(3, offices=1)}


def guide_and_ground(problem: Instance) -> tuple[Guide, Ground]:
    relaxed = relax(problem)
    return guide_of(relaxed, default_prices(problem)), ground_of_facts(problem, relaxed.facts)


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_sessions_cost_above_their_best_is_never_less_than_nothing_nor_more_than_the_gap(name: str) -> None:
    """The guide counts a session as the relaxation does, own caseworkers, duties and setup included."""
    problem = PROBLEMS[name]
    relaxed = relax(problem)
    assert few_crews(relaxed) == (name == "crews of one or two")
    made = construct(relaxed, until=time.monotonic() + 1.5)
    assert made is not None
    best = accepted(problem, made.schedule)
    assert best is not None
    for prices in (default_prices(problem), prices_at(relaxed, made.point, 0.0)):
        above = seated(guide_of(relaxed, prices), problem, made.schedule, range(len(problem.sessions))).above
        assert len(above) == len({a.session for a in made.schedule.appointments})
        assert min(above.values()) > -1e4
        assert 0 < sum(above.values()) <= best.report.objective_micro - bound(problem, prices).micro + 1e4


def crossed() -> tuple[Instance, Schedule]:
    """Ten towns; two of 16 guests are in each other's, 25 minutes away, and all others where they live."""
    towns = [f"t{number}" for number in range(10)]
    homes = [*range(10), 0, 0, 0, 1, 1, 1]
    ways = {f"c{number}": [5.0 if town == home else 30.0 for town in range(10)] for number, home in enumerate(homes)}
    problem = instance(
        sites=[site(town) for town in towns],
        sessions=[session(f"s{number}", town, end="13:00") for number, town in enumerate(towns)],
        caseworkers=[caseworker(f"w{number}") for number in range(10)],
        clients=[client(name) for name in ways],
        travel=only(table("clients", towns, ways), table("offices", towns, {"base": [10.0] * 10})),
        rules={"min_crew": 1, "min_load": 1, "walk_in_reserve": 0},
    )
    places = [1, 0, *homes[2:]]
    return problem, plan_in_words(
        " ".join(f"s{number}-w{number}" for number in range(10)),
        " ".join(f"c{number}-s{place}-w{place}-09:00" for number, place in enumerate(places)),
    )


def test_by_hand_two_guests_in_the_wrong_town_and_the_two_towns_are_chosen_together() -> None:
    problem, schedule = crossed()
    relaxed, least = relax(problem), default_prices(problem)
    # A client pays for the whole session: 10 minutes there and back, 20 of a caseworker, 30 for the room.
    prices = least._replace(clients=least.clients + least.duties[0, 0] + relaxed.facts.setup[0])
    assert prices.clients.tolist() == [60_000_000] * 16
    guide, ground = guide_of(relaxed, prices), ground_of_facts(problem, relaxed.facts)
    found = seated(guide, problem, schedule, range(10))
    # 60 minutes there and back and 20.833 for what is beyond the comfortable, instead of 10.
    assert found.above == {s: pytest.approx(70.833e6 if s < 2 else 0.0, abs=1e4) for s in range(10)}
    # Whoever lives here could come as well, so it is 80.833 - 60 for the one who does not.
    assert found.regrets[1] == pytest.approx({0: 20.833e6, 13: 0.0, 14: 0.0, 15: 0.0}, abs=1e4)
    assert found.regrets[2] == {2: pytest.approx(0.0, abs=1e4)}
    assert found.crews == {number: [number] for number in range(10)}
    luck = random.Random(1)  # noqa: S311 - a search, not a secret
    chosen = Counter(misplaced(guide, ground, schedule, luck, 2) for _ in range(300))
    assert chosen[frozenset({0, 1})] > 150
    # Where nobody regrets anything, sessions are chosen now and then, too.
    assert len(chosen) > 10


def test_nobody_has_a_better_place_than_those_that_are_drawn() -> None:
    relaxed = relax(QUARTER)
    guide = guide_of(relaxed, default_prices(QUARTER))
    choosy = 0
    for c, places in enumerate(guide.of_client):
        sessions = relaxed.prepared.session[relaxed.prepared.client == c]
        here = guide.regrets[guide.at(places.sessions, np.full(len(places.sessions), c))]
        all_of_them = np.sort(guide.regrets[guide.at(sessions, np.full(len(sessions), c))])
        assert here.tolist() == all_of_them[: len(here)].tolist()
        choosy += len(here) < len(sessions)
    assert choosy > 50


def test_pieces_have_the_size_that_was_asked_and_nothing_that_is_taken(plan: Accepted) -> None:
    guide, ground = guide_and_ground(QUARTER)
    taken = frozenset(ground.sessions[::3])
    left = ground.without(taken)
    for seed in range(20):
        lucks = [random.Random(seed) for _ in range(2)]  # noqa: S311 - a search, not a secret
        pieces = [misplaced(guide, left, plan.schedule, luck, 14) for luck in lucks]
        assert pieces[0] == pieces[1]
        assert len(pieces[0]) == 14
        assert not pieces[0] & taken


def test_without_guests_any_sessions_are_chosen() -> None:
    guide, ground = guide_and_ground(QUARTER)
    luck = random.Random(2)  # noqa: S311 - a search, not a secret
    chosen = misplaced(guide, ground, Schedule(), luck, 14)
    assert len(chosen) == 14
    assert chosen <= frozenset(ground.sessions)
    assert misplaced(guide, ground, Schedule(), luck, 14) != chosen

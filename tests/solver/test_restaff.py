"""Crews by an exact solver: no rule on duties is broken, no session is given up, and no choice is worth more."""

import time
from itertools import chain, combinations, product

import numpy as np
import pytest

from duties import assert_no_rule_on_duties_is_broken
from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.solver.construct.draft import Board, Changes, board_of
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.construct.restaff import restaffed
from outreach_optimizer.solver.construct.rounding import rounded
from outreach_optimizer.solver.dual.ascent import Relaxed, relax
from outreach_optimizer.solver.dual.prepared import Floats, Mask
from outreach_optimizer.solver.dual.volume import Often
from tiny import caseworker, client, instance, only, session, site, table

ENOUGH_S = 20.0


def drawn(relaxed: Relaxed, seed: int) -> tuple[Board, Mask, Floats, Floats]:
    """Any crews that keep the rules, and what duties might be worth."""
    luck, board = np.random.default_rng(seed), board_of(relaxed.instance, relaxed.facts)
    shape = relaxed.prepared.offered.shape
    often = Often(luck.random(shape[0]), np.where(relaxed.prepared.offered >= 0, luck.random(shape), 0.0))
    crew = rounded(relaxed.prepared, board, often, np.zeros(len(relaxed.limits)), time_limit_s=ENOUGH_S, stop=None)
    assert crew is not None
    worth = -np.sort(-luck.random((shape[0], int(board.limits.most.max()))) * 400e6, axis=1)
    return board, crew, luck.random(crew.shape) * 100e6, worth


def chosen(board: Board, crew: Mask, gain: Floats, worth: Floats, pinned: Mask | None = None) -> Mask:
    found = restaffed(
        board.limits,
        board.lone,
        crew,
        gain,
        worth,
        likely=np.ones_like(crew),
        pinned=np.zeros_like(crew) if pinned is None else pinned,
        time_limit_s=ENOUGH_S,
        stop=None,
    )
    assert found is not None
    return found


def value(board: Board, crew: Mask, gain: Floats, worth: Floats) -> float:
    places = np.arange(worth.shape[1])[None, :] < crew.sum(axis=1)[:, None]
    return float((gain - np.where(board.lone.lawful, board.lone.cost, 0.0))[crew].sum() + worth[places].sum())


def town(**limits: object) -> Instance:
    """Two sites, one of them far, open on the same three days; three caseworkers from one office."""
    names = [f"s{place}{day}" for place, day in product("01", range(3))]
    people = [f"c{number}" for number in range(4)]
    return instance(
        rules={"min_crew": 1},
        sites=(site("site0"), site("site1")),
        sessions=tuple(session(name, f"site{name[1]}", on=int(name[2]), end="12:00", desks=3) for name in names),
        caseworkers=tuple(caseworker(f"w{number}", **limits) for number in range(3)),
        clients=tuple(client(name) for name in people),
        travel=only(
            table("clients", ["site0", "site1"], {name: [5, 5] for name in people}),
            table("offices", ["site0", "site1"], {"base": [5, 50]}),
        ),
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "given", [generate("month", 3), generate("quarter", 2), build_region(1, offices=1)], ids=lambda given: given.name
)
def test_no_rule_on_duties_is_broken_and_no_session_given_up(given: Instance, seed: int) -> None:
    relaxed = relax(given)
    board, crew, gain, worth = drawn(relaxed, seed)
    found = chosen(board, crew, gain, worth)
    assert_no_rule_on_duties_is_broken(given, relaxed.facts, found)
    assert (found.any(axis=1) == crew.any(axis=1)).all()
    assert value(board, found, gain, worth) >= value(board, crew, gain, worth)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("limits", [{}, {"max_duties": 2}, {"max_minutes": 600}], ids=str)
def test_no_choice_is_worth_more(limits: dict[str, object], seed: int) -> None:
    """Tried are all choices in which each of four sessions is held by at least one caseworker."""
    relaxed = relax(town(**limits))
    board, luck = board_of(relaxed.instance, relaxed.facts), np.random.default_rng(seed)
    held = [0, 1, 3, 4]
    crew = np.zeros(board.pinned.shape, dtype=np.bool_)
    crew[held, [0, 0, 1, 1]] = True
    gain, worth = luck.random(crew.shape) * 100e6, -np.sort(-luck.random((len(crew), 5)) * 400e6, axis=1)
    sets = [[np.isin(range(3), who) for who in _subsets(range(3))] for _ in held]
    best = -np.inf
    for crews in product(*sets):
        other = np.zeros_like(crew)
        other[held] = crews
        size, day = other.sum(axis=1)[held], board.limits.day
        once = all(other[day == date].sum(axis=0).max() <= 1 for date in range(3))
        away = np.where(other, board.lone.away_min, 0).sum(axis=0)
        kept = (other.sum(axis=0) <= board.limits.duties).all() and (away <= board.limits.minutes).all()
        fits = (board.limits.least[held] <= size).all() and (size <= board.limits.most[held]).all()
        if once and kept and fits:
            best = max(best, value(board, other, gain, worth))
    found = value(board, chosen(board, crew, gain, worth), gain, worth)
    assert best * (1 - 1e-3) - 1 <= found <= best + 1


def _subsets(people: range) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(people, size) for size in range(len(people) + 1)))


def test_a_pinned_duty_stays() -> None:
    relaxed = relax(town(max_duties=1))
    board = board_of(relaxed.instance, relaxed.facts)
    crew, pinned = np.zeros(board.pinned.shape, np.bool_), np.zeros(board.pinned.shape, np.bool_)
    crew[0, 0] = crew[1, 1] = crew[3, 2] = pinned[3, 2] = True
    gain = np.zeros(crew.shape)
    gain[0, 2] = 1e9
    found = chosen(board, crew, gain, np.full((len(crew), 5), 1e6), pinned)
    assert found[3, 2]
    assert not found[0, 2]


@pytest.mark.parametrize("few", [False, True])
def test_a_plan_with_exact_crews_keeps_every_rule(*, few: bool) -> None:
    given, changes = build_region(2, offices=1), Changes(exact=True, few=few)
    found = construct(relax(given), until=time.monotonic() + 10, passes=1, changes=changes)
    assert found is not None
    assert not check(given, found.schedule).violations

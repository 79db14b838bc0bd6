"""Crews near what a relaxation holds on average: as many sessions as it holds, and no rule on duties broken."""

import time
from collections import Counter
from itertools import combinations
from threading import Event

import numpy as np
import pytest

from duties import assert_no_rule_on_duties_is_broken
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.solver.construct.draft import board_of
from outreach_optimizer.solver.construct.rounding import rounded
from outreach_optimizer.solver.dual.ascent import Relaxed, relax
from outreach_optimizer.solver.dual.prepared import Mask
from outreach_optimizer.solver.dual.volume import Often
from tiny import caseworker, client, instance, only, session, site, table

ENOUGH_S = 20.0


def chosen(relaxed: Relaxed, often: Often) -> Mask:
    board = board_of(relaxed.instance, relaxed.facts)
    crew = rounded(relaxed.prepared, board, often, np.zeros(len(relaxed.limits)), time_limit_s=ENOUGH_S, stop=None)
    assert crew is not None
    return crew


def drawn(relaxed: Relaxed, seed: int) -> Often:
    """Any averages."""
    luck = np.random.default_rng(seed)
    held = luck.random(len(relaxed.prepared.least))
    duties = np.where(relaxed.prepared.offered >= 0, luck.random(relaxed.prepared.offered.shape) ** 3, 0.0)
    return Often(held, duties * held[:, None])


def town(days: int, **of_site: object) -> Instance:
    """One site that may be open for an hour on some days, two caseworkers, and somebody to invite."""
    dates = range(days)
    return instance(
        sites=(site("site0", **of_site),),
        sessions=tuple(session(f"s{day}", "site0", on=day, end="12:00") for day in dates),
        caseworkers=(caseworker("w0"), caseworker("w1")),
        clients=tuple(client(f"c{number}") for number in range(4)),
        travel=only(
            table("clients", ["site0"], {f"c{number}": [5] for number in range(4)}),
            table("offices", ["site0"], {"base": [5]}),
        ),
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "given", [generate("month", 3), generate("quarter", 2), build_region(1, offices=1)], ids=lambda given: given.name
)
def test_no_rule_on_duties_and_sessions_is_broken(given: Instance, seed: int) -> None:
    relaxed = relax(given)
    crew = chosen(relaxed, drawn(relaxed, seed))
    known, held = relaxed.facts, np.flatnonzero(crew.any(axis=1)).tolist()
    assert held
    assert_no_rule_on_duties_is_broken(given, known, crew)
    numbers = Counter(given.sessions[s].site for s in held)
    for place in given.sites:
        assert place.max_sessions is None or numbers[place.id] <= place.max_sessions
    for one, other in combinations([given.sessions[s] for s in held], 2):
        if one.site == other.site and one.date == other.date and one.room == other.room:
            assert one.end <= other.start or other.end <= one.start
        elif one.site == other.site and one.date != other.date:
            assert abs((one.date - other.date).days) >= given.site_by_id[one.site].spacing_days


@pytest.mark.parametrize(("share", "number"), [(0.5, 3), (0.34, 2), (0.05, 0)])
def test_of_many_like_days_as_many_are_held_as_on_average(share: float, number: int) -> None:
    """None of them is held more than half of the time."""
    relaxed = relax(town(6))
    crew = chosen(relaxed, Often(np.full(6, share), np.full(relaxed.prepared.offered.shape, share)))
    assert crew.any(axis=1).sum() == number


def test_a_site_gets_what_it_was_promised_even_if_it_is_held_seldom() -> None:
    relaxed = relax(town(6, min_sessions=4))
    crew = chosen(relaxed, Often(np.full(6, 0.01), np.full(relaxed.prepared.offered.shape, 0.01)))
    assert crew.any(axis=1).sum() >= 4


def test_what_is_pinned_comes_first() -> None:
    given, pin = town(3, max_sessions=1), Duty(session="s2", caseworker="w1")
    relaxed = relax(given.replace(pins=given.pins.replace(duties=(pin,))))
    crew = chosen(relaxed, Often(np.array([1.0, 1.0, 0.0]), np.array([[1.0, 1.0], [1.0, 1.0], [0.1, 0.1]])))
    assert crew.any(axis=1).tolist() == [False, False, True]


def test_the_duties_that_come_most_often_are_taken() -> None:
    relaxed = relax(town(2, max_sessions=1))
    often = Often(np.array([0.4, 0.6]), np.array([[0.4, 0.4], [0.6, 0.6]]))
    assert chosen(relaxed, often).any(axis=1).tolist() == [False, True]


def test_a_stopped_solver_ends_at_once() -> None:
    relaxed, stop = relax(generate("stress", 1)), Event()
    board = board_of(relaxed.instance, relaxed.facts)
    stop.set()
    begin = time.monotonic()
    workers = np.zeros(len(relaxed.limits))
    rounded(relaxed.prepared, board, drawn(relaxed, 1), workers, time_limit_s=600.0, stop=stop)
    assert time.monotonic() - begin < 10

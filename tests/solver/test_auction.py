"""Seats by auction: as good as the best assignment up to the step of bids, and whoever needs several cells has them."""

import time
from itertools import product

import numpy as np
import pytest
from ortools.sat.python import cp_model

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct import bids
from outreach_optimizer.solver.construct.draft import Board, Draft, board_of, drafted, first_draft
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import Floats, Mask, usual
from squares import square
from tiny import caseworker, client, instance, only, session, site, table, window

PRICE = 10e6
STEP = 0.1e6
MORNING = (window("09:00", "10:00"),)


def crowded(**of_guest: object) -> Instance:
    """Two mornings with two hours each; of four guests who fit, two come for the first hour of the first one."""
    people = ("early", "earliest", "guest", "other", "extra")
    return instance(
        sites=(site("near"), site("far")),
        sessions=(session("s0", "near", on=0), session("s1", "far", on=1)),
        caseworkers=(caseworker("w0"),),
        clients=(
            client("early", windows=MORNING, priority=3),
            client("earliest", windows=MORNING, priority=3),
            client("guest", **of_guest),
            client("other", **of_guest),
            client("extra", priority=0.5),
        ),
        rules={"min_crew": 1, "walk_in_reserve": 0},
        travel=only(
            table(
                "clients",
                ["near", "far"],
                {name: [5, 20] if name in ("early", "earliest", "extra") else [60, 5] for name in people},
            ),
            table("offices", ["near", "far"], {"base": [5, 5]}),
        ),
    )


def everybody_there(given: Instance) -> tuple[Board, Draft]:
    """Both sessions with the only caseworker, and the guests for them."""
    board = board_of(given, relax(given).facts)
    return board, drafted(board, np.ones((2, 1), dtype=np.bool_), np.full(2, PRICE), step=STEP)


def seated(board: Board, draft: Draft) -> Schedule:
    schedule = schedule_of(board, draft)
    report = check(board.instance, schedule)
    assert not report.violations
    of_guests = ("uninvited", "client_travel", "client_excess", "continuity", "lateness", "changes")
    paid = 1e6 * sum(report.terms[term].cost_min for term in of_guests)
    nowhere = float(board.known.out.sum() - board.parties.out.sum())
    assert paid == pytest.approx(draft.guests.cost + nowhere, rel=1e-9)
    return schedule


def invited(schedule: Schedule) -> set[str]:
    return {appointment.client for appointment in schedule.appointments}


def test_who_is_dear_to_leave_out_takes_a_seat_elsewhere() -> None:
    people = invited(seated(*everybody_there(crowded())))
    assert {"early", "earliest", "extra"} < people
    assert len(people) == 4


def test_nobody_gives_way_to_somebody_who_is_cheaper_to_leave_out() -> None:
    assert {"guest", "other"} < invited(seated(*everybody_there(crowded(priority=5))))


def test_pinned_guests_keep_their_seats() -> None:
    given = crowded()
    pins = [{"client": "guest", "session": "s1", "caseworker": "w0", "start": "09:00"}]
    pinned = given.model_validate(given.model_dump() | {"pins": {"appointments": pins}})
    assert "guest" in invited(seated(*everybody_there(pinned)))


def test_a_long_talk_and_a_household_have_cells_that_follow_one_another() -> None:
    given = crowded(priority=5)
    changes = {"early": {"slots": 2}, "guest": {"household": "home"}, "other": {"household": "home"}}
    people = [person.model_dump() | changes.get(person.id, {}) for person in given.clients]
    people[0]["windows"] = []
    schedule = seated(*everybody_there(given.model_validate(given.model_dump() | {"clients": people})))
    assert invited(schedule) >= {"guest", "other"}


def office(seed: int) -> tuple[Board, Mask, Floats]:
    """An office of the region with the sessions that its relaxation holds often, and their prices."""
    board, draft, price = often_held(build_region(seed, offices=1))
    return board, draft.crew, price


def often_held(given: Instance) -> tuple[Board, Draft, Floats]:
    """A draft of the sessions that the relaxation holds often, and their prices."""
    relaxed = relax(given)
    rise = ascend_large(relaxed, *level_point(relaxed), target=None, until=time.monotonic() + 60, steps=80)
    price = usual(rise.slot_price)
    board = board_of(given, relaxed.facts, price)
    draft = first_draft(board, rise.often.held > 0.5, price)
    assert draft is not None
    return board, draft, price


@pytest.mark.parametrize("seed", range(8))
def test_seats_are_the_best_ones_up_to_the_step_of_bids(seed: int) -> None:
    given = square(seed)
    board = board_of(given, relax(given).facts)
    draft = drafted(board, np.ones((2, 2), dtype=np.bool_), np.full(2, PRICE), step=STEP)
    seated(board, draft)
    least = best_guests(board, draft.crew)
    assert least <= draft.guests.cost <= least + STEP * len(draft.guests.cells.session)


def best_guests(board: Board, crew: Mask) -> float:
    """What guests cost at least with a crew, by CP-SAT: one literal for each seat that somebody can take."""
    market, known = board.market, board.known
    parties, hours = market.parties, market.hours
    model = cp_model.CpModel()
    seats: dict[tuple[int, int, int], list[cp_model.IntVar]] = {}
    terms: list[tuple[cp_model.IntVar, int]] = []
    for p, c in enumerate(parties.members[:, 0].tolist()):
        mine = []
        for option in range(parties.start[p], parties.start[p + 1]):
            s = int(parties.session[option])
            for w, t in product(np.flatnonzero(crew[s]).tolist(), np.flatnonzero(hours.of(c, s)).tolist()):
                chosen = model.new_bool_var("")
                missed = known.other if known.own[c] not in (-1, w) else 0
                terms.append((chosen, int(parties.out[p] - parties.cost[option] - missed)))
                seats.setdefault((s, w, t), []).append(chosen)
                mine.append(chosen)
        model.add_at_most_one(mine)
    for literals in seats.values():
        model.add_at_most_one(literals)
    for s in range(len(crew)):
        here = [literal for (session, _, _), literals in seats.items() if session == s for literal in literals]
        most = int(known.room[s] * crew[s].sum()) - board.instance.rules.walk_in_reserve
        model.add(cp_model.LinearExpr.sum(here) <= most)
    model.maximize(cp_model.LinearExpr.weighted_sum(*map(list, zip(*terms, strict=True))))
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL
    return float(parties.out.sum()) - solver.objective_value


def test_smaller_steps_of_bids_find_better_seats() -> None:
    board, crew, price = office(4)
    rough, fine = (drafted(board, crew, price, step=step).guests.cost for step in (20e6, 0.1e6))
    assert fine < rough


@pytest.mark.parametrize("most", [1, 1000, 10_000])
def test_bids_that_end_early_break_no_rule(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots for walk-ins are bidders, too, and may still wait then."""
    board, crew, price = office(2)
    monkeypatch.setattr(bids, "MOST_BIDS", 0)
    monkeypatch.setattr(bids, "FEWEST_BIDS", most)
    seated(board, drafted(board, crew, price))


def test_the_same_bids_give_the_same_seats() -> None:
    board, crew, price = office(5)
    one, other = (drafted(board, crew, price) for _ in range(2))
    assert (one.guests.cell == other.guests.cell).all()


@pytest.mark.parametrize("given", [generate("stress", 1), build_region(5, offices=1)], ids=["stress", "office"])
def test_no_cell_that_somebody_would_pay_for_is_left(given: Instance) -> None:
    board, draft, _ = often_held(given)
    schedule = seated(board, draft)
    filled = sum(given.client_by_id[a.client].slots for a in schedule.appointments)
    cells = int((board.known.room * draft.crew.sum(axis=1)).sum())
    reserve = given.rules.walk_in_reserve * int(draft.crew.any(axis=1).sum())
    assert filled >= 0.99 * (cells - reserve)

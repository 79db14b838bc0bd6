"""Seats by auction: as good as the best assignment up to the step of bids, and whoever needs several cells has them."""

import time

import numpy as np
import pytest
from ortools.sat.python import cp_model

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import Board, Draft, board_of, drafted, first_draft
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import Floats, Mask, usual
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
    assert report.objective_micro == pytest.approx(board.cost_of(draft), abs=1.0)
    return schedule


def invited(schedule: Schedule) -> set[str]:
    return {appointment.client for appointment in schedule.appointments}


def test_who_is_dear_to_leave_out_takes_a_seat_elsewhere() -> None:
    people = invited(seated(*everybody_there(crowded())))
    assert {"early", "earliest", "extra"} < people
    assert len(people) == 4


def test_nobody_gives_way_to_somebody_who_is_cheaper_to_leave_out() -> None:
    assert {"guest", "other", "extra"} < invited(seated(*everybody_there(crowded(priority=5))))


def test_pinned_guests_keep_their_seats() -> None:
    given = crowded()
    pins = [{"client": "guest", "session": "s1", "caseworker": "w0", "start": "09:00"}]
    pinned = given.model_validate(given.model_dump() | {"pins": {"appointments": pins}})
    assert "guest" in invited(seated(*everybody_there(pinned)))


def test_a_long_talk_and_a_household_have_cells_that_follow_one_another() -> None:
    given = crowded()
    changes = {"early": {"slots": 2}, "guest": {"household": "home"}, "other": {"household": "home"}}
    people = [person.model_dump() | changes.get(person.id, {}) for person in given.clients]
    people[0]["windows"] = []
    schedule = seated(*everybody_there(given.model_validate(given.model_dump() | {"clients": people})))
    assert invited(schedule) >= {"guest", "other"}


def office(seed: int) -> tuple[Board, Mask, Floats]:
    """An office of the region with the sessions that its relaxation holds often, and their prices."""
    given = build_region(seed, offices=1)
    relaxed = relax(given)
    rise = ascend_large(relaxed, *level_point(relaxed), target=None, until=time.monotonic() + 60, steps=60)
    price = usual(rise.slot_price)
    board = board_of(given, relaxed.facts, price)
    draft = first_draft(board, rise.often.held > 0.5, price)
    assert draft is not None
    return board, draft.crew, price


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seats_cost_little_more_than_the_best_ones(seed: int) -> None:
    """The best ones: a linear program with everybody at any hour of a session that suits them."""
    board, crew, price = office(seed)
    draft = drafted(board, crew, price, step=STEP)
    seated(board, draft)
    least = best_guests(board, draft.crew)
    assert least <= draft.guests.cost + 1.0
    assert draft.guests.cost <= 1.012 * least


def best_guests(board: Board, crew: Mask) -> float:
    """Bound of what guests cost with a crew: room of sessions and hours, but any caseworker who is able will do."""
    market, known = board.market, board.known
    parties, hours = market.parties, market.hours
    model = cp_model.CpModel()
    room: dict[tuple[int, int], list[tuple[cp_model.IntVar, int]]] = {}
    total: dict[int, list[tuple[cp_model.IntVar, int]]] = {}
    terms: list[tuple[cp_model.IntVar, int]] = []
    for p in range(len(parties.slots)):
        members = [c for c in parties.members[p].tolist() if c >= 0]
        mine = []
        for option in range(parties.start[p], parties.start[p + 1]):
            s = int(parties.session[option])
            able = all((known.able[known.need[c]] & crew[s]).any() for c in members)
            saved = int(parties.out[p] - parties.cost[option])
            saved -= sum(known.other for c in members if known.own[c] >= 0 and not crew[s, known.own[c]])
            if not able or saved <= 0:
                continue
            starts = [t for t, fits in enumerate(hours.in_a_row(members, s)) if fits]
            if starts:
                chosen = model.new_bool_var("")
                mine.append(chosen)
                terms.append((chosen, saved))
                total.setdefault(s, []).append((chosen, int(parties.slots[p])))
                if len(starts) == 1:
                    for t in range(starts[0], starts[0] + int(parties.slots[p])):
                        room.setdefault((s, t), []).append((chosen, 1))
        if mine:
            model.add_at_most_one(mine)
    size = crew.sum(axis=1)
    for s, users in total.items():
        most = int(known.room[s] * size[s]) - board.instance.rules.walk_in_reserve
        model.add(sum(slots * chosen for chosen, slots in users) <= most)
    for (s, _), users in room.items():
        model.add(sum(chosen for chosen, _ in users) <= int(size[s]))
    model.maximize(cp_model.LinearExpr.weighted_sum(*map(list, zip(*terms, strict=True))))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 20
    solver.parameters.num_workers = 2
    solver.solve(model)
    return float(parties.out.sum()) - solver.best_objective_bound


def test_smaller_steps_of_bids_find_better_seats() -> None:
    board, crew, price = office(4)
    rough, fine = (drafted(board, crew, price, step=step).guests.cost for step in (20e6, 0.1e6))
    assert fine < rough


def test_the_same_bids_give_the_same_seats() -> None:
    board, crew, price = office(5)
    one, other = (drafted(board, crew, price) for _ in range(2))
    assert (one.guests.cell == other.guests.cell).all()


@pytest.mark.parametrize("given", [generate("stress", 1), build_region(5, offices=1)], ids=["stress", "office"])
def test_no_cell_that_somebody_would_pay_for_is_left(given: Instance) -> None:
    relaxed = relax(given)
    rise = ascend_large(relaxed, *level_point(relaxed), target=None, until=time.monotonic() + 60, steps=80)
    price = usual(rise.slot_price)
    board = board_of(given, relaxed.facts, price)
    draft = first_draft(board, rise.often.held > 0.5, price)
    assert draft is not None
    schedule = seated(board, draft)
    filled = sum(given.client_by_id[a.client].slots for a in schedule.appointments)
    cells = int((board.known.room * draft.crew.sum(axis=1)).sum())
    reserve = given.rules.walk_in_reserve * int(draft.crew.any(axis=1).sum())
    assert filled >= 0.99 * (cells - reserve)

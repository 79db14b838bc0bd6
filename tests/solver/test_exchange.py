"""Whoever finds no seat takes that of somebody who is cheaper to leave out, and nothing gets dearer by it."""

import time

import numpy as np
import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct import seating
from outreach_optimizer.solver.construct.draft import Board, Draft, board_of, drafted, first_draft
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import usual
from tiny import caseworker, client, instance, only, session, site, table, window

PRICE = 10e6
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
    """Both sessions with the only caseworker, and the flow of guests for them."""
    board = board_of(given, relax(given).facts)
    price = np.full(2, PRICE)
    return board, drafted(board, np.ones((2, 1), dtype=np.bool_), price, price)


def seated(board: Board, draft: Draft) -> Schedule:
    schedule = seating.schedule_of(board, draft, rounds=0)
    assert not check(board.instance, schedule).violations
    return schedule


def invited(schedule: Schedule) -> set[str]:
    return {appointment.client for appointment in schedule.appointments}


def test_who_is_dear_to_leave_out_takes_a_seat_elsewhere() -> None:
    board, draft = everybody_there(crowded())
    people = invited(seated(board, draft))
    assert {"early", "earliest", "extra"} < people
    assert len(people) == 4


def test_nobody_gives_way_to_somebody_who_is_cheaper_to_leave_out() -> None:
    board, draft = everybody_there(crowded(priority=5))
    assert {"guest", "other", "extra"} < invited(seated(board, draft))


def test_pinned_guests_keep_their_seats() -> None:
    given = crowded()
    pins = [{"client": "guest", "session": "s1", "caseworker": "w0", "start": "09:00"}]
    pinned = given.model_validate(given.model_dump() | {"pins": {"appointments": pins}})
    board, draft = everybody_there(pinned)
    assert {"guest", "other"} < invited(seated(board, draft))


@pytest.mark.parametrize("given", [generate("stress", 1), build_region(5, offices=1)], ids=["stress", "office"])
def test_exchanges_make_a_plan_cheaper(given: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    relaxed = relax(given)
    rise = ascend_large(relaxed, *level_point(relaxed), target=None, until=time.monotonic() + 60, steps=80)
    price = usual(rise.slot_price)
    board = board_of(given, relaxed.facts, price)
    draft = first_draft(board, rise.often.held > 0.5, price)
    assert draft is not None
    with_exchange = check(given, seated(board, draft)).objective_micro
    monkeypatch.setattr(seating, "exchange", lambda *_: None)
    without = check(given, seated(board, draft)).objective_micro
    assert with_exchange < without

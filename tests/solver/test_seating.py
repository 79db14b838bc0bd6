"""Seats of one session: who is short of slots, and how long anybody looks for seats."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from drawn import crowded_instances, instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model, Promise
from outreach_optimizer.solver import seating
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.seating import RULES, Guests, conflict, seat
from outreach_optimizer.solver.shortage import shortage
from tiny import caseworker, client, instance, only, session, site, table

PEOPLE = 14


def hall(guests: int, **fields: object) -> Instance:
    """A session of ten slots with so many caseworkers, and guests who can all come at any time."""
    names = [f"c{number}" for number in range(guests)]
    return instance(
        sites=(site("hall"),),
        sessions=(session("s", "hall", on=9, start="08:00", end="18:00", desks=PEOPLE),),
        caseworkers=tuple(caseworker(f"w{number}") for number in range(PEOPLE)),
        clients=tuple(client(name, **fields) for name in names),
        travel=only(
            table("clients", ["hall"], {name: [10] for name in names}), table("offices", ["hall"], {"base": [10]})
        ),
    )


def all_of(problem: Instance, *promises: Promise) -> Guests:
    return Guests(0, tuple(range(len(problem.caseworkers))), tuple(range(len(problem.clients))), promises)


def can_be_seated(model: Model, clients: frozenset[int]) -> bool:
    """Whether so many of the clients can all be seated by everybody, as CP-SAT finds it out."""
    for c in clients:
        model.cp.add(model.invited[c, 0] == 1)
    for literal in model.duty.values():
        model.cp.add(literal == 1)
    return cp_model.CpSolver().solve(model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


@settings(max_examples=60)
@given((instances(without=("overbooking",)) | crowded_instances()), st.integers(0, 10**6))
def test_a_shortage_is_one_and_talks_of_one_slot_have_no_other_reason(drawn: Instance, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    here = rng.choice(drawn.sessions)
    problem = drawn.replace(sessions=(here,), published=(), pins={})
    model = build(problem, exact=True, rules=RULES, terms=(), inequalities=())
    possible = {(c, w, start) for c, _, w, start in model.booked}
    guests = frozenset(c for c, _, _ in possible)
    assume(not model.overbooked(0))
    short = shortage(problem, possible)
    nowhere = frozenset(range(len(problem.clients))) - guests
    if nowhere:
        assert short == nowhere
    elif short is not None:
        assert short
        assert not can_be_seated(model, short)
    elif all(person.slots == 1 and person.household is None for person in problem.clients):
        assert can_be_seated(model, guests)


def test_a_large_session_without_enough_slots_needs_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seating, "new_solver", None)  # asking one would fail
    problem = hall(10 * PEOPLE + 1)
    found = seat(problem, all_of(problem))
    assert found.appointments is None
    assert found.settled
    core = conflict(problem, all_of(problem))
    assert core is not None
    assert len(core.clients) == len(problem.clients)
    full = hall(10 * PEOPLE)
    assert seat(full, all_of(full)).appointments is not None


def test_promises_count() -> None:
    problem = hall(12)
    promised = [Promise(c, 0, caseworker=3, start=None) for c in range(11)]
    assert seat(problem, all_of(problem, *promised[:10])).appointments is not None
    core = conflict(problem, all_of(problem, *promised))
    assert core is not None
    assert sorted(core.clients) == list(range(11))
    assert len(core.promises) == 11
    nobody = Promise(0, 0, caseworker=99, start=None)
    alone = Guests(0, tuple(range(PEOPLE)), (0,), (nobody,))
    assert conflict(problem, all_of(problem, nobody)) == alone
    assert conflict(problem, alone) == alone


def test_a_conflict_keeps_households_together_so_that_its_cut_forbids_the_same_guests() -> None:
    problem = hall(3, household="flat")
    both = [Promise(1, 0, caseworker=w, start=None) for w in (0, 1)]
    model = build(problem, rules=RULES, terms=(), inequalities=())
    kept = [model.meets(1, 0, promise.caseworker) for promise in both]
    core = conflict(problem, all_of(problem, *both))
    assert core == all_of(problem, *both)
    cut(model, core)
    for literal in (*kept, *model.duty.values(), *(model.invited[c, 0] for c in range(3))):
        model.cp.add(literal == 1)
    assert cp_model.CpSolver().solve(model.cp) == cp_model.INFEASIBLE


def test_a_small_conflict_is_looked_for_only_so_long() -> None:
    problem = hall(12)
    promised = [Promise(c, 0, caseworker=3, start=None) for c in range(12)]
    smallest = conflict(problem, all_of(problem, *promised))
    hurried = conflict(problem, all_of(problem, *promised), limit=0.0)
    assert smallest is not None
    assert hurried is not None
    assert len(smallest.promises) == 11
    assert len(hurried.promises) == 12


def test_what_takes_too_long_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seating, "_first_fit", lambda *_: None)
    monkeypatch.setattr(seating, "EFFORT", 0.0)
    problem = hall(100)
    found = seat(problem, all_of(problem))
    assert found.appointments is None
    assert not found.settled
    assert conflict(problem, all_of(problem)) is None

"""Pieces of a plan: whatever keeps the rules of a piece keeps those of the whole, and costs what it costs there."""

import datetime as dt
import random
import time
from collections import Counter
from concurrent.futures import Future
from itertools import pairwise
from threading import Event

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.errors import ModelError
from outreach_optimizer.fields import CaseworkerId, SiteId
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.space import Mask
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.relaxation.prices import default_prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import Progress, guided, solve
from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.construct.draft import board_of, first_draft
from outreach_optimizer.solver.construct.extend import extended
from outreach_optimizer.solver.construct.regroup import regrouped
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.guided import replanned
from outreach_optimizer.solver.improve import Improved, Tell
from outreach_optimizer.solver.neighborhoods import KINDS, ground_of_facts
from outreach_optimizer.solver.piece import Piece, joined, piece_of, split
from outreach_optimizer.solver.pieces import Replan, Replanned, improve_pieces
from outreach_optimizer.solver.plans import Accepted
from outreach_optimizer.travel import tours
from tiny import caseworker, client, day, instance, only, session, site, table, window

QUARTER = generate("quarter", 1)


def micro_but_balance(instance: Instance, schedule: Schedule) -> int:
    report = check(instance, schedule)
    assert not report.violations
    return report.objective_micro - round(report.terms["staff_balance"].cost_min * 1e6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_better_piece_makes_the_whole_better_by_as_much(plan: Accepted, kind: str) -> None:
    known, luck = facts(QUARTER), random.Random(kind)  # noqa: S311 - a search, not a secret
    free = KINDS[kind](ground_of_facts(QUARTER, known), plan.schedule, luck, 14)
    piece = piece_of(QUARTER, known, plan.schedule, free)
    assert joined(piece.inside, piece.outside).by_client == plan.schedule.by_client
    found = replanned(piece.instance, piece.inside, 3.0, 1)
    gained = micro_but_balance(piece.instance, piece.inside) - micro_but_balance(piece.instance, found.schedule)
    assert gained >= 0
    whole = joined(found.schedule, piece.outside)
    assert micro_but_balance(QUARTER, plan.schedule) - micro_but_balance(QUARTER, whole) == gained


def drawn_pieces(schedule: Schedule, seed: int, number: int) -> list[Piece]:
    """Pieces planned at the same time, each beside those before, of sessions drawn at random."""
    known, luck = facts(QUARTER), random.Random(seed)  # noqa: S311 - a search, not a secret
    mixed = luck.sample(range(len(QUARTER.sessions)), len(QUARTER.sessions))
    pieces: list[Piece] = []
    for part in range(number):
        pieces.append(piece_of(QUARTER, known, schedule, mixed[part :: number + 1], pieces))
    return pieces


def rest_of(schedule: Schedule, pieces: list[Piece]) -> Schedule:
    """What is in none of the pieces."""
    return split(schedule, {session.id for piece in pieces for session in piece.instance.sessions})[1]


@pytest.mark.parametrize("seed", range(4))
def test_pieces_planned_at_the_same_time_share_nothing_and_fit_together(plan: Accepted, seed: int) -> None:
    pieces = drawn_pieces(plan.schedule, seed, 2 + seed % 2)
    for of in ("sessions", "clients"):
        ids = [x.id for piece in pieces for x in getattr(piece.instance, of)]
        assert len(ids) == len(set(ids))
    whole = rest_of(plan.schedule, pieces)
    for number, piece in enumerate(pieces):
        assert piece.inside.duties
        whole = joined(whole, replanned(piece.instance, piece.inside, 1.5, number).schedule)
    assert not check(QUARTER, whole).violations


def less(limit: int | None, taken: int) -> int:
    """What is left, at most so much that it never matters."""
    return 10**6 if limit is None else limit - taken


@pytest.mark.parametrize("seed", range(8))
def test_whatever_pieces_planned_at_the_same_time_do_limits_are_kept(plan: Accepted, seed: int) -> None:
    """Of everybody's duties, minutes and days, and of the sessions of a site, no two pieces have the same."""
    given = plan.schedule
    pieces = drawn_pieces(given, seed, 3)
    rest = rest_of(given, pieces)
    duties = Counter(duty.caseworker for duty in rest.duties)
    away, days = Counter[CaseworkerId](), Counter[tuple[CaseworkerId, dt.date]]()
    for tour in tours(QUARTER, rest):
        away[tour.caseworker] += tour.away_min
        days[tour.caseworker, tour.date] += 1
    least = Counter[SiteId](QUARTER.session_by_id[s].site for s in {duty.session for duty in rest.duties})
    most = least.copy()
    for piece in pieces:
        dates = {session.date for session in piece.instance.sessions}
        for worker in piece.instance.caseworkers:
            duties[worker.id] += worker.max_duties or 0
            if worker.max_duties != 0:
                away[worker.id] += worker.max_minutes or 0
                days.update((worker.id, date) for date in dates - set(worker.absent))
        for where in {offer.site for offer in piece.instance.sessions}:
            least[where] += piece.instance.site_by_id[where].min_sessions
            most[where] += piece.instance.site_by_id[where].max_sessions or 0
        for duty in piece.inside.duties:  # the plan itself is among what a piece can do
            assert (
                QUARTER.session_by_id[duty.session].date not in piece.instance.caseworker_by_id[duty.caseworker].absent
            )
    for worker in QUARTER.caseworkers:
        assert duties[worker.id] <= less(worker.max_duties, 0)
        assert away[worker.id] <= less(worker.max_minutes, 0)
    assert max(days.values()) == 1
    for place in QUARTER.sites:
        if most[place.id]:
            assert place.min_sessions <= least[place.id]
            assert most[place.id] <= less(place.max_sessions, 0)


def test_a_duty_that_nobody_uses_is_left_to_the_piece_that_was_begun_first(plan: Accepted) -> None:
    known, given = facts(QUARTER), plan.schedule
    used = Counter(duty.caseworker for duty in given.duties)
    ordered = sorted(range(len(QUARTER.sessions)), key=lambda s: QUARTER.sessions[s].date)
    first, second = ordered[::2], ordered[1::2]
    one, alone = piece_of(QUARTER, known, given, first), piece_of(QUARTER, known, given, second)
    other = piece_of(QUARTER, known, given, second, [one])
    spare = [worker for worker in QUARTER.caseworkers if worker.max_duties and used[worker.id] < worker.max_duties]
    shared = 0
    for worker in spare:
        left = worker.max_duties - used[worker.id]
        both = [piece for piece in (one, alone, other) if worker.id in piece.instance.caseworker_by_id]
        if len(both) < 3:
            continue
        more = [
            piece.instance.caseworker_by_id[worker.id].max_duties
            - sum(duty.caseworker == worker.id for duty in piece.inside.duties)
            for piece in both
        ]
        assert more[:2] == [left, left]
        assert more[2] == 0
        shared += 1
    assert shared


def test_the_second_of_two_pieces_can_have_other_numbers_of_sessions_than_the_plan(plan: Accepted) -> None:
    """Fewer, as far as the first one has to leave enough, or more if the first one cannot."""
    free = 0
    for seed in range(8):
        _, other = drawn_pieces(plan.schedule, seed, 2)
        held = Counter(QUARTER.session_by_id[s].site for s in {duty.session for duty in other.inside.duties})
        for where in {offer.site for offer in other.instance.sessions}:
            limits = other.instance.site_by_id[where]
            assert limits.min_sessions <= held[where] <= less(limits.max_sessions, 0)
            free += limits.min_sessions < less(limits.max_sessions, 0)
    assert free


def test_who_lives_together_is_in_one_piece() -> None:
    """Each can come on one day only, and the days are planned at the same time."""
    names = ("c0", "c1")
    problem = instance(
        sites=(site("a"),),
        sessions=tuple(session(f"s{number}", "a", on=number) for number in range(2)),
        caseworkers=tuple(caseworker(f"w{number}") for number in range(2)),
        clients=tuple(
            client(name, household="home", windows=(window("08:00", "18:00", first=day(number), last=day(number)),))
            for number, name in enumerate(names)
        ),
        travel=only(table("clients", ["a"], {name: [10] for name in names}), table("offices", ["a"], {"base": [15]})),
        rules={"min_crew": 1, "walk_in_reserve": 0},
    )
    known, nothing = facts(problem), Schedule()
    one = piece_of(problem, known, nothing, [0])
    other = piece_of(problem, known, nothing, [1], [one])
    assert [client.id for client in one.instance.clients] == ["c0"]
    assert [client.id for client in piece_of(problem, known, nothing, [1]).instance.clients] == ["c1"]
    assert not other.instance.clients
    first, second = (replanned(piece.instance, piece.inside, 1.0, 1).schedule for piece in (one, other))
    assert len(first.appointments) == 1
    assert not check(problem, joined(first, second)).violations


def test_no_part_is_built_that_there_is_no_time_to_search(plan: Accepted, monkeypatch: pytest.MonkeyPatch) -> None:
    known, ordered = facts(QUARTER), sorted(range(len(QUARTER.sessions)), key=lambda s: QUARTER.sessions[s].date)
    piece = piece_of(QUARTER, known, plan.schedule, ordered[:80])
    begun = list[float]()

    def build_and_tell(given: Instance, *, kept: tuple[Mask, Mask]) -> Model:
        begun.append(time.monotonic())
        return build(given, kept=kept)

    monkeypatch.setattr(guided, "build", build_and_tell)
    begin = time.monotonic()
    found = replanned(piece.instance, piece.inside, 3.0, 1)
    assert begun
    assert all(at - begin < 0.85 * 3.0 for at in begun)
    assert micro_but_balance(piece.instance, found.schedule) <= micro_but_balance(piece.instance, piece.inside)


def test_a_piece_keeps_pins_and_tells_nobody_else_of_them() -> None:
    given = generate("month", 2)
    solved = solve(given, time_limit_s=10, workers=1).schedule
    assert solved is not None
    pinned = given.replace(pins=given.pins.replace(appointments=solved.appointments[:6], duties=solved.duties[:2]))
    known = facts(pinned)
    for first, after in pairwise([0, len(pinned.sessions) // 2, len(pinned.sessions)]):
        piece = piece_of(pinned, known, solved, range(first, after))
        here = {session.id for session in piece.instance.sessions}
        assert {pin.session for pin in piece.instance.pins.appointments} <= here
        found = replanned(piece.instance, piece.inside, 2.0, 1)
        assert set(piece.instance.pins.appointments) <= set(found.schedule.appointments)


def test_guests_invited_anew_are_cheaper_and_crews_stay(plan: Accepted) -> None:
    # As if everybody had been invited at random: those of the last sessions are sent home first.
    held = sorted({duty.session for duty in plan.schedule.duties})
    worse = plan.schedule.replace(
        appointments=tuple(a for a in plan.schedule.appointments if hash_of(a.client) % 3 or a.session in held[:2])
    )
    anew = regrouped(QUARTER, worse, seed=1)
    report = check(QUARTER, anew)
    assert not report.violations
    assert report.objective_micro < check(QUARTER, worse).objective_micro
    assert set(anew.duties) <= set(plan.schedule.duties)


def hash_of(text: str) -> int:
    return sum(map(ord, text))


def test_duties_that_are_left_hold_more_sessions() -> None:
    given = build_region(3, offices=1)
    relaxed = relax(given)
    board = board_of(given, relaxed.facts)
    held = relaxed.facts.most > 0
    some = held.copy()
    some[::2] = False
    price = relaxed.facts.room * 0.0 + 60e6
    draft = first_draft(board, some, price)
    assert draft is not None
    more = extended(board, relaxed.calendars, draft)
    assert more is not None
    assert (more.crew | draft.crew == more.crew).all()
    assert more.crew.any(axis=1).sum() > draft.crew.any(axis=1).sum()
    assert more.crew.sum(axis=0).max() <= board.limits.duties.max()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_plan_gets_better_piece_by_piece_and_nothing_worse_is_told(plan: Accepted, workers: int) -> None:
    told: list[Progress] = []
    ended = improve_pieces(
        relax(QUARTER),
        plan,
        replanned,
        until=time.monotonic() + 9,
        workers=workers,
        seed=1,
        tell=Tell(told.append, time.monotonic(), 0),
        stop=None,
        prices=default_prices(QUARTER),
    )
    assert not ended.interrupted
    assert ended.best.report.objective_micro < plan.report.objective_micro
    costs = [progress.objective_min for progress in told if progress.objective_min is not None]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == ended.best.report.objective_min


def by_two(plan: Accepted, replan: Replan, seconds: float, stop: Event | None = None) -> Improved:
    """The end of a search by two workers that tells nobody."""
    begin, prices = time.monotonic(), default_prices(QUARTER)
    tell = Tell(None, begin, 0)
    return improve_pieces(
        relax(QUARTER), plan, replan, until=begin + seconds, workers=2, seed=1, tell=tell, stop=stop, prices=prices
    )


def test_a_stopped_search_keeps_what_it_has(plan: Accepted) -> None:
    stop = Event()
    stop.set()
    begin = time.monotonic()
    ended = by_two(plan, replanned, 60, stop)
    assert ended.interrupted
    assert ended.best is plan
    assert time.monotonic() - begin < 20


def dawdling(instance: Instance, schedule: Schedule, seconds: float, seed: int) -> Replanned:  # noqa: ARG001 - as others
    """Take much longer than there is time."""
    time.sleep(60)
    return Replanned(schedule, proven=False)


def test_pieces_that_take_too_long_are_not_waited_for(plan: Accepted) -> None:
    begin = time.monotonic()
    ended = by_two(plan, dawdling, 4)
    assert not ended.interrupted
    # Guests are invited anew by something else; crews stay.
    assert set(ended.best.schedule.duties) == set(plan.schedule.duties)
    assert time.monotonic() - begin < 30


def test_what_is_not_accepted_is_planned_by_nobody() -> None:
    nobody_alone = Duty(session=QUARTER.sessions[0].id, caseworker=QUARTER.caseworkers[0].id)
    nonsense = Schedule(duties=(nobody_alone,))
    assert replanned(QUARTER, nonsense, 1.0, 1) == Replanned(nonsense, proven=False)


# Processes


def test_without_workers_work_is_done_here_and_with_some_elsewhere() -> None:
    with Apart(0) as here, Apart(2) as elsewhere:
        assert here.submit(abs, -3).result() == 3
        assert [f.result() for f in [elsewhere.submit(divmod, 7, k) for k in (2, 3, 4)]] == [(3, 1), (2, 1), (1, 3)]


def test_a_task_is_done_as_it_was_when_it_was_submitted() -> None:
    numbers = [1, 2, 3]
    with Apart(1) as elsewhere:
        elsewhere.submit(time.sleep, 0.5)  # the next one waits
        asked = elsewhere.submit(sum, numbers)
        numbers.append(100)
        assert asked.result() == 6


def test_a_part_that_fails_says_why() -> None:
    with Apart(2) as elsewhere, pytest.raises(ModelError, match="ZeroDivisionError"):
        elsewhere.submit(divmod, 1, 0).result()


def test_leaving_ends_all_processes_whatever_they_do() -> None:
    begin = time.monotonic()
    with Apart(2) as elsewhere:
        asked: list[Future[None]] = [elsewhere.submit(time.sleep, 60) for _ in range(3)]
        elsewhere.submit(abs, 1)
        while len(elsewhere._processes) < 2:  # noqa: SLF001 - they have to be there to be ended
            Event().wait(0.01)
    assert time.monotonic() - begin < 30
    assert all(future.cancelled() or future.result() is None for future in asked)

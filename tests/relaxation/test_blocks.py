"""Each block of the relaxation against all there is to choose from."""

import random
from fractions import Fraction
from itertools import chain, combinations, pairwise, product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drawn import crowded_instances, instances, overbooked_instances, wanted_instances
from outreach_optimizer.constraints.room_once import room_once
from outreach_optimizer.constraints.site_frequency import site_frequency
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.objectives.rhythm import rhythm
from outreach_optimizer.relaxation import knapsack, months
from outreach_optimizer.relaxation.bound import session_value
from outreach_optimizer.relaxation.crewsearch import MOST_CREWS, MOST_TRIED, by_crews
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.relaxation.knapsack import LARGEST_TABLE, cheapest_guests
from outreach_optimizer.relaxation.months import (
    NO_LIMIT,
    Limits,
    Paths,
    cheapest_months,
    earned_of,
    limits_of,
    paths_of,
)
from outreach_optimizer.relaxation.offers import NOBODY, Offer, offer_of
from outreach_optimizer.relaxation.prices import sound
from outreach_optimizer.relaxation.sites import NEVER, cheapest_sites
from outreach_optimizer.relaxation.slotprice import best_slot_prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tour_of
from priced import MINUTE, drawn_prices
from tiny import instance as tiny_instance
from tiny import session as tiny_session
from tiny import site as tiny_site

SEEDS = st.integers(0, 10**6)


def subsets(count: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(count), size) for size in range(count + 1)))


def by_hand(values: list[int], slots: list[int], capacity: int) -> int:
    return min(
        sum(values[n] for n in chosen)
        for chosen in subsets(len(values))
        if sum(slots[n] for n in chosen) <= max(0, capacity)
    )


VALUES = st.lists(st.tuples(st.integers(-100, 20), st.integers(1, 5)), max_size=7)


@given(VALUES, st.integers(-1, 12), st.sampled_from((1, 2, 5)))
def test_the_cheapest_guests_are_those_of_all_subsets(
    guests: list[tuple[int, int]], capacity: int, longest: int
) -> None:
    values, slots = [value for value, _ in guests], [min(longest, length) for _, length in guests]
    found = cheapest_guests(np.array([values, values[::-1]], dtype=np.int64), np.array(slots, dtype=np.int64), capacity)
    assert found.tolist() == [by_hand(values, slots, capacity), by_hand(values[::-1], slots, capacity)]


@given(VALUES.filter(bool), st.integers(1, 12))
def test_guests_in_parts_are_no_dearer_and_cheaper_by_less_than_one_guest(
    guests: list[tuple[int, int]], capacity: int
) -> None:
    values, slots = np.array([min(0, v) for v, _ in guests], dtype=np.int64), np.array([q for _, q in guests])
    assume(slots.sum() > capacity)
    exact = by_hand(values.tolist(), slots.tolist(), capacity)
    found = int(knapsack._fractional(values[None, :], slots, capacity)[0])  # noqa: SLF001 - only large tables need it
    assert exact + int(values.min()) - capacity <= found <= exact


def test_where_the_table_would_be_too_large_guests_come_in_parts() -> None:
    """233 talks of 300 slots fit into 70 000 slots, and a third of another one."""
    values, slots = np.full((1, 300), -3 * MINUTE, dtype=np.int64), np.full(300, 300, dtype=np.int64)
    assert values.size * 70_001 > LARGEST_TABLE
    assert cheapest_guests(values, slots, 70_000).tolist() == [-700 * MINUTE]


def limited(instance: Instance, rng: random.Random) -> Instance:
    """Everybody, or nobody, has few duties and minutes."""
    return instance.replace(
        caseworkers=tuple(
            worker.replace(
                max_duties=rng.choice((None, 0, 1, 2, 3)), max_minutes=rng.choice((None, 0, 200, 300, 400, 500, 700))
            )
            for worker in instance.caseworkers
        )
    )


CHOICES = 500
"""Months of a caseworker that are tried one by one."""
Driven = tuple[int, int, int]
"""Duties, minutes away, and cost less what they earn."""


def cheapest_choice(days: list[list[Driven]], duties: int, minutes: int) -> int:
    """Least cost of at most one of each day, within so many duties and minutes."""
    choices = product(*([(0, 0, 0), *day] for day in days))
    sums = [tuple(map(sum, zip((0, 0, 0), *chosen, strict=True))) for chosen in choices]
    return min(cost for number, away, cost in sums if number <= duties and away <= minutes)


@given(instances(always=("rest",)) | instances(), SEEDS)
def test_the_cheapest_months_are_those_of_all_sets_of_stops(instance: Instance, seed: int) -> None:
    """Every drivable tour is a path; paths that are no tours may only make it cheaper, and there are few of them."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    instance = limited(instance, rng)
    known, prices, limits = facts(instance), sound(instance, drawn_prices(instance, rng, 60)), limits_of(instance)
    tours: dict[int, list[list[Driven]]] = {w: [] for w in range(len(instance.caseworkers))}
    for one in known.days:
        worker, day = instance.caseworkers[one.caseworker], list[Driven]()
        for chosen in subsets(len(one.sessions)):
            legs = [one.leg_cost[a, b] for a, b in pairwise(chosen)]
            if not chosen or min([one.out_cost[chosen[0]], one.back_cost[chosen[-1]], *legs]) < 0:
                continue
            drive = one.out_cost[chosen[0]] + one.back_cost[chosen[-1]] + sum(legs)
            tour = tour_of(instance, worker, [instance.sessions[one.sessions[stop]] for stop in chosen])
            assert drive == milli(instance.weights.staff_travel) * (tour.drive_milli_min or 0)
            assert tour.missing_min == 0
            earned = sum(prices.duties[one.sessions[stop], one.caseworker] for stop in chosen)
            day.append((len(chosen), tour.away_min, int(drive - earned)))
        tours[one.caseworker].append(day)
    assume(all(prod(len(day) + 1 for day in days) <= CHOICES for days in tours.values()))
    expected = sum(cheapest_choice(days, int(limits.duties[w]), int(limits.minutes[w])) for w, days in tours.items())
    paths = paths_of(known.days)
    exact = cheapest_months(paths, paths.cost - earned_of(paths, prices.duties), limits)
    assert exact.cost == expected
    rough = cheapest_months(paths, paths.cost - earned_of(paths, prices.duties.astype(np.float64)), limits)
    assert rough.cost == pytest.approx(expected, abs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(months, "MOST_CHAINS", 0)
        loose = paths_of(known.days)
    assert len(loose.cost) == known.duty.sum()
    assert cheapest_months(loose, loose.cost - earned_of(loose, prices.duties), limits).cost <= expected


MONTHS = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(-99, 9)), max_size=3), max_size=5
)


@given(st.lists(st.tuples(MONTHS, st.sampled_from((0, 1, 3, 5, NO_LIMIT)), st.sampled_from((0, 7, 15, NO_LIMIT)))))
def test_months_keep_the_limits_of_everybody_at_once(people: list[tuple[list[list[Driven]], int, int]]) -> None:
    flat = [
        (w, 10 * w + number, *driven)
        for w, (days, _, _) in enumerate(people)
        for number, day in enumerate(days)
        for driven in day
    ]
    worker, day, duties, away, cost = np.array(flat, dtype=np.int64).reshape(-1, 5).T
    paths = Paths(worker, day, duties, away, cost, np.zeros((len(cost), 3), dtype=np.int64))
    limits = Limits(*(np.array([person[n] for person in people], dtype=np.int64) for n in (1, 2)))
    found = cheapest_months(paths, cost, limits)
    assert found.cost == sum(cheapest_choice(*person) for person in people)
    assert found.cost == cost[found.chosen].sum()
    assert len(set(day[found.chosen].tolist())) == len(found.chosen)
    for w in range(len(people)):
        mine = found.chosen[worker[found.chosen] == w]
        assert duties[mine].sum() <= limits.duties[w]
        assert away[mine].sum() <= limits.minutes[w]


@given(instances(always=("frequency", "spacing", "rhythm", "room", "status")), SEEDS)
def test_the_cheapest_sessions_of_sites_are_those_of_all_sets(instance: Instance, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    values = np.array(
        [rng.choice((NEVER, *(rng.randint(-60, 20) * MINUTE for _ in range(4)))) for _ in instance.sessions],
        dtype=np.int64,
    )
    worker = instance.caseworkers[0].id
    costs, loose = [], []
    for chosen in subsets(len(instance.sessions)):
        if NEVER in values[list(chosen)]:
            continue
        schedule = Schedule(duties=tuple(Duty(session=instance.sessions[s].id, caseworker=worker) for s in chosen))
        faults = [violation.facts["fault"] for violation in site_frequency(instance, schedule)]
        if list(room_once(instance, schedule)) or set(faults) - {"too_few"}:
            continue
        cost = int(values[list(chosen)].sum()) + milli(instance.weights.rhythm) * rhythm(instance, schedule)
        loose.append(cost)
        if not faults:
            costs.append(cost)
    if costs:
        assert cheapest_sites(instance, values) == min(costs)
    else:
        assert cheapest_sites(instance, values) >= min(loose)


def test_a_room_is_free_at_the_minute_at_which_a_session_ends() -> None:
    """Of three sessions of one room the first two follow one another, the third one overlaps both."""
    problem = tiny_instance(
        sites=(tiny_site("hall"),),
        sessions=(
            tiny_session("am", "hall", start="09:00", end="11:00", room="r"),
            tiny_session("pm", "hall", start="11:00", end="13:00", room="r"),
            tiny_session("day", "hall", start="10:00", end="12:00", room="r"),
        ),
    )
    assert cheapest_sites(problem, np.array([-3, -4, -6], dtype=np.int64)) == -7
    assert cheapest_sites(problem, np.array([-3, -4, -8], dtype=np.int64)) == -8


def asked_of(offer: Offer) -> list[int]:
    """Per guest: whose slots are wanted, as only this one will do or another one costs more; or nobody's."""
    return [int(own if tied == NOBODY else tied) for own, tied in zip(offer.own, offer.tied, strict=True)]


def cheapest_session(offer: Offer) -> int:
    """Least cost of a crew and guests, each of whom can meet one of the crew, within the slots of all and of each."""
    return min(
        int(offer.caseworkers[list(crew)].sum()) + cheapest_of_crew(offer, crew)
        for size in range(offer.least, offer.most + 1)
        for crew in combinations(range(len(offer.caseworkers)), size)
    )


def cheapest_of_crew(offer: Offer, crew: tuple[int, ...]) -> int:
    """Guests one after the other, by the slots taken so far: of the session, and with each of the crew."""
    best = {(0, *(0 for _ in crew)): 0}
    limits = int(offer.room[len(crew)]), *(offer.seats for _ in crew)
    for n, need in enumerate(offer.need):
        ways = [
            (int(offer.value[n]) + (0 if offer.own[n] in {NOBODY, member} else offer.other), place)
            for place, member in enumerate(crew)
            if offer.able[need, member]
        ]
        after = dict(best)
        for taken, cost in best.items():
            for value, place in ways:
                full = list(taken)
                full[0] += int(offer.slots[n])
                full[place + 1] += int(offer.slots[n])
                if all(used <= limit for used, limit in zip(full, limits, strict=True)):
                    after[tuple(full)] = min(cost + value, after.get(tuple(full), 0))
        best = after
    return min(best.values())


def seats_for_all(offer: Offer) -> Offer:
    """The same with as many slots with one caseworker as the session has."""
    return offer._replace(seats=int(offer.room.max()))


def seats_are_short(offer: Offer) -> bool:
    """Whether in some crew more want slots with a member than there are, who can meet or want to meet this one only."""
    able = offer.able[offer.need]
    return any(
        offer.slots[able[:, w] & ((able[:, list(crew)].sum(axis=1) == 1) | (offer.own == w))].sum() > offer.seats
        for size in range(offer.least, offer.most + 1)
        for crew in combinations(range(len(offer.caseworkers)), size)
        for w in crew
    )


def sessions_are_worth_what_the_best_crew_and_guests_cost(instance: Instance, seed: int) -> None:
    known, rng = facts(instance), random.Random(seed)  # noqa: S311 - no secret
    prices = sound(instance, drawn_prices(instance, rng, 90))
    for s in np.flatnonzero(known.most).tolist():
        offer = offer_of(known, prices, s)
        fixed, found = int(known.setup[s]) + prices.budget, min(bound.cost for bound in best_slot_prices(offer))
        worth, loose = session_value(known, prices, s) - fixed, cheapest_session(seats_for_all(offer))
        if seats_are_short(offer):
            assert max(found, loose) <= worth <= cheapest_session(offer)
        else:
            assert found <= worth == loose


@given(instances(without=("overbooking",)), SEEDS)
def test_sessions_are_worth_what_the_best_crew_and_guests_cost(instance: Instance, seed: int) -> None:
    sessions_are_worth_what_the_best_crew_and_guests_cost(instance, seed)


@given(crowded_instances() | overbooked_instances() | wanted_instances(), SEEDS)
def test_crowded_sessions_are_worth_what_the_best_crew_and_guests_cost(instance: Instance, seed: int) -> None:
    sessions_are_worth_what_the_best_crew_and_guests_cost(instance, seed)


@given(instances(without=("overbooking",)) | crowded_instances() | overbooked_instances(), SEEDS)
def test_the_best_price_of_a_slot_is_the_best_of_all_prices(problem: Instance, seed: int) -> None:
    the_best_price_of_a_slot_is_the_best_of_all_prices(problem, seed)


@given(wanted_instances(), SEEDS)
@settings(max_examples=150)
def test_the_same_where_more_want_to_meet_a_caseworker_than_can(problem: Instance, seed: int) -> None:
    the_best_price_of_a_slot_is_the_best_of_all_prices(problem, seed)


def the_best_price_of_a_slot_is_the_best_of_all_prices(problem: Instance, seed: int) -> None:
    """For the cheapest size of the crew, up to what one more millionth a slot can bring; others need not be cheaper."""
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prices = sound(problem, drawn_prices(problem, rng, 90))
    for s in np.flatnonzero(known.most).tolist():
        offer = offer_of(known, prices, s)
        highest = int((-offer.value).max(initial=0))
        by_size = best_slot_prices(offer)
        for found in by_size:
            assert 0 <= at_slot_price(offer, found.size, found.price) - found.cost <= rounded(offer, found.size)
            assert found.cost <= cheapest_session(offer._replace(least=found.size, most=found.size))
        best = min(by_size, key=lambda found: found.cost)
        slots = int(offer.slots.sum() + offer.room[best.size]) + rounded(offer, best.size)
        for price in {0, best.price + 1, *(-offer.value // offer.slots).tolist(), rng.randint(0, highest)}:
            assert at_slot_price(offer, best.size, price) <= best.cost + slots


def rounded(offer: Offer, size: int) -> int:
    """What is lost where prices of slots with one caseworker are whole; each is paid for as many as there are."""
    asked = np.array(asked_of(offer), dtype=np.int64)
    short = any(offer.slots[asked == w].sum() > offer.seats for w in range(len(offer.caseworkers)))
    return size * offer.seats if short else 0


def at_slot_price(offer: Offer, size: int, price: int) -> Fraction:
    """Cheapest crew of a size, when guests choose each by themselves and pay for their slots, by all crews."""
    return min(
        int(offer.caseworkers[list(crew)].sum()) - price * int(offer.room[size]) + guests_at(offer, crew, price)
        for crew in combinations(range(len(offer.caseworkers)), size)
    )


def guests_at(offer: Offer, crew: tuple[int, ...], price: int) -> Fraction:
    """Slots with each of the crew go to those who gain most by one of them; the last one may be cut in parts."""
    cost, gains = Fraction(0), {member: list[tuple[Fraction, int]]() for member in crew}
    for n, asked in enumerate(asked_of(offer)):
        slots = int(offer.slots[n])
        here = min(0, int(offer.value[n]) + price * slots)
        if asked == NOBODY:
            cost += here
            continue
        apart = min(0, int(offer.value[n]) + price * slots + offer.other) if offer.tied[n] == NOBODY else 0
        cost += apart
        if asked in crew:
            gains[asked].append((Fraction(here - apart, slots), slots))
    for wanted in gains.values():
        left = offer.seats
        for gain, slots in sorted(wanted):
            cost += gain * min(slots, left)
            left -= min(slots, left)
    return cost


def many_crews(count: int) -> Offer:
    """Every crew has the same bound, below what it costs: of three slots a talk of two leaves one empty."""
    return Offer(
        caseworkers=np.full(count, 5, dtype=np.int64),
        value=np.full(4, -10, dtype=np.int64),
        slots=np.full(4, 2, dtype=np.int64),
        own=np.full(4, NOBODY, dtype=np.int64),
        tied=np.full(4, NOBODY, dtype=np.int64),
        need=np.zeros(4, dtype=np.int64),
        able=np.ones((1, count), dtype=np.bool_),
        other=0,
        least=2,
        most=2,
        room=np.array([0, 0, 3], dtype=np.int64),
        seats=2,
    )


@given(SEEDS, st.sampled_from((1, 2, 20)))
def test_no_crew_that_is_left_out_is_cheaper(seed: int, seats: int) -> None:
    """Nine caseworkers make 36 crews of two, more than are tried at once."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    guests, count = 5, 9
    able = np.array([[rng.random() < 0.7 for _ in range(count)] for _ in range(3)], dtype=np.bool_)
    able[~able.any(axis=1), 0] = True
    need = np.array([rng.randrange(3) for _ in range(guests)])
    offer = Offer(
        caseworkers=np.array([rng.randint(-20, 60) for _ in range(count)], dtype=np.int64),
        value=np.array([rng.randint(-80, -1) for _ in range(guests)], dtype=np.int64),
        slots=np.array([rng.choice((1, 1, 2, 3)) for _ in range(guests)], dtype=np.int64),
        own=np.array([rng.choice((NOBODY, *np.flatnonzero(able[row]).tolist())) for row in need], dtype=np.int64),
        tied=np.where(able.sum(axis=1) == 1, able.argmax(axis=1), NOBODY)[need],
        need=need,
        able=able,
        other=30,
        least=2,
        most=2,
        room=np.array([0, 0, 4]),
        seats=seats,
    )
    (found,) = best_slot_prices(offer)
    worth, loose = by_crews(offer, found), cheapest_session(seats_for_all(offer))
    assert max(found.cost, loose) <= worth <= cheapest_session(offer)
    if not seats_are_short(offer):
        assert worth == loose
    if 2 * seats < int(offer.room[2]):  # so that even those are turned away who can meet both
        return
    single = offer._replace(slots=np.ones_like(offer.slots), own=np.full_like(offer.own, NOBODY))
    (found,) = best_slot_prices(single)
    # The best price of a slot with each member is found, but for whole millionths.
    assert cheapest_session(single) - 2 * seats <= by_crews(single, found) <= cheapest_session(single)


def test_crews_are_tried_as_long_as_there_are_few() -> None:
    (few,) = best_slot_prices(many_crews(6))
    assert (few.cost, by_crews(many_crews(6), few)) == (2 * 5 - 15, 2 * 5 - 10)


@pytest.mark.parametrize("count", [MOST_TRIED // 12, MOST_CREWS // 80])
def test_where_there_are_many_crews_the_price_of_a_slot_must_do(count: int) -> None:
    offer = many_crews(count)
    (found,) = best_slot_prices(offer)
    assert comb(count, 2) > MOST_TRIED
    assert by_crews(offer, found) == found.cost == 2 * 5 - 15

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.differing import (
    by_municipality,
    chance_of,
    effects_of,
    hidden,
    merged_groups,
    settlements,
)
from outreach_optimizer.scenarios.figures import MIN_GROUP
from outreach_optimizer.scenarios.journeys import Journeys, journeys
from outreach_optimizer.schedule import Schedule
from villages import people, session, villages

HOMES = ("wutha", "ruhla", "seebach")


def instance_of(*counts: int) -> Instance:
    clients = [person for home, count in zip(HOMES, counts, strict=True) for person in people(home, count)]
    return villages(clients, [session("wutha", 1), session("ruhla", 2)])


def trips(site_min: list[float | None], *, office_min: float = 30, rate: float = 1.0) -> Journeys:
    invited = np.array([way is not None for way in site_min])
    way = np.array([0.0 if way is None else way for way in site_min])
    office = np.full(len(site_min), float(office_min))
    return Journeys(invited, way, way, office, office, np.where(invited, rate, 0.0))


def booked(*pairs: tuple[str, str]) -> Schedule:
    appointments = [{"client": c, "session": s, "caseworker": "w0", "start": 540} for c, s in pairs]
    return Schedule.model_validate({"appointments": appointments})


def test_who_is_not_invited_or_does_not_come_travels_to_the_office() -> None:
    there = trips([10, None], rate=0.5)
    assert there.burden_min.tolist() == [2 * (0.5 * 10 + 0.5 * 30), 60]
    assert there.planned_min.tolist() == [10, 30]
    assert there.round_trip_km.tolist() == [40, 60]


def test_journeys_follow_the_plan_and_count_everybody() -> None:
    instance = instance_of(2, 1, 0)
    found = journeys(instance, booked(("wutha-0", "wutha-1"), ("ruhla-0", "wutha-1")))
    assert found.invited.tolist() == [True, False, True]
    assert found.site_min[2] > found.site_min[0] > 0
    assert found.rate.tolist() == [0.65, 0, 0.65]
    assert (found.office_min > 0).all()


def test_who_cannot_get_to_the_own_appointment_counts_as_not_invited() -> None:
    instance = villages(people("ruhla", 1, mode="transit"), [session("wutha", 1)])
    found = journeys(instance, booked(("ruhla-0", "wutha-1")))
    assert not found.invited.any()
    assert found.burden_min[0] == 2 * found.office_min[0] > 0


def test_a_walker_takes_the_bus_to_a_far_office_and_a_driver_the_car() -> None:
    instance = villages([*people("ruhla", 1, mode="walk"), *people("seebach", 1)], [session("wutha", 1)])
    office = journeys(instance, booked()).office_min
    assert office[0] < 10 * instance.travel.walk.min_per_km
    assert office[1] < office[0]


def test_small_municipalities_are_merged() -> None:
    groups, suppressed = merged_groups({"A": [0, 1, 2, 3], "B": [4], "C": [5, 6]})
    assert groups == {("A",): [0, 1, 2, 3], ("", "B", "C"): [4, 5, 6]}
    assert suppressed == 0


def test_a_small_rest_takes_in_the_smallest_other_group_so_that_nobody_counts_back() -> None:
    groups, suppressed = merged_groups({"A": [0, 1, 2, 3], "B": [4, 5, 6], "C": [7]})
    assert groups == {("A",): [0, 1, 2, 3], ("", "B", "C"): [4, 5, 6, 7]}
    assert suppressed == 0


def test_of_too_few_people_nothing_is_told() -> None:
    assert merged_groups({"A": [0], "B": [1]}) == ({}, 2)


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 6), max_size=8))
def test_every_group_that_is_told_has_three_people_and_nobody_is_lost(sizes: dict[str, int]) -> None:
    rows = iter(range(100))
    members = {name: [next(rows) for _ in range(size)] for name, size in sizes.items()}
    groups, suppressed = merged_groups(members)
    assert all(len(group) >= MIN_GROUP for group in groups.values())
    assert sum(map(len, groups.values())) + suppressed == sum(sizes.values())
    assert suppressed == 0 or not groups


@given(st.lists(st.integers(0, 6), min_size=3, max_size=3))
def test_no_small_number_can_be_counted_back(numbers: list[int]) -> None:
    shown = hidden(*numbers)
    assert all(number is None or number == 0 or number >= MIN_GROUP for number in shown)
    assert shown.count(None) != 1 or sum(number > 0 for number in numbers) == 1


def test_winners_and_losers_are_counted_apart_and_the_longest_loss_is_told() -> None:
    instance = instance_of(7, 3, 0)
    before = trips([20] * 7 + [30] * 3)
    after = trips([20, 20, 20, 20, 26, 26, 26] + [5] * 3)
    groups, _ = by_municipality(instance, before, after)
    ruhla, wutha = groups
    assert (ruhla.name, ruhla.winners, ruhla.losers, ruhla.has_losers) == ("Ruhla", 3, 0, False)
    assert (wutha.winners, wutha.losers, wutha.unchanged) == (0, 3, 4)
    assert wutha.mean_saving_min == pytest.approx(-36 / 7)
    assert wutha.worst_loss_min == 15, "12 minutes, rounded up to five"


def test_a_single_loser_shows_although_the_mean_improves() -> None:
    groups, _ = by_municipality(instance_of(4, 0, 0), trips([30] * 4), trips([5, 5, 5, 40]))
    (wutha,) = groups
    assert wutha.mean_saving_min > 0
    assert wutha.has_losers
    assert (wutha.winners, wutha.losers, wutha.unchanged) == (None, None, 0)


def test_less_than_a_minute_is_no_change() -> None:
    (wutha,), _ = by_municipality(instance_of(3, 0, 0), trips([30] * 3), trips([29.6] * 3))
    assert (wutha.winners, wutha.losers, wutha.unchanged) == (0, 0, 3)


def test_settlements_keep_households_together() -> None:
    clients = [{**people("wutha", 1)[0], "household": "h"}, {**people("ruhla", 1)[0], "household": "h"}]
    far = {"id": "x", "home": {"lat": 50.9004, "lon": 10.3}}
    assert settlements(villages([*clients, far], [session("wutha", 1)])) == ["wutha", "wutha", "50.90,10.30"]


def test_effects_are_paired_savings_of_the_same_people() -> None:
    instance = instance_of(4, 3, 3)
    before, after = trips([20] * 10), trips([20] * 4 + [10] * 3 + [None] * 3)
    effects = {effect.name: effect.estimate for effect in effects_of(instance, before, after, 0)}
    assert effects["burden_mean"].value == pytest.approx((3 * 20 - 3 * 20) / 10)
    assert effects["invited_both_mean"].value == pytest.approx(30 / 7)
    assert effects["invited_both_mean"].people == 7
    assert effects["burden_mean"].low is None, "three settlements are too few for a range"
    assert "without_car_mean" not in effects, "nobody is without a car"


def test_chance_is_the_same_on_both_sides() -> None:
    instance = instance_of(4, 3, 3)
    same = trips([20] * 10, rate=0.65)
    chance = chance_of(instance, same, same, 0)
    assert chance is not None
    assert (chance.low_min, chance.high_min, chance.extra_shows_low, chance.extra_shows_high) == (0, 0, 0, 0)


def test_a_better_way_only_turns_no_shows_into_shows() -> None:
    instance = instance_of(4, 3, 3)
    chance = chance_of(instance, trips([20] * 10, rate=0.6), trips([10] * 10, rate=0.7), 0)
    assert chance is not None
    assert chance.extra_shows_low >= 0
    assert chance.extra_shows_mean == pytest.approx(1, abs=0.1)
    expected = 2 * ((0.6 * 20 + 0.4 * 30) - (0.7 * 10 + 0.3 * 30))
    assert chance.mean_saving_min == pytest.approx(expected, abs=0.3)


def test_without_people_there_is_no_chance() -> None:
    nobody = villages([], [session("wutha", 1)])
    empty = journeys(nobody, booked())
    assert chance_of(nobody, empty, empty, 0) is None

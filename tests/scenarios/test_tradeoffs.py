import pytest

from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.figures import Saying, Solved
from outreach_optimizer.scenarios.journeys import journeys
from outreach_optimizer.scenarios.solving import Attempt, Effort, Solver
from outreach_optimizer.scenarios.tradeoffs import break_even, points
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, office_ways
from villages import helped, people, session, villages


def planned(instance: Instance, site_session: str, *clients: str) -> Attempt:
    tree = {
        "duties": [{"session": site_session, "caseworker": worker} for worker in ("w0", "w1")],
        "appointments": [
            {
                "client": client,
                "session": site_session,
                "caseworker": f"w{number % 2}",
                "start": 540 + 60 * (number // 2),
            }
            for number, client in enumerate(clients)
        ],
    }
    solved = Solved(status="FEASIBLE", objective_min=1, bound_min=0, gap=1, seconds=1, sha256="0" * 64)
    return Attempt(instance, solved, Schedule.model_validate(tree), None)


def test_a_plan_that_is_worse_in_everything_is_dominated() -> None:
    instance = helped()
    good, bad = planned(instance, "wutha-1", "wutha-0"), planned(instance, "ruhla-2", "wutha-0")
    unsolved = good._replace(schedule=None)
    found = points([("good", good), ("bad", bad), ("same", good), ("none", unsolved)], None, Solver(Effort()))
    assert {point.variant: point.dominated for point in found} == {"good": False, "bad": True, "same": False}
    assert all(point.label == Saying(code="variant") for point in found)


def test_a_day_pays_from_as_many_people_as_its_minutes_are_worth() -> None:
    instance = villages(
        [*people("ruhla", 4, show_rate=1), *people("wutha", 3, show_rate=1)],
        [session("wutha", 1), session("ruhla", 2)],
    )
    before = planned(instance, "wutha-1", "ruhla-0", "ruhla-1", "ruhla-2", "ruhla-3")
    even = break_even(instance, before, instance.sites[1])
    assert even is not None
    drive = office_ways(instance).milli_min[0] / 1000
    ways = client_ways(instance).milli_min[0] / 1000
    assert (even.area, even.people_in_area, even.invited_from_area) == (("Ruhla",), 4, 4)
    assert even.saving_per_person_min == 2 * (ways[0] - ways[1])
    assert even.extra_day_min == 2 * 2 * drive[1] + 20
    assert even.replacing_day_min == pytest.approx(2 * 2 * (drive[1] - drive[0]))
    assert even.replaced == "Wutha-Farnroda"
    assert even.needed_extra is not None
    assert even.needed_extra * even.saving_per_person_min >= even.extra_day_min
    assert (even.needed_extra - 1) * even.saving_per_person_min < even.extra_day_min
    assert even.needed_replacing is not None
    assert even.needed_replacing < even.needed_extra


def test_where_nobody_is_nearer_a_day_never_pays() -> None:
    instance = villages(people("wutha", 5), [session("wutha", 1), session("ruhla", 2)])
    even = break_even(instance, planned(instance, "wutha-1", "wutha-0"), instance.sites[1])
    assert even is not None
    assert (even.area, even.people_in_area, even.saving_per_person_min) == ((), 0, None)
    assert (even.needed_extra, even.needed_replacing) == (None, None)


def test_of_one_or_two_people_of_the_area_nothing_is_told() -> None:
    instance = villages([*people("wutha", 5), *people("ruhla", 2)], [session("wutha", 1), session("ruhla", 2)])
    even = break_even(instance, planned(instance, "wutha-1", "wutha-0"), instance.sites[1])
    assert even is not None
    assert (even.area, even.people_in_area, even.saving_per_person_min) == ((), None, None)


def test_without_a_plan_there_is_no_break_even() -> None:
    instance = helped()
    assert break_even(instance, planned(instance, "wutha-1")._replace(schedule=None), instance.sites[1]) is None


def test_all_ways_of_the_villages_are_known() -> None:
    assert (client_ways(helped()).milli_min != UNKNOWN).all()
    assert journeys(helped(), Schedule()).burden_min.min() > 0

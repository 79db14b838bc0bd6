import json

import pytest

from outreach_optimizer.errors import InputError
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.apply import Budget, apply, baseline, budget_of, within
from outreach_optimizer.scenarios.circumstances import redrawn, under
from outreach_optimizer.scenarios.scenario import Conditions, Demand, Measures, Scenario
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import client_ways, office_ways
from villages import helped, people, session, villages


def scenario(conditions: object = None, measures: object = None) -> Scenario:
    return Scenario.model_validate(
        {"id": "x", "title": "x", "conditions": conditions or {}, "measures": measures or {}}
    )


def with_scenario(instance: Instance, **measures: object) -> Instance:
    return apply(instance, scenario(measures=measures))


def plan(*duties: tuple[str, str]) -> Schedule:
    return Schedule.model_validate({"duties": [{"session": s, "caseworker": w} for s, w in duties]})


def test_nothing_changes_without_changes() -> None:
    assert apply(helped(), scenario()) == helped()
    assert baseline(helped(), scenario()) == helped()


def test_a_site_opens() -> None:
    opened = with_scenario(helped(), open=["ruhla"])
    assert [site.status for site in opened.sites] == ["open", "open"]
    assert helped().sites[1].status == "planned", "the instance itself stays"


def test_opening_means_something_even_where_open_sites_are_not_held() -> None:
    instance = helped()
    odd = instance.replace(rules=instance.rules.replace(held_statuses=("candidate",)))
    assert "open" in with_scenario(odd, open=["ruhla"]).rules.held_statuses


def test_a_closed_site_has_no_sessions_but_stays_listed() -> None:
    owing = helped().replace(sites=(helped().sites[0].replace(min_sessions=1), helped().sites[1]))
    closed = with_scenario(owing, close=["wutha"])
    assert {s.site for s in closed.sessions} == {"ruhla"}
    assert closed.sites[0].min_sessions == 0
    assert len(closed.sites) == 2


def test_rooms_staff_days_and_rules_change() -> None:
    changed = with_scenario(
        helped(),
        remove_sessions=["wutha-1"],
        add_sessions=[session("ruhla", 15)],
        rooms_like=[{"site": "ruhla", "like": "wutha"}],
        days=[{"site": "ruhla", "at_least": 1}],
        staff=[{"caseworker": "w0", "max_duties": 1}],
        add_caseworkers=[{"id": "w9", "office": "eisenach"}],
        rules={"min_load": 3},
    )
    assert [s.id for s in changed.sessions] == ["wutha-8", "ruhla-2", "ruhla-9", "ruhla-15", "ruhla.wutha-8"]
    assert changed.sites[1].min_sessions == 1
    assert [w.max_duties for w in changed.caseworkers] == [1, None, None]
    assert changed.rules == helped().rules.replace(min_load=3), "rules that are not named stay"


def test_an_agreed_minimum_gives_way_to_a_smaller_maximum() -> None:
    owing = helped().replace(sites=(helped().sites[0].replace(min_sessions=2), helped().sites[1]))
    changed = with_scenario(owing, days=[{"site": "wutha", "at_most": 1}])
    assert (changed.sites[0].min_sessions, changed.sites[0].max_sessions) == (1, 1)


def test_changes_that_contradict_are_refused() -> None:
    with pytest.raises(InputError, match="id_twice"):
        with_scenario(helped(), add_sessions=[session("wutha", 1)])
    with pytest.raises(InputError, match="minimum_above_offer"):
        with_scenario(helped(), days=[{"site": "wutha", "at_least": 9, "at_most": 9}])


def test_yardsticks_change_on_both_sides() -> None:
    changed = scenario({"weights": {"uninvited": 100}}, {"rules": {"comfort_travel_min": 20, "min_load": 2}})
    both, one = baseline(helped(), changed), apply(helped(), changed)
    assert both.weights.uninvited == one.weights.uninvited == 100
    assert both.weights.client_travel == helped().weights.client_travel
    assert both.rules.comfort_travel_min == one.rules.comfort_travel_min == 20
    assert (both.rules.min_load, one.rules.min_load) == (1, 2)


def test_where_all_crews_are_alike_a_budget_of_days_is_one_of_sessions() -> None:
    budget = budget_of(helped(), plan(("wutha-1", "w0"), ("wutha-1", "w1"), ("wutha-8", "w0"), ("wutha-8", "w1")))
    assert budget == Budget(4, 2, (("w0", 2), ("w1", 2)))
    assert within(helped(), budget).rules.max_sessions == 2
    stricter = helped().replace(rules=helped().rules.replace(max_sessions=1))
    assert within(stricter, budget).rules.max_sessions == 1


def test_elsewhere_nobody_goes_out_more_often_than_today() -> None:
    instance = villages(people("wutha", 2), [session("wutha", 1, desks=3), session("ruhla", 2)], caseworkers=3)
    budget = budget_of(instance, plan(("wutha-1", "w0"), ("wutha-1", "w1")))
    assert budget.sessions is None
    assert [worker.max_duties for worker in within(instance, budget).caseworkers] == [1, 1, 0]


def test_more_demand_contains_less_demand() -> None:
    def ids(factor: float) -> set[str]:
        return {c.id for c in under(helped(), Conditions(demand=(Demand(factor=factor),))).clients}

    assert ids(0) < ids(0.5) < ids(1) < ids(1.5) < ids(2)
    assert ids(1) == {c.id for c in helped().clients}
    assert len(ids(2)) == 24


def test_demand_of_one_municipality_leaves_the_others() -> None:
    changed = under(helped(), Conditions(demand=(Demand(factor=0, municipality="Ruhla"),)))
    assert {client.home for client in changed.clients} == {"wutha"}


def test_households_are_doubled_as_households() -> None:
    clients = [{**person, "household": "h"} for person in people("wutha", 2)]
    changed = under(villages(clients, [session("wutha", 1)]), Conditions(demand=(Demand(factor=2),)))
    assert {name: len(ids) for name, ids in changed.households.items()} == {"h": 2, "h.2": 2}


def test_posted_appointments_keep_their_clients() -> None:
    pin = {"client": "wutha-0", "session": "wutha-1", "caseworker": "w0", "start": "09:00"}
    pinned = Instance.model_validate_json(
        helped().model_dump_json().replace('"appointments":[]', f'"appointments":[{json.dumps(pin)}]')
    )
    changed = under(pinned, Conditions(demand=(Demand(factor=0),)))
    assert [client.id for client in changed.clients] == ["wutha-0"]


def test_slower_ways_are_slower_for_everybody() -> None:
    slow = under(helped(), Conditions(travel_factor=2))
    assert (client_ways(slow).milli_min > client_ways(helped()).milli_min).all()
    assert (office_ways(slow).milli_min > office_ways(helped()).milli_min).all()
    assert (client_ways(slow).milli_km == client_ways(helped()).milli_km).all()


def test_show_rates_have_the_wanted_mean_and_keep_their_order() -> None:
    rates = [{"show_rate": rate} for rate in (0, 0.2, 0.5, 0.9, 1)]
    clients = [person | rate for person, rate in zip(people("wutha", 5), rates, strict=True)]
    changed = under(villages(clients, [session("wutha", 1)]), Conditions(show_rate=0.6))
    found = [client.show_rate for client in changed.clients]
    assert sum(found) / 5 == pytest.approx(0.6)
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 1)


def test_as_many_have_no_car_as_wanted_and_the_same_ones_first() -> None:
    def riders(share: float) -> set[str]:
        return {c.id for c in under(helped(), Conditions(without_car=share)).clients if c.mode == "transit"}

    assert [len(riders(share)) for share in (0, 0.25, 0.5, 1)] == [0, 3, 6, 12]
    assert riders(0.25) < riders(0.5)
    back = under(under(helped(), Conditions(without_car=1)), Conditions(without_car=0.5))
    assert sum(client.mode == "car" for client in back.clients) == 6


def test_a_new_site_is_listed_closed_with_known_ways() -> None:
    site = {"id": "seebach", "name": "Seebach", "lat": 50.915, "lon": 10.42, "min_sessions": 2}
    riders = villages(people("wutha", 3, mode="transit"), [session("wutha", 1)])
    listed = under(riders, Conditions.model_validate({"new_sites": [site]}))
    assert (listed.sites[-1].status, listed.sites[-1].min_sessions) == ("candidate", 0)
    assert (client_ways(listed).milli_min[:, -1] > 0).all()
    assert (client_ways(listed).milli_min[:, :-1] == client_ways(riders).milli_min).all()


def test_a_table_of_the_scenario_goes_before_an_estimate() -> None:
    site = {"id": "seebach", "name": "Seebach", "lat": 50.915, "lon": 10.42}
    table = {"origins_are": "places", "mode": "transit", "origins": ["wutha"], "sites": ["seebach"], "min": [[42]]}
    riders = villages(people("wutha", 3, mode="transit"), [session("wutha", 1)])
    conditions = Conditions.model_validate_json(json.dumps({"new_sites": [site], "tables": [table]}))
    assert (client_ways(under(riders, conditions)).milli_min[:, -1] == 42_000).all()


def test_the_effect_of_distance_can_be_set() -> None:
    assert under(helped(), Conditions(attendance_per_min=0.02)).attendance.travel_per_min == 0.02


def test_another_month_has_as_many_households_and_is_always_the_same() -> None:
    clients = [{**person, "household": "h"} for person in people("wutha", 2)] + people("ruhla", 6)
    instance = villages(clients, [session("wutha", 1)])
    first, again, other = redrawn(instance, 1), redrawn(instance, 1), redrawn(instance, 2)
    assert first == again != other
    drawn = {client.household or client.id for client in first.clients}
    assert len(drawn) == 7
    assert len({client.id for client in first.clients}) == len(first.clients)


def test_no_outreach_at_all_owes_nothing() -> None:
    closed = apply(helped(), Scenario(id="none", title="none", measures=Measures(close_all=True)))
    assert closed.sessions == ()
    assert not closed.pins.appointments

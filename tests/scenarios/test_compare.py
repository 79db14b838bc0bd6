"""The answer must be the right one, for the right reason."""

import datetime as dt
from threading import Event

import pytest

from outreach_optimizer.errors import InputError, StoppedError
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.compare import Question, compare
from outreach_optimizer.scenarios.comparison import Comparison, Kind, Variant
from outreach_optimizer.scenarios.differences import Difference
from outreach_optimizer.scenarios.scenario import Conditions, Days, Demand, Measures, Scenario, ScenarioFile
from outreach_optimizer.scenarios.solving import Effort, Step, Store
from villages import half_empty, helped, only_on, people, session, villages, with_a_loser


def compared(instance: Instance, *only: str, months: int = 0, futures: bool = False, **effort: float) -> Comparison:
    question = Question(instance, only=only, months=months, futures=futures)
    return compare(question, Effort(**{"time_limit_s": 30.0, "workers": 1} | effort)).comparison  # type: ignore[arg-type]


def variant(comparison: Comparison, name: str) -> Variant:
    return next(variant for variant in comparison.variants if variant.id == name)


def difference(comparison: Comparison, name: str) -> Difference:
    found = variant(comparison, name).difference
    assert found is not None
    return found


def test_yes_where_people_are_spared_a_way() -> None:
    found = compared(helped(), "planned_same", "planned_replaces")
    same = difference(found, "planned_same")
    assert found.answer.recommendation in ("better", "better_if")
    assert same.verdict == "better"
    assert same.saving is not None
    assert same.saving.low == same.saving.high > 0
    # The reason is the way, not that fewer or more are invited, nor more staff.
    assert same.extra_invited == 0
    assert same.extra_duties == 0
    assert same.terms_saving_min["client_travel"] > 0
    assert same.terms_saving_min["uninvited"] == 0
    ruhla = next(group for group in same.municipalities if group.name == "Ruhla")
    assert ruhla.winners == 6
    assert not ruhla.has_losers


def test_no_where_half_empty_days_of_others_would_be_replaced() -> None:
    found = compared(half_empty(), "planned_replaces")
    replaced = difference(found, "planned_replaces")
    assert found.answer.recommendation == "worse"
    assert replaced.verdict == "worse"
    # Three people are sent to the next town: either their way is longer or they are not reached at all.
    assert replaced.terms_saving_min["client_travel"] < 0 or replaced.extra_invited == -3
    wutha = replaced.municipalities[-1]
    assert wutha.losers == 3
    assert wutha.mean_saving_min < 0


def test_no_where_the_best_plan_would_not_use_the_site() -> None:
    found = compared(half_empty(), "planned_same")
    assert found.answer.recommendation == "same"
    assert found.answer.reason.code == "not_used"
    assert difference(found, "planned_same").verdict == "same"
    assert all(site.sessions == 0 for site in variant(found, "planned_same").sites if site.new)


def test_not_decided_where_time_is_too_short_for_a_proof() -> None:
    found = compared(generate("month", 1), "planned_same", time_limit_s=0.3)
    same = difference(found, "planned_same")
    assert found.answer.recommendation == "not_decided"
    assert same.verdict == "not_decided"
    assert same.saving is not None
    assert same.saving.low < 0 < same.saving.high
    # For the right reason: neither side is proven.
    assert [variant(found, name).solved.status for name in ("today", "planned_same")] == ["FEASIBLE", "FEASIBLE"]
    assert same.further_s is None or same.further_s > 0


@pytest.mark.parametrize("seed", range(4))
def test_a_site_that_may_be_opened_for_nothing_never_makes_the_proven_best_worse(seed: int) -> None:
    lots = [(seed * 7 + number * 3) % 5 for number in range(8)]
    clients = [
        {"id": f"c{number}", "home": ("wutha", "ruhla", "seebach")[lot % 3], "mode": ("car", "bike")[lot % 2]}
        | ({"windows": only_on(1)} if lot == 4 else {})
        for number, lot in enumerate(lots)
    ]
    instance = villages(
        clients, [session("wutha", 1), session("wutha", 8), session("ruhla", 1 + seed), session("ruhla", 9)]
    )
    found = compared(instance, "planned_extra", "planned_same")
    for name in ("planned_extra", "planned_same"):
        saving = difference(found, name).saving
        assert variant(found, name).solved.status == "OPTIMAL"
        assert saving is not None
        assert saving.low >= 0


def test_whose_way_gets_longer_is_never_hidden_by_a_mean() -> None:
    found = compared(with_a_loser(), "planned_same")
    same = difference(found, "planned_same")
    assert same.verdict == "better"
    wutha = next(group for group in same.municipalities if group.name == "Wutha-Farnroda")
    assert wutha.people == 6
    assert wutha.has_losers
    assert wutha.losers is None, "one person is not counted in public, but not called zero either"
    assert wutha.worst_loss_min > 0


def test_inviting_fewer_does_not_look_like_less_travel() -> None:
    found = compared(helped(), "none")
    nobody = difference(found, "none")
    assert nobody.extra_invited == -12
    assert nobody.terms_saving_min["client_travel"] > 0, "the plan alone travels less"
    assert nobody.verdict == "worse"
    mean = next(effect.estimate.value for effect in nobody.effects if effect.name == "burden_mean")
    assert mean < 0, "but people travel more: all of them go to the office"


def test_without_a_planned_site_the_program_says_so() -> None:
    instance = villages(people("wutha", 4), [session("wutha", 1)], sites={"wutha": {}})
    found = compared(instance, "planned_same", "none")
    assert [(missing.kind, missing.reason.code) for missing in found.unavailable] == [
        ("planned_same", "no_planned_site")
    ]
    assert found.question.code == "any_site"
    assert found.break_even is None


def test_a_planned_site_without_rooms_is_told() -> None:
    found = compared(villages(people("wutha", 4), [session("wutha", 1)]), "planned_extra")
    assert [missing.reason.code for missing in found.unavailable] == ["no_rooms"]


def test_today_leaves_out_planned_sites_even_where_rules_already_allow_them() -> None:
    instance = helped()
    allowed = instance.replace(rules=instance.rules.replace(held_statuses=("open", "planned")))
    assert difference(compared(allowed, "planned_same"), "planned_same").verdict == "better"


def test_where_today_cannot_be_planned_nothing_is_compared() -> None:
    instance = villages(people("wutha", 1), [session("wutha", 1)], rules={"min_load": 2})
    owing = instance.replace(sites=(instance.sites[0].replace(min_sessions=1), *instance.sites[1:]))
    outcome = compare(Question(owing), Effort(time_limit_s=10, workers=1))
    assert outcome.comparison.answer.recommendation == "not_possible"
    assert outcome.comparison.answer.reason.code == "unsolved_infeasible"
    assert not outcome.plans


def test_a_variant_that_breaks_agreements_is_impossible_not_worse() -> None:
    measures = Measures(days=(Days(site="wutha", at_least=2),), remove_caseworkers=("w0",))  # type: ignore[arg-type]
    file = ScenarioFile(built_in=(), scenarios=(Scenario(id="alone", title="One caseworker", measures=measures),))
    found = compare(Question(helped(), file, months=0, futures=False), Effort(time_limit_s=10, workers=1)).comparison
    assert variant(found, "alone").solved.status == "INFEASIBLE"
    assert found.answer.recommendation == "not_possible"
    assert found.answer.reason.code == "unsolved_infeasible"


def test_conditions_change_both_sides() -> None:
    twice = Conditions(demand=(Demand(factor=2, municipality="Ruhla"),))
    opened = Measures(open=("ruhla",), same_caseworker_days=True)  # type: ignore[arg-type]
    file = ScenarioFile(
        built_in=(), scenarios=(Scenario(id="twice", title="More people", conditions=twice, measures=opened),)
    )
    found = compare(Question(helped(), file, months=0, futures=False), Effort(time_limit_s=30, workers=1)).comparison
    reach = variant(found, "twice").reach
    assert reach is not None
    assert reach.people == 18
    # With more people than room, both sides are full: the difference is the way, not that more people are asked for.
    assert difference(found, "twice").extra_invited == 0
    assert difference(found, "twice").verdict == "better"


def test_all_other_municipalities_of_the_district_are_looked_at() -> None:
    found = compared(helped(), "fifth", "two_more", "planned_same")
    ranking = found.ranking
    assert ranking is not None
    assert ranking.searched == 32
    assert ranking.source == "district"
    assert [c.name for c in ranking.candidates if c.planned] == ["Ruhla"]
    solved = [candidate for candidate in ranking.candidates if candidate.saving is not None]
    assert solved == list(ranking.candidates[: len(solved)]), "planned in full before only screened"
    assert {"Eisenach", "Wutha-Farnroda"}.isdisjoint(candidate.name for candidate in solved)
    seebach = next(candidate for candidate in ranking.candidates if candidate.name == "Seebach")
    assert seebach.screened_saving_min > 0


def test_everything_around_the_answer_is_found_on_the_way() -> None:
    found = compared(helped(), "planned_same", months=2, futures=True)
    bars = {bar.name: bar for bar in found.sensitivity}
    assert set(bars) == {"show_rate", "attendance", "car_share", "demand", "room_days", "travel_factor"}
    assert {bar.grade for name, bar in bars.items() if name in ("demand", "room_days")} == {"re_optimized"}
    slower = bars["travel_factor"]
    assert slower.low_saving_min is not None
    assert slower.high_saving_min is not None
    assert 0 < slower.low_saving_min < slower.high_saving_min, "longer ways, more to save"
    assert [month.seed for month in difference(found, "planned_same").months] == [1, 2]
    means = {e.name: e.estimate for e in difference(found, "planned_same").effects}
    assert means["months_mean"].people == 2
    assert means["months_mean"].value == pytest.approx(
        sum(month.mean_saving_min for month in difference(found, "planned_same").months) / 2
    )
    assert found.break_even is not None
    assert found.break_even.area == ("Ruhla",)
    assert found.regret is not None
    assert found.regret.minimax == "planned_same"
    aims = {
        (p.staff_away_h, p.mean_burden_min, p.p90_burden_min, p.worst_burden_min): p.dominated for p in found.pareto
    }
    for aim, dominated in aims.items():
        others = [other for other in aims if other != aim]
        assert dominated == any(all(a <= b for a, b in zip(other, aim, strict=True)) for other in others)


def test_from_the_same_searches_follows_the_same_answer_byte_for_byte() -> None:
    kept: dict[str, str] = {}
    effort = Effort(time_limit_s=30, workers=1, store=Store(kept.get, kept.__setitem__))
    question = Question(helped(), only=("planned_same", "none"), months=1)
    first = compare(question, effort).comparison
    again, once_more = (compare(question, effort).comparison for _ in range(2))
    assert again.model_dump_json() == once_more.model_dump_json()
    assert again.answer == first.answer
    assert again.sensitivity == first.sensitivity


def test_who_stops_keeps_what_was_finished_and_goes_on_later() -> None:
    kept: dict[str, str] = {}
    stop = Event()

    def tell(step: Step) -> None:
        if step.number == 2:
            stop.set()

    store = Store(kept.get, kept.__setitem__)
    question = Question(helped(), only=("planned_same", "none"), months=0, futures=False)
    effort = Effort(time_limit_s=30, workers=1, store=store)
    with pytest.raises(StoppedError):
        compare(question, effort._replace(stop=stop, tell=tell))
    assert len(kept) == 1
    found = compare(question, effort).comparison
    assert variant(found, "today").solved.reused
    assert not variant(found, "planned_same").solved.reused
    assert found.answer.variant == "planned_same"


def test_dates_of_the_period_are_told() -> None:
    found = compared(helped(), "none")
    assert dt.date.fromisoformat(found.period[0]) < dt.date.fromisoformat(found.period[1])


def test_kinds_that_are_not_asked_for_are_not_planned() -> None:
    kinds: list[Kind] = [variant.kind for variant in compared(helped(), "none").variants]
    assert kinds == ["today", "none"]


def test_without_people_nothing_is_claimed() -> None:
    found = compared(villages([], [session("wutha", 1), session("ruhla", 2)]), months=1, futures=True)
    assert found.people == 0
    assert found.answer.recommendation == "not_possible"
    assert found.answer.reason.code == "no_people"


def test_without_an_office_burden_has_no_meaning() -> None:
    with pytest.raises(InputError, match="no_office"):
        compare(Question(helped().replace(offices=())), Effort())


def test_elsewhere_the_municipalities_of_the_people_are_looked_at() -> None:
    instance = helped()
    moved = instance.replace(
        places=tuple(place.replace(lat=place.lat - 2) for place in instance.places),
        sites=tuple(site.replace(lat=site.lat - 2) for site in instance.sites),
        offices=tuple(office.replace(lat=office.lat - 2) for office in instance.offices),
    )
    ranking = compared(moved, "fifth", "planned_same").ranking
    assert ranking is not None
    assert ranking.source == "instance"
    assert {candidate.name for candidate in ranking.candidates} == {"Wutha-Farnroda", "Ruhla", "Seebach"}


def test_without_rooms_to_copy_no_other_site_is_tried() -> None:
    found = compared(villages(people("wutha", 4), []), "fifth", "two_more")
    assert [(missing.kind, missing.reason.code) for missing in found.unavailable] == [
        ("fifth", "no_rooms_to_copy"),
        ("two_more", "no_rooms_to_copy"),
    ]

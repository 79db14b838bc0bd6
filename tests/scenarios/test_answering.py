import pytest

from compared import example_comparison
from outreach_optimizer.scenarios.answering import answer_of, needs_of, quality_of
from outreach_optimizer.scenarios.comparison import Bar, Variant
from outreach_optimizer.scenarios.figures import Interval, Saying, SiteUse
from outreach_optimizer.texts import load
from villages import helped, villages

EXAMPLE = example_comparison()
PLANNED = next(variant for variant in EXAMPLE.variants if variant.id == "planned_same")
PEOPLE = 120


def asked(low: float, high: float, *, mean_low: float | None = 0.3, months: bool = False) -> Variant:
    difference = PLANNED.difference
    assert difference is not None
    effects = tuple(
        effect.replace(estimate=effect.estimate.replace(low=mean_low)) if effect.name == "burden_mean" else effect
        for effect in difference.effects
    )
    verdict = "better" if low > 0 else "worse" if high < 0 else "not_decided"
    changed = difference.replace(
        saving=Interval(low=low, high=high),
        verdict=verdict,
        effects=effects,
        months=difference.months if months else (),
    )
    return PLANNED.replace(difference=changed)


def bar(low: float, high: float) -> Bar:
    settings = [Saying(code="travel_factor", facts={"percent": percent}) for percent in (75, 125)]
    return Bar(
        name="travel_factor",
        grade="stress",
        low_setting=settings[0],
        high_setting=settings[1],
        low_saving_min=low,
        high_saving_min=high,
    )


@pytest.mark.parametrize(
    ("variant", "bars", "recommendation", "code"),
    [
        (asked(200, 210), [bar(1, 2)], "better", "better_everywhere"),
        (asked(200, 210), [], "better", "better_now"),
        (asked(200, 210), [bar(-1, 2)], "better_if", "better_not_everywhere"),
        (asked(200, 210, months=True), [], "better_if", "better_not_everywhere"),
        (asked(200, 210, mean_low=-0.2), [bar(1, 2)], "better_if", "better_for_these"),
        (asked(200, 210, mean_low=None), [bar(1, 2)], "better_if", "better_for_these"),
        (asked(10, 210), [bar(1, 2)], "better_if", "better_perhaps_little"),
        (asked(10, 50), [], "same", "too_little"),
        (asked(0, 0), [], "same", "too_little"),
        (asked(-90, 300), [], "not_decided", "not_decided"),
        (asked(-90, -20), [], "worse", "worse"),
        (PLANNED.replace(difference=None), [], "not_possible", "unsolved_optimal"),
        (None, [], "not_possible", "not_asked"),
    ],
)
def test_the_answer_says_no_more_than_is_known(
    variant: Variant | None, bars: list[Bar], recommendation: str, code: str
) -> None:
    answer = answer_of(variant, bars, None, None, PEOPLE)
    assert (answer.recommendation, answer.reason.code) == (recommendation, code)
    for lang in ("de", "en"):
        assert load("de" if lang == "de" else "en").say(f"scenario.reason.{code}", **answer.reason.facts)


def test_an_unused_site_is_the_reason() -> None:
    unused = tuple(site.replace(sessions=0) for site in PLANNED.sites)
    assert answer_of(asked(0, 0).replace(sites=unused), [], None, None, PEOPLE).reason.code == "not_used"


def test_what_would_turn_the_answer_is_told() -> None:
    answer = answer_of(asked(200, 210), [bar(-1, 2)], EXAMPLE.break_even, EXAMPLE.ranking, PEOPLE)
    codes = [saying.code for saying in answer.conditions]
    assert codes == ["bar_travel_factor", "fewer_people", "other_site"]
    for lang in ("de", "en"):
        texts = load("de" if lang == "de" else "en")
        assert all(texts.say(f"scenario.turning.{s.code}", **s.facts) for s in answer.conditions)


def test_another_site_that_may_be_as_good_is_not_called_better() -> None:
    ranking = EXAMPLE.ranking
    assert ranking is not None
    best = ranking.candidates[0].replace(saving=Interval(low=190, high=230))
    alike = ranking.replace(candidates=(best, *ranking.candidates[1:]))
    answer = answer_of(asked(200, 210), [], None, alike, PEOPLE)
    assert [saying.code for saying in answer.conditions] == ["other_site_alike"]
    worse = ranking.replace(candidates=(best.replace(saving=Interval(low=10, high=20)), *ranking.candidates[1:]))
    assert answer_of(asked(200, 210), [], None, worse, PEOPLE).conditions == ()


def test_needs_name_what_is_missing() -> None:
    instance = helped()
    bad = instance.replace(sites=(instance.sites[0], instance.sites[1].replace(barrier_free=False, network_ok=False)))
    use = SiteUse(site="ruhla", name="Ruhla", lat=1, lon=1, held=True, new=True, sessions=1, invited=6, slots=6)
    variant = PLANNED.replace(sites=(use, use.replace(site="wutha", new=False), use.replace(site="gone")))
    codes = [saying.code for saying in needs_of(bad, variant)]
    assert codes == ["rooms", "hours", "barrier_missing", "network_missing", "privacy", "safety", "fallback"]
    assert [s.code for s in needs_of(instance, variant)][2:4] == ["barrier_free", "network"]
    assert needs_of(instance, None) == ()


def test_the_quality_of_few_and_of_made_up_data_is_told() -> None:
    codes = {saying.code for saying in quality_of(helped().replace(note="Synthetic: by hand"))}
    assert {"synthetic", "one_rate", "few_settlements", "people", "largest_settlement"} <= codes
    assert "largest_settlement" not in {saying.code for saying in quality_of(villages([], []))}

"""The first page: the answer, why, what would change it, what is assumed, how good the data are, what is needed."""

from collections.abc import Sequence

import numpy as np

from outreach_optimizer.instance import Coordinates, Instance
from outreach_optimizer.scenarios.buses import bus_fit, unknown_everywhere
from outreach_optimizer.scenarios.comparison import Answer, Bar, BreakEven, Ranking, Recommendation, Variant
from outreach_optimizer.scenarios.describe import counted
from outreach_optimizer.scenarios.differing import settlements
from outreach_optimizer.scenarios.figures import Estimate, Fact, Saying
from outreach_optimizer.scenarios.scenario import CostRates

RELEVANT_MIN = 0.5
"""Less than this per person of the list (minutes of the objective) is no reason to open anything; own choice."""
EXPECTED_SPREAD = 0.25
"""Ways by formula are off by a quarter, one way or the other (docs/decisions.md)."""


def answer_of(
    variant: Variant | None, bars: Sequence[Bar], break_even: BreakEven | None, ranking: Ranking | None, people: int
) -> Answer:
    """Answer the question about a variant."""
    if variant is None or variant.difference is None or variant.difference.saving is None:
        code = "not_asked" if variant is None else f"unsolved_{variant.solved.status.lower()}"
        return Answer(
            variant=None if variant is None else variant.id,
            recommendation="not_possible",
            reason=Saying(code=code),
        )
    recommendation, reason = _recommended(variant, bars, people)
    return Answer(
        variant=variant.id,
        recommendation=recommendation,
        reason=reason,
        conditions=tuple(_turning(variant, bars, break_even, ranking)),
    )


def _recommended(variant: Variant, bars: Sequence[Bar], people: int) -> tuple[Recommendation, Saying]:
    difference = variant.difference
    if difference is None or difference.saving is None:
        raise ValueError("only a solved variant is recommended")
    low, high = difference.saving.low, difference.saving.high
    facts: dict[str, Fact] = {
        "low": round(low, 1),
        "high": round(high, 1),
        "low_per_person": round(low / max(1, people), 2),
        "high_per_person": round(high / max(1, people), 2),
        "relevant": RELEVANT_MIN,
        "extra_invited": difference.extra_invited,
        "sessions": sum(site.sessions for site in variant.sites if site.new),
    }
    mean = _effect(variant, "burden_mean")
    facts |= {} if mean is None else {"mean": mean.value, "mean_low": mean.low, "mean_high": mean.high}
    if high < 0:
        return "worse", Saying(code="worse", facts=facts)
    if high < RELEVANT_MIN * people:
        unused = variant.kind.startswith("planned") and not facts["sessions"]
        return "same", Saying(code="not_used" if unused else "too_little", facts=facts)
    if low <= 0:
        return "not_decided", Saying(code="not_decided", facts=facts | {"further_s": difference.further_s})
    return _better(variant, bars, people, facts)


def _better(
    variant: Variant, bars: Sequence[Bar], people: int, facts: dict[str, Fact]
) -> tuple[Recommendation, Saying]:
    """How sure it is that what is better now is better for others, too."""
    mean = _effect(variant, "burden_mean")
    low = 0.0 if variant.difference is None or variant.difference.saving is None else variant.difference.saving.low
    against, futures = _against(variant, bars)
    facts |= {"against": against, "futures": futures}
    if low < RELEVANT_MIN * people:
        return "better_if", Saying(code="better_perhaps_little", facts=facts)
    if against:
        return "better_if", Saying(code="better_not_everywhere", facts=facts)
    if mean is None or mean.low is None or mean.low <= 0:
        return "better_if", Saying(code="better_for_these", facts=facts)
    return "better", Saying(code="better_everywhere" if futures else "better_now", facts=facts)


def _against(variant: Variant, bars: Sequence[Bar]) -> tuple[int, int]:
    """Futures in which the variant does not help, and all that were looked at."""
    months = () if variant.difference is None else variant.difference.months
    ends = [end for bar in bars for end in (bar.low_saving_min, bar.high_saving_min) if end is not None]
    against = sum(end < 0 for end in ends)
    against += sum(month.verdict != "better" or month.mean_saving_min < 0 for month in months)
    return against, len(ends) + len(months)


def _turning(
    variant: Variant, bars: Sequence[Bar], break_even: BreakEven | None, ranking: Ranking | None
) -> list[Saying]:
    """What would change the answer: assumptions that turn the sign, too few people, a better site."""
    mean = _effect(variant, "burden_mean")
    found: list[Saying] = []
    facts: dict[str, Fact]
    for bar in bars:
        for setting, end in ((bar.low_setting, bar.low_saving_min), (bar.high_setting, bar.high_saving_min)):
            if end is not None and mean is not None and end * mean.value < 0:
                facts = {"saving": round(end, 2), **setting.facts}
                found.append(Saying(code=f"bar_{setting.code}", facts=facts))
    if break_even is not None and break_even.needed_replacing is not None:
        facts = {"needed": break_even.needed_replacing, "replaced": break_even.replaced, "area": break_even.area}
        found.append(Saying(code="fewer_people", facts=facts))
    others = [] if ranking is None else [c for c in ranking.candidates if not c.planned and c.saving]
    best = next((other for other in others if other.name != variant.facts.get("site")), None)
    own = variant.difference.saving if variant.difference else None
    if best is not None and best.saving is not None and own is not None and best.saving.high >= own.low:
        code = "other_site" if best.saving.low > own.high else "other_site_alike"
        facts = {"site": best.name, "low": best.saving.low, "high": best.saving.high, "own": own.high}
        found.append(Saying(code=code, facts=facts))
    return found


def _effect(variant: Variant, name: str) -> Estimate | None:
    effects = variant.difference.effects if variant.difference else ()
    return next((effect.estimate for effect in effects if effect.name == name), None)


def assumptions_of(instance: Instance, costs: CostRates, *, new_sites: bool) -> tuple[Saying, ...]:
    """What is assumed."""
    fit = bus_fit(instance)
    found = [
        Saying(code="accounting"),
        Saying(
            code="show_rate", facts={"percent": round(100 * float(np.mean([c.show_rate for c in instance.clients])))}
        )
        if instance.clients
        else None,
        Saying(code="independent"),
        Saying(code="attendance", facts={"beta": instance.attendance.travel_per_min}),
        Saying(code="uninvited_price", facts={"minutes": instance.weights.uninvited}),
        Saying(code="same_caseworker_days"),
        Saying(code="one_of_equal"),
        Saying(
            code="bus_fitted" if fit.pairs else "bus_assumed",
            facts={
                "fixed": round(fit.fixed_min, 1),
                "per_km": round(fit.min_per_km, 2),
                "pairs": fit.pairs,
                "error": round(fit.error_min, 1),
            },
        ),
        Saying(code="car_formula", facts={"percent": round(100 * EXPECTED_SPREAD)})
        if instance.travel.computed
        else None,
        Saying(code="reimbursement", facts={"eur_per_km": costs.client_eur_per_km}),
        Saying(code="staff_hour", facts={"eur_per_h": costs.staff_eur_per_h}),
        Saying(code="rooms_like_planned") if new_sites else None,
        Saying(code="relevance", facts={"minutes": RELEVANT_MIN}),
    ]
    return tuple(saying for saying in found if saying is not None)


def quality_of(instance: Instance) -> tuple[Saying, ...]:
    """How good the data are on which the answer rests."""
    places = settlements(instance)
    exact = sum(isinstance(client.home, Coordinates) for client in instance.clients)
    riders = sum(client.mode == "transit" for client in instance.clients)
    sizes = [places.count(place) for place in set(places)]
    found = [
        Saying(code="synthetic") if instance.note.lower().startswith("synthetic") else None,
        Saying(code="people", facts={"people": len(places), "settlements": len(sizes)}),
        Saying(code="largest_settlement", facts={"people": max(sizes)}) if sizes else None,
        Saying(code="homes", facts={"exact": exact, "settlement": len(places) - exact}),
        Saying(code="riders", facts={"riders": counted(riders)}),
        Saying(code="unreachable", facts={"people": counted(unknown_everywhere(instance))}),
        Saying(code="one_rate") if len({client.show_rate for client in instance.clients}) == 1 else None,
        Saying(code="few_settlements", facts={"settlements": len(sizes)}) if len(sizes) < 12 else None,
    ]
    return tuple(saying for saying in found if saying is not None)


def needs_of(instance: Instance, variant: Variant | None) -> tuple[Saying, ...]:
    """What the municipality of the new site must provide."""
    if variant is None:
        return ()
    found: list[Saying] = []
    for use in variant.sites:
        site = instance.site_by_id.get(use.site)  # type: ignore[call-overload]
        if not use.new or site is None:
            continue
        rooms = [session for session in instance.sessions if session.site == use.site]
        facts: dict[str, Fact] = {"site": use.name}
        found.append(
            Saying(code="rooms", facts=facts | {"days": use.sessions, "offered": len({r.date for r in rooms})})
        )
        if rooms:
            hours: dict[str, Fact] = {
                "desks": max(room.desks for room in rooms),
                "start": f"{min(room.start for room in rooms) // 60}:{min(room.start for room in rooms) % 60:02d}",
                "end": f"{max(room.end for room in rooms) // 60}:{max(room.end for room in rooms) % 60:02d}",
            }
            found.append(Saying(code="hours", facts=facts | hours))
        found.append(Saying(code="barrier_free" if site.barrier_free else "barrier_missing", facts=facts))
        found.append(Saying(code="network" if site.network_ok else "network_missing", facts=facts))
        found += [Saying(code=code, facts=facts) for code in ("privacy", "safety", "fallback")]
    return tuple(found)

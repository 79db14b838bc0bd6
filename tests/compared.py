"""A comparison as the program would give it, small and invented, for tests of what is made of it."""

from outreach_optimizer.scenarios.comparison import (
    Answer,
    Bar,
    BreakEven,
    Candidate,
    Certificate,
    Comparison,
    Point,
    Ranking,
    Regret,
    RegretRow,
    Unavailable,
    Variant,
)
from outreach_optimizer.scenarios.differences import (
    Chance,
    Difference,
    Effect,
    Month,
    Municipality,
)
from outreach_optimizer.scenarios.figures import (
    Burden,
    Costs,
    Estimate,
    Interval,
    Reach,
    Saying,
    SiteUse,
    Solved,
    Staff,
    Travel,
    Verdict,
)

PLACES = {
    "gerstungen": ("Gerstungen", 50.968, 10.076),
    "wutha": ("Wutha-Farnroda", 50.956, 10.396),
    "treffurt": ("Treffurt", 51.137, 10.230),
    "dermbach": ("Dermbach", 50.717, 10.120),
    "ruhla": ("Ruhla", 50.893, 10.366),
}
BEFORE = {"gerstungen": 2, "wutha": 2, "treffurt": 2, "dermbach": 2, "ruhla": 0}
AFTER = {"gerstungen": 2, "wutha": 1, "treffurt": 2, "dermbach": 2, "ruhla": 1}


def say(code: str, **facts: str | float) -> Saying:
    return Saying(code=code, facts=facts)


def solved(objective: float, bound: float, *, digest: str = "0") -> Solved:
    return Solved(
        status="OPTIMAL" if objective == bound else "FEASIBLE",
        objective_min=objective,
        bound_min=bound,
        gap=(objective - bound) / objective,
        seconds=6.5,
        sha256=digest * 64,
    )


def travel(mode: str, people: int | None, shift: float) -> Travel:
    figures = ("mean_min", 22.0), ("median_min", 19.0), ("p90_min", 44.0), ("max_min", 71.0), ("kolm_ede_min", 31.0)
    values = {name: None if people is None else value + shift for name, value in figures}
    shares = {f"share_{limit}": None if people is None else limit / 60 for limit in (15, 30, 45)}
    return Travel.model_validate({"mode": mode, "people": people, "gini": None, **values, **shares})


def variant(name: str, kind: str, days: dict[str, int], shift: float, **more: object) -> Variant:
    return Variant.model_validate(
        {
            "id": name,
            "kind": kind,
            "facts": {"planned": "Ruhla"},
            "solved": solved(18572.3 + 40 * shift, 18572.3 + 40 * shift),
            "terms_min": {"uninvited": 13080.0, "client_travel": 3246.0 + 40 * shift},
            "reach": Reach(people=120, invited=71, expected_shows=46.2, free_slots=9, beyond_30=11),
            "burden": Burden(
                mean_min=52.0 + shift, median_min=44.0, p90_min=104.0 + shift, max_min=171.0, kolm_ede_min=79.5
            ),
            "travel_invited": (
                travel("all", 71, shift),
                travel("with_car", 40, shift),
                travel("without_car", 31, shift),
                travel("bike", None, 0),
            ),
            "travel_all": (travel("all", 120, shift + 4),),
            "staff": Staff(sessions=8, duties=16, away_h=134.5, drive_h=15.7, drive_km=611.0),
            "costs": Costs(
                client_reimbursement_eur=402.1,
                staff_km_eur=122.2,
                staff_travel_eur=596.6,
                setup_eur=228.0,
                total_eur=1348.9,
            ),
            "sites": tuple(
                SiteUse(
                    site=site,
                    name=place[0],
                    lat=place[1],
                    lon=place[2],
                    held=days[site] > 0,
                    new=site == "ruhla" and days[site] > 0,
                    sessions=days[site],
                    invited=9 * days[site],
                    slots=9 * days[site],
                )
                for site, place in PLACES.items()
            ),
            **more,
        }
    )


def estimate(value: float, half: float, people: int = 120) -> Estimate:
    return Estimate(value=value, low=value - half, high=value + half, people=people, clusters=30)


def difference() -> Difference:
    return Difference(
        saving=Interval(low=180.4, high=180.4),
        verdict="better",
        further_s=None,
        terms_saving_min={"uninvited": 0.0, "client_travel": 160.0, "staff_travel": 20.4},
        extra_invited=0,
        extra_shows=0.1,
        extra_staff_away_h=-0.5,
        extra_duties=0,
        extra_cost_eur=-31.5,
        effects=(
            Effect(name="burden_mean", estimate=estimate(1.4, 1.1)),
            Effect(name="burden_p90", estimate=estimate(2.0, 4.0)),
            Effect(name="with_car_mean", estimate=estimate(1.1, 0.8, 61)),
            Effect(name="without_car_mean", estimate=estimate(1.8, 2.6, 59)),
            Effect(name="invited_both_mean", estimate=estimate(1.2, 0.9, 66)),
            Effect(name="invited_both_p90", estimate=estimate(0.0, 3.0, 66)),
        ),
        chance=Chance(
            replications=1000,
            mean_saving_min=1.4,
            low_min=0.6,
            high_min=2.2,
            better_share=0.99,
            extra_shows_mean=0.1,
            extra_shows_low=0.0,
            extra_shows_high=1.0,
        ),
        months=(
            month(1, Interval(low=90.0, high=95.0), "better"),
            Month(
                seed=2,
                saving=Interval(low=-5.0, high=12.0),
                verdict="not_decided",
                mean_saving_min=0.1,
                extra_invited=1,
            ),
        ),
        municipalities=(
            municipality("Ruhla", 9, 14.2, 6, 0),
            municipality("Seebach", 3, 3.4, 3, 0),
            municipality("Gerstungen", 15, 0.0, 0, 0),
            municipality("", 6, -0.4, 0, None, merged=("Buttlar", "Empfertshausen", "Weilar")),
            municipality("Wutha-Farnroda", 11, -2.1, 0, 4),
        ),
        suppressed_people=0,
    )


def month(seed: int, saving: Interval, verdict: Verdict) -> Month:
    return Month(seed=seed, saving=saving, verdict=verdict, mean_saving_min=saving.low / 120, extra_invited=0)


def municipality(
    name: str, people: int, saving: float, winners: int | None, losers: int | None, *, merged: tuple[str, ...] = ()
) -> Municipality:
    return Municipality(
        name=name,
        merged=merged,
        people=people,
        mean_saving_min=saving,
        winners=winners,
        losers=losers,
        unchanged=None if winners is None or losers is None else people - winners - losers,
        has_losers=losers != 0,
        worst_loss_min=0 if losers == 0 else 10,
        invited_before=5,
        invited_after=5,
    )


def example_comparison() -> Comparison:
    """Comparison of four variants in which Ruhla helps a little with the same caseworker-days."""
    return Comparison(
        question=say("planned", planned="Ruhla"),
        period=("2027-02-01", "2027-03-01"),
        people=120,
        answer=Answer(
            variant="planned_same",
            recommendation="better_if",
            reason=say("better_not_everywhere", against=3, futures=12),
            conditions=(say("bar_demand", percent=75, saving=-0.1),),
        ),
        variants=(
            variant("today", "today", BEFORE, 0),
            variant("planned_same", "planned_same", AFTER, -1.4, budget_duties=16, difference=difference()),
            variant(
                "planned_extra",
                "planned_extra",
                BEFORE | {"ruhla": 2},
                -6.0,
                difference=difference().replace(extra_invited=18, extra_duties=4, extra_cost_eur=95.0),
            ),
            variant(
                "custom-1",
                "custom",
                AFTER,
                1.0,
                title="Wutha only in the morning",
                measures=(say("close_site", site="Wutha-Farnroda"),),
                difference=difference().replace(verdict="worse", saving=Interval(low=-60.0, high=-60.0)),
            ),
        ),
        unavailable=(Unavailable(kind="two_more", reason=say("no_candidate")),),
        sensitivity=(
            Bar(
                name="travel_factor",
                grade="stress",
                low_setting=say("travel_factor", percent=75),
                high_setting=say("travel_factor", percent=125),
                low_saving_min=1.0,
                high_saving_min=1.8,
            ),
            Bar(
                name="demand",
                grade="re_optimized",
                low_setting=say("demand", percent=75),
                high_setting=say("demand", percent=125),
                low_saving_min=-0.1,
                high_saving_min=1.5,
                low_verdict="not_decided",
                high_verdict="better",
            ),
        ),
        break_even=BreakEven(
            area=("Ruhla", "Seebach"),
            people_in_area=12,
            invited_from_area=8,
            saving_per_person_min=26.0,
            extra_day_min=130.0,
            replacing_day_min=12.0,
            replaced="Wutha-Farnroda",
            needed_extra=5,
            needed_replacing=1,
        ),
        pareto=(
            point("today", 134.5, 52.0, dominated=True),
            point("planned_same", 134.0, 50.6, dominated=False),
            point("planned_extra", 168.0, 46.0, dominated=False),
        ),
        regret=Regret(
            futures=((say("show_rate", percent=60), say("travel_factor", percent=75)), (say("show_rate", percent=70),)),
            rows=(
                RegretRow(variant="today", by_future=(1.1, 1.5), worst=1.5, mean=1.3, best_share=0.0),
                RegretRow(variant="planned_same", by_future=(0.0, 0.0), worst=0.0, mean=0.0, best_share=1.0),
            ),
            minimax="planned_same",
        ),
        ranking=Ranking(
            candidates=(
                Candidate(
                    name="Vacha",
                    lat=50.823,
                    lon=10.024,
                    planned=False,
                    screened_saving_min=8.0,
                    people_nearer=22,
                    solved=solved(18100.0, 18100.0),
                    saving=Interval(low=472.3, high=472.3),
                    mean_saving_min=4.8,
                    extra_invited=1,
                ),
                Candidate(
                    name="Ruhla", lat=50.893, lon=10.366, planned=True, screened_saving_min=2.2, people_nearer=12
                ),
            ),
            searched=32,
            source="district",
        ),
        assumptions=(say("accounting"), say("reimbursement", eur_per_km=0.2), say("show_rate", percent=65)),
        data_quality=(say("synthetic"), say("people", people=120, settlements=30)),
        needs=(
            say("rooms", site="Ruhla", days=1, offered=7),
            say("network", site="Ruhla"),
            say("barrier_free", site="Ruhla"),
        ),
        certificate=Certificate(
            instance_name="month-1",
            instance_sha256="0" * 64,
            scenarios_sha256=None,
            versions={"outreach-optimizer": "0.1.0", "ortools": "9.15"},
            seed=0,
            workers=2,
            time_limit_s=20,
            largest_gap=0.0,
            seconds=31.5,
        ),
    )


def point(name: str, away_h: float, mean: float, *, dominated: bool) -> Point:
    return Point(
        variant=name,
        label=say("variant"),
        staff_away_h=away_h,
        mean_burden_min=mean,
        p90_burden_min=2 * mean,
        worst_burden_min=171.0,
        invited=71,
        dominated=dominated,
    )

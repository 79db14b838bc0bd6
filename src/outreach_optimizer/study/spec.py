"""The format of a study: which factors take which levels, under which scenarios, with which seeds.

Every level of a factor is combined with every level of the others (a full factorial design), and every combination
is solved for every seed. The first level of a factor is what its other levels are compared with.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from outreach_optimizer.fields import Frozen, Name
from outreach_optimizer.generate.parameters import Blocked, Caseworkers, Clients, Days, Desks, Load, SlotMin
from outreach_optimizer.scenarios.scenario import ScenarioFile

MOST_RUNS = 20_000
"""Of one study; more would take weeks, and no page could show them."""
MOST_LEVELS = 40
MOST_SEEDS = 1000
LARGEST_SEED = 2**31 - 1
TODAY = "today"
"""Name of the level of the factor scenario at which nothing is changed."""

Level = str | int | float
FactorName = Literal[
    "preset",
    "clients",
    "caseworkers",
    "days",
    "blocked",
    "load",
    "slot_min",
    "desks",
    "sites",
    "demand",
    "show_rate",
    "without_car",
    "travel_factor",
    "scenario",
]
MeasureName = Literal[
    "objective_min",
    "gap",
    "seconds",
    "invited",
    "uninvited",
    "sessions_held",
    "duties",
    "travel_mean_min",
    "travel_median_min",
    "travel_p90_min",
    "travel_max_min",
    "share_15",
    "share_30",
    "share_45",
    "kolm_ede_min",
    "reimbursement_eur",
    "staff_drive_min",
    "staff_km",
    "staff_cost_eur",
    "expected_shows",
    "expected_held",
    "expected_idle_min",
    "expected_wait_mean_min",
    "expected_wait_max_min",
    "wait_worst_group_min",
    "overflow_risk_max",
]

T = TypeVar("T")
Levels = Annotated[tuple[T, ...], Field(min_length=1, max_length=MOST_LEVELS)]
SEEDS_PATTERN = r"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"


def _seeds(value: object) -> object:
    """Numbers of a text like ``1-20`` or ``1-5,8``; lists are left to pydantic."""
    if isinstance(value, list):
        return tuple(value)
    if not isinstance(value, str):
        raise ValueError("seeds")  # noqa: TRY004 - pydantic tells it as a fault
    seeds: list[int] = []
    for part in value.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        ends = (first, last or first)
        if not all(end.isascii() and end.isdecimal() and len(end) <= 10 for end in ends) or part.endswith("-"):
            raise ValueError("seeds")
        low, high = map(int, ends)
        if not low <= high <= LARGEST_SEED or high - low >= MOST_SEEDS:
            raise ValueError("seeds")
        seeds += range(low, high + 1)
    if len(set(seeds)) < len(seeds):
        raise ValueError("seeds")
    return tuple(seeds)


Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0, le=LARGEST_SEED)], ...],
    BeforeValidator(_seeds),
    Field(min_length=1, max_length=MOST_SEEDS),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": SEEDS_PATTERN, "examples": ["1-20"]},
                {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED},
                    "minItems": 1,
                    "maxItems": MOST_SEEDS,
                },
            ]
        }
    ),
]


class Factors(Frozen):
    """Levels of each factor; a factor that is left out stays as the preset has it."""

    preset: Levels[Literal["tiny", "month", "quarter", "stress"]] = ("month",)
    """Sizes of ``outreach generate``."""
    clients: Levels[Clients] = ()
    """People on the list; duties grow with them, as the load stays."""
    caseworkers: Levels[Caseworkers] = ()
    """They share the duties, which follow from clients and load."""
    days: Levels[Days] = ()
    """Length of the period; agreed numbers of sessions stay."""
    blocked: Levels[Blocked] = ()
    """Share of room dates that the town halls need themselves."""
    load: Levels[Load] = ()
    """Demanded slots over slots that the caseworkers can serve within their duties; above 1 not all can be invited."""
    slot_min: Levels[SlotMin] = ()
    """Minutes of a consultation."""
    desks: Levels[Desks] = ()
    """Desks of each room."""
    sites: Levels[Annotated[int, Field(ge=1, le=50)]] = ()
    """Open sites; the last ones of the preset are closed, so that everything else stays."""
    demand: Levels[Annotated[float, Field(gt=0, le=5)]] = ()
    """More or fewer people for the same staff: households are left out or doubled by their own lot."""
    show_rate: Levels[Annotated[float, Field(gt=0, lt=1)]] = ()
    """Mean probability of coming."""
    without_car: Levels[Annotated[float, Field(ge=0, le=1)]] = ()
    """Part of the people without a car."""
    travel_factor: Levels[Annotated[float, Field(ge=0.25, le=4)]] = ()
    """All minutes on the way, times this."""


class Layout(Frozen):
    """What the page shows where; factors not named take free places in the order of `Factors`, the rest is averaged."""

    x: FactorName | None = None
    """Along the horizontal axis."""
    color: FactorName | None = None
    """In colors and symbols."""
    columns: FactorName | None = None
    """A panel for each level, side by side."""
    rows: FactorName | None = None
    """A row of panels for each level."""
    measures: Annotated[tuple[MeasureName, ...], Field(min_length=1, max_length=12)] = (
        "invited",
        "objective_min",
        "travel_mean_min",
        "duties",
    )
    """What is plotted and tested; the first one answers the question of the page."""


class StudySpec(Frozen):
    """A study."""

    format: Literal["outreach-study"] = "outreach-study"
    version: Literal[1] = 1
    title: Name | None = None
    """Heading of the page."""
    factors: Factors = Factors()
    scenarios: ScenarioFile = ScenarioFile(built_in=())
    """Levels of the factor scenario beside today, in the format of a scenario file; common holds for today, too."""
    scenario_file: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    """Scenario file instead of scenarios; a relative path counts from this file."""
    seeds: Seeds = tuple(range(1, 11))
    """Every combination is solved for each, as a list or as "1-20"; the same seed is the same town and people."""
    time_limit_s: Annotated[float, Field(ge=0.1, le=100_000)] = 60
    """Seconds for each run."""
    page: Layout = Layout()

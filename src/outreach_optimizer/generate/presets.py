"""The four sizes on the real map: sites, period, head counts. Everything here is an assumption unless it says more."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from outreach_optimizer.fields import Status, Weekday
from outreach_optimizer.instance import Break

Offer = Literal["day", "half", "choice"]
"""What a room offers on its weekday: the whole day, one half, or a choice of morning, afternoon and whole day."""

Hours = Mapping[str, tuple[int, int, tuple[Break, ...]]]
"""Start and end of a morning, an afternoon and a whole day as minutes of the day, with the breaks in between."""

TOWN_HALL_HOURS: Hours = {
    "am": (9 * 60, 12 * 60, ()),
    "pm": (13 * 60, 16 * 60, ()),
    "day": (9 * 60, 15 * 60 + 30, (Break(start=12 * 60, end=13 * 60),)),
}
"""Consultation hours (sources: instances/README.md)."""


class SitePlan(NamedTuple):
    """A site and what was agreed with its municipality.

    Parameters
    ----------
    offers
        One per weekday on which the town hall lends a room.
    at_least, at_most
        Sessions per period; one or two days per site and month are usual (domain B.3 [OK]).
    spacing_days, rhythm_days
        As in `instance.Site`.
    turns
        Weekday of each offer and the week in which it begins, where they are agreed; none: drawn, from the first week.
    every_weeks
        Weeks from one date of a room to the next.
    desks
        Of each room.
    min_crew
        As in `instance.Site`.
    """

    id: str
    place: str
    offers: tuple[Offer, ...]
    at_least: int = 0
    at_most: int | None = None
    spacing_days: int = 0
    rhythm_days: int | None = None
    status: Status = "open"
    turns: tuple[tuple[Weekday, int], ...] = ()
    every_weeks: int = 1
    desks: int = 2
    min_crew: int | None = None


class Preset(NamedTuple):
    """Size of an instance.

    Parameters
    ----------
    load
        Range of demanded slots over slots that the caseworkers can serve within their duties.
    blocked
        Share of room dates that the town hall needs itself.
    closes
        Town halls close now and then.
    offered
        Sessions offered, exactly: the town halls need the other room dates; none: as many as ``blocked`` leaves.
    flawed
        Sites that are not barrier-free, and as many others with a weak data link.
    language_towns
        Municipalities in which most clients of one interpreter language live.
    limits
        Rules that are not at their default.
    """

    start: dt.date
    end: dt.date
    sites: tuple[SitePlan, ...]
    clients: int
    caseworkers: int
    load: tuple[float, float] = (1.0, 1.1)
    blocked: float = 0.12
    closes: bool = True
    slot_min: int = 60
    hours: Hours = TOWN_HALL_HOURS
    offered: int | None = None
    flawed: int = 1
    language_towns: int = 1
    limits: Mapping[str, Any] = {"min_load": 4}


FEBRUARY = (dt.date(2027, 2, 1), dt.date(2027, 3, 1))
SPRING = (dt.date(2027, 4, 1), dt.date(2027, 7, 1))

SIZES: dict[str, Preset] = {
    "tiny": Preset(
        start=FEBRUARY[0],
        end=dt.date(2027, 2, 15),
        sites=(
            SitePlan("gerstungen", "gerstungen", ("half",), at_most=2),
            SitePlan("wutha", "wutha-farnroda", ("day",), at_most=2, rhythm_days=7),
        ),
        clients=8,
        caseworkers=3,
        load=(0.45, 0.5),
        blocked=0.0,
        closes=False,
        limits={"min_load": 2},
    ),
    "month": Preset(
        *FEBRUARY,
        sites=(
            SitePlan("gerstungen", "gerstungen", ("day", "half"), at_least=1, at_most=2, spacing_days=7),
            SitePlan("wutha", "wutha-farnroda", ("day", "choice"), at_least=1, at_most=2, spacing_days=7),
            SitePlan("treffurt", "treffurt", ("choice",), at_least=1, at_most=2, spacing_days=7, rhythm_days=14),
            SitePlan("dermbach", "dermbach", ("day", "day"), at_least=1, at_most=2, spacing_days=7, rhythm_days=14),
            SitePlan("ruhla", "ruhla", ("day",), at_most=2, spacing_days=7, rhythm_days=14, status="planned"),
        ),
        clients=120,
        caseworkers=8,
    ),
    "quarter": Preset(
        *SPRING,
        sites=(
            SitePlan("gerstungen", "gerstungen", ("day", "half"), at_least=3, at_most=6, spacing_days=7),
            SitePlan("wutha", "wutha-farnroda", ("day", "choice"), at_least=3, at_most=6, spacing_days=7),
            SitePlan("treffurt", "treffurt", ("day",), at_least=3, at_most=6, spacing_days=7, rhythm_days=14),
            SitePlan("dermbach", "dermbach", ("day", "day"), at_least=3, at_most=6, spacing_days=7, rhythm_days=14),
            SitePlan("ruhla", "ruhla", ("day",), at_most=6, spacing_days=7, rhythm_days=14, status="planned"),
        ),
        clients=400,
        caseworkers=15,
    ),
    "stress": Preset(
        *SPRING,
        sites=(
            SitePlan("gerstungen", "gerstungen", ("day", "choice"), at_least=3, at_most=25),
            SitePlan("wutha", "wutha-farnroda", ("day", "choice", "day"), at_least=5, at_most=35),
            SitePlan("treffurt", "treffurt", ("day", "choice"), at_least=3, at_most=25, spacing_days=2),
            SitePlan("dermbach", "dermbach", ("day", "choice", "day"), at_least=3, at_most=35),
            SitePlan("ruhla", "ruhla", ("day", "choice"), at_least=2, at_most=25),
            SitePlan("vacha", "vacha", ("day", "choice"), at_least=2, at_most=25),
            SitePlan("geisa", "geisa", ("day", "choice"), at_least=2, at_most=25),
            SitePlan("mihla", "mihla", ("day", "half"), at_least=2, at_most=20, rhythm_days=7),
            SitePlan("bad-liebenstein", "bad-liebenstein", ("day", "choice"), at_least=2, at_most=25),
            SitePlan("unterbreizbach", "unterbreizbach", ("day", "half"), at_least=2, at_most=20, spacing_days=7),
        ),
        clients=1500,
        caseworkers=40,
    ),
}

OFFICES: tuple[str, ...] = ("eisenach", "bad-salzungen")
"""Places of the two main offices; their own municipalities are not invited to outreach sites."""

CATCHMENT_KM = 15.0
"""Air line beyond which nobody is thought to go to a site."""

CORPUS_CHRISTI_PLACES: tuple[str, ...] = ("buttlar", "geisa", "zella")
"""Where Fronleichnam is a local holiday [V39]."""

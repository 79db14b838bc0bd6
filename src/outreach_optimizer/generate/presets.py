"""The four sizes: sites with their rooms, period, head counts. Everything here is an assumption unless it says more."""

import datetime as dt
from typing import Literal, NamedTuple

from outreach_optimizer.fields import Status

Offer = Literal["day", "half", "choice"]
"""What a room offers on its weekday: the whole day, one half, or a choice of morning, afternoon and whole day."""


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
    """

    id: str
    place: str
    offers: tuple[Offer, ...]
    at_least: int = 0
    at_most: int | None = None
    spacing_days: int = 0
    rhythm_days: int | None = None
    status: Status = "open"


class Preset(NamedTuple):
    """Size of an instance.

    Parameters
    ----------
    load
        Range of demanded slots over slots that the caseworkers can serve within their duties.
    blocked
        Share of room dates that the town hall needs itself.
    """

    start: dt.date
    end: dt.date
    sites: tuple[SitePlan, ...]
    clients: int
    caseworkers: int
    load: tuple[float, float] = (1.0, 1.1)
    blocked: float = 0.12
    min_load: int = 4


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
        min_load=2,
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

"""Sites and the sessions that their rooms allow."""

import datetime as dt
import math
import random
from collections.abc import Iterator

from outreach_optimizer.calendar_de import corpus_christi, is_working_day
from outreach_optimizer.fields import WEEKDAYS, SessionId, SiteId
from outreach_optimizer.generate.draw import deal
from outreach_optimizer.generate.places import places
from outreach_optimizer.generate.presets import CORPUS_CHRISTI_PLACES, Offer, Preset
from outreach_optimizer.instance import Break, Session, Site

STATE = "TH"
DAYS_PER_CLOSURE = 46
"""Local closures (works outing, elections): one in February, two in a quarter."""
LUNCH = Break(start=12 * 60, end=13 * 60)
HOURS: dict[str, tuple[int, int, tuple[Break, ...]]] = {
    "am": (9 * 60, 12 * 60, ()),
    "pm": (13 * 60, 16 * 60, ()),
    "day": (9 * 60, 15 * 60 + 30, (LUNCH,)),
}
"""Consultation hours as minutes of the day (sources: instances/README.md)."""


def working_days(start: dt.date, end: dt.date) -> list[dt.date]:
    """Monday to Friday without public holidays, ``end`` not included."""
    days = (start + dt.timedelta(days=day) for day in range((end - start).days))
    return [date for date in days if is_working_day(date, STATE)]


def draw_sites(preset: Preset, rng: random.Random) -> tuple[Site, ...]:
    """Sites of a preset; one open one is not barrier-free, another has a weak data link, each closes now and then.

    Which ones is drawn and says nothing about the real buildings.
    """
    facts, days = places(), working_days(preset.start, preset.end)
    open_ids = [plan.id for plan in preset.sites if plan.status == "open"]
    stairs, weak_link = rng.sample(open_ids, 2)
    closed_days = math.ceil((preset.end - preset.start).days / DAYS_PER_CLOSURE) if preset.blocked else 0
    sites = []
    for plan in preset.sites:
        fact = facts[plan.place]
        site = Site(
            id=SiteId(plan.id),
            name=fact.name,
            lat=fact.lat,
            lon=fact.lon,
            status=plan.status,
            barrier_free=plan.id != stairs,
            network_ok=plan.id != weak_link,
            closures=tuple(sorted(rng.sample(days, closed_days))),
            keeps_corpus_christi=plan.place in CORPUS_CHRISTI_PLACES,
            min_sessions=plan.at_least,
            max_sessions=plan.at_most,
            spacing_days=plan.spacing_days,
            rhythm_days=plan.rhythm_days,
        )
        sites.append(site)
    return tuple(sites)


def draw_sessions(preset: Preset, sites: tuple[Site, ...], rng: random.Random) -> tuple[Session, ...]:
    """Sessions by date: rooms on fixed weekdays, some dates blocked by the town hall, none on a holiday or closure."""
    days = working_days(preset.start, preset.end)
    room_dates: list[tuple[Site, str, dt.date, tuple[str, ...], int]] = []
    for plan, site in zip(preset.sites, sites, strict=True):
        setup_min = rng.choice((20, 25, 30))
        for room, (weekday, halves) in enumerate(_room_weekdays(plan.offers, rng), start=1):
            dates = [date for date in days if WEEKDAYS[date.weekday()] == weekday and not _closed(site, date)]
            room_dates += [(site, f"room{room}", date, halves, setup_min) for date in dates]
    blocked = deal(rng, len(room_dates), {True: preset.blocked, False: 1 - preset.blocked})
    sessions = [
        _session(site, room, date, half, setup_min)
        for (site, room, date, halves, setup_min), taken in zip(room_dates, blocked, strict=True)
        if not taken
        for half in halves
    ]
    return tuple(sorted(sessions, key=lambda session: (session.date, session.site, session.start, session.end)))


def _session(site: Site, room: str, date: dt.date, half: str, setup_min: int) -> Session:
    start, end, breaks = HOURS[half]
    return Session(
        id=SessionId(f"{site.id}-{date:%m%d}{half}"),
        site=site.id,
        date=date,
        start=start,
        end=end,
        breaks=breaks,
        room=room,
        setup_min=setup_min,
    )


def _room_weekdays(offers: tuple[Offer, ...], rng: random.Random) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A weekday per offer with the halves that it consists of; on Fridays town halls close at noon."""
    for offer, weekday in zip(offers, rng.sample(WEEKDAYS[:4], len(offers)), strict=True):
        if offer == "half":
            yield rng.choice(((weekday, ("am",)), (weekday, ("pm",)), ("fri", ("am",))))
        else:
            yield weekday, (("am", "pm", "day") if offer == "choice" else ("day",))


def _closed(site: Site, date: dt.date) -> bool:
    return date in site.closures or (site.keeps_corpus_christi and date == corpus_christi(date.year))

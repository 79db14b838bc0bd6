"""Sites and the sessions that their rooms allow."""

import datetime as dt
import math
import random
from collections.abc import Iterator
from typing import NamedTuple

from outreach_optimizer.calendar_de import corpus_christi, is_working_day
from outreach_optimizer.fields import WEEKDAYS, SessionId, SiteId
from outreach_optimizer.generate.draw import deal
from outreach_optimizer.generate.places import Land
from outreach_optimizer.generate.presets import Preset, SitePlan
from outreach_optimizer.instance import Session, Site

STATE = "TH"
DAYS_PER_CLOSURE = 46
"""Local closures (works outing, elections): one in February, two in a quarter."""


def working_days(start: dt.date, end: dt.date) -> list[dt.date]:
    """Monday to Friday without public holidays, ``end`` not included."""
    days = (start + dt.timedelta(days=day) for day in range((end - start).days))
    return [date for date in days if is_working_day(date, STATE)]


def draw_sites(preset: Preset, land: Land, rng: random.Random) -> tuple[Site, ...]:
    """Sites of a preset; some open ones are not barrier-free, others have a weak data link, each closes now and then.

    Which ones is drawn and says nothing about the real buildings.
    """
    days = working_days(preset.start, preset.end)
    open_ids = [plan.id for plan in preset.sites if plan.status == "open"]
    flawed = rng.sample(open_ids, 2 * preset.flawed)
    stairs, weak_link = flawed[: preset.flawed], flawed[preset.flawed :]
    closed_days = math.ceil((preset.end - preset.start).days / DAYS_PER_CLOSURE) if preset.closes else 0
    sites = []
    for plan in preset.sites:
        fact = land.facts[plan.place]
        site = Site(
            id=SiteId(plan.id),
            name=fact.name,
            lat=fact.lat,
            lon=fact.lon,
            status=plan.status,
            barrier_free=plan.id not in stairs,
            network_ok=plan.id not in weak_link,
            closures=tuple(sorted(rng.sample(days, closed_days))),
            keeps_corpus_christi=plan.place in land.corpus_christi,
            min_sessions=plan.at_least,
            max_sessions=plan.at_most,
            spacing_days=plan.spacing_days,
            rhythm_days=plan.rhythm_days,
            min_crew=plan.min_crew,
        )
        sites.append(site)
    return tuple(sites)


class RoomDate(NamedTuple):
    """A room on a date, and the parts of the day of which the planner may choose."""

    site: Site
    room: str
    date: dt.date
    halves: tuple[str, ...]
    desks: int
    setup_min: int


def draw_sessions(preset: Preset, sites: tuple[Site, ...], rng: random.Random) -> tuple[Session, ...]:
    """Sessions by date: rooms on fixed weekdays, some dates blocked by the town hall, none on a holiday or closure."""
    days = working_days(preset.start, preset.end)
    room_dates: list[RoomDate] = []
    for plan, site in zip(preset.sites, sites, strict=True):
        setup_min = rng.choice((20, 25, 30))
        for room, (weekday, halves, week) in enumerate(_room_weekdays(plan, rng), start=1):
            dates = [date for date in days if WEEKDAYS[date.weekday()] == weekday and not _closed(site, date)]
            turn = [date for date in dates if (_week(preset, date) - week) % plan.every_weeks == 0]
            room_dates += [RoomDate(site, f"room{room}", date, halves, plan.desks, setup_min) for date in turn]
    if preset.offered is None:
        blocked = deal(rng, len(room_dates), {True: preset.blocked, False: 1 - preset.blocked})
        free = [room_date for room_date, taken in zip(room_dates, blocked, strict=True) if not taken]
    else:
        free = _offered(preset.offered, room_dates, rng)
    sessions = [_session(preset, room_date, half) for room_date in free for half in room_date.halves]
    return tuple(sorted(sessions, key=lambda session: (session.date, session.site, session.start, session.end)))


def _offered(number: int, room_dates: list[RoomDate], rng: random.Random) -> list[RoomDate]:
    """Room dates by lot until they offer so many sessions."""
    free: list[RoomDate] = []
    for room_date in rng.sample(room_dates, len(room_dates)):
        if len(room_date.halves) <= number:
            number -= len(room_date.halves)
            free.append(room_date)
    return free


def _session(preset: Preset, offer: RoomDate, half: str) -> Session:
    start, end, breaks = preset.hours[half]
    return Session(
        id=SessionId(f"{offer.site.id}-{offer.date:%m%d}{half}"),
        site=offer.site.id,
        date=offer.date,
        start=start,
        end=end,
        breaks=breaks,
        room=offer.room,
        desks=offer.desks,
        setup_min=offer.setup_min,
    )


def _room_weekdays(plan: SitePlan, rng: random.Random) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """A weekday per offer, the halves that it consists of and its first week; on Fridays town halls close at noon."""
    turns = plan.turns or [(weekday, 0) for weekday in rng.sample(WEEKDAYS[:4], len(plan.offers))]
    for offer, (weekday, week) in zip(plan.offers, turns, strict=True):
        if offer == "half":
            half = rng.choice(((weekday, ("am",)), (weekday, ("pm",)), ("fri", ("am",))))
            yield *half, week
        else:
            yield weekday, (("am", "pm", "day") if offer == "choice" else ("day",)), week


def _week(preset: Preset, date: dt.date) -> int:
    """Calendar weeks since the one in which the period starts."""
    return (date.toordinal() - 1) // 7 - (preset.start.toordinal() - 1) // 7


def _closed(site: Site, date: dt.date) -> bool:
    return date in site.closures or (site.keeps_corpus_christi and date == corpus_christi(date.year))

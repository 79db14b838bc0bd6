"""Caseworkers: where they start, when they work, what they know, how often they go out."""

import datetime as dt
import random
from typing import NamedTuple

from outreach_optimizer.fields import WEEKDAYS, SessionId, SiteId
from outreach_optimizer.generate.draw import apportion, deal
from outreach_optimizer.generate.presets import Preset
from outreach_optimizer.generate.rooms import working_days
from outreach_optimizer.instance import Caseworker, Session, Window

LANGUAGES: dict[str, float] = {"uk": 0.06, "ar": 0.035, "fa": 0.025}
"""Interpreter languages (ISO 639-1) with the share of clients who need them; 12 % in all."""

SKILLS: dict[tuple[str, ...], float] = {
    ("placement",): 0.3,
    ("benefits",): 0.3,
    ("case-management", "placement"): 0.25,
    ("benefits", "placement"): 0.15,
}


class Pattern(NamedTuple):
    """Working hours; ``duty_share`` weighs the duties of one person, each of which is a whole day or a morning."""

    start: int
    end: int
    days_off: tuple[int, int]
    duty_share: float
    duty: str = "day"


PATTERNS: dict[Pattern, float] = {
    Pattern(7 * 60 + 30, 17 * 60 + 30, (0, 0), duty_share=1.0): 0.4,
    Pattern(8 * 60, 17 * 60, (0, 0), duty_share=1.0): 0.25,
    Pattern(7 * 60 + 30, 17 * 60 + 30, (1, 2), duty_share=0.7): 0.25,
    Pattern(7 * 60 + 30, 14 * 60, (0, 1), duty_share=0.5, duty="am"): 0.1,
}
"""Flexible full time, full time from 8 to 17, part time without one or two weekdays, mornings only."""

SECOND_SLOT_SHARE = 0.1
"""Clients whose talk takes two slots."""

RESERVE_PER_DUTY = 0.5
"""One walk-in slot for two caseworkers."""


def draw_staff(preset: Preset, bases: tuple[str, ...], rng: random.Random) -> tuple[Caseworker, ...]:
    """Caseworkers of a preset; their duties together serve the demand at the drawn load of the preset."""
    count = preset.caseworkers
    patterns = deal(rng, count, PATTERNS)
    offices = deal(rng, count, dict.fromkeys(bases, 1 / len(bases)))
    skills = deal(rng, count, SKILLS)
    languages = _languages(count, rng)
    duties = _duties(preset, patterns, rng)
    width = max(2, len(str(count)))
    return tuple(
        Caseworker.model_validate(
            {
                "id": f"w{number + 1:0{width}d}",
                "office": offices[number],
                "windows": (_window(patterns[number], rng),),
                "absent": _vacation(preset, rng),
                "skills": skills[number],
                "languages": languages[number],
                "max_duties": duties[number],
                # Part time: the hours away from the office are agreed as well.
                "max_minutes": duties[number] * 480 if patterns[number].duty_share < 1 else None,
                "eur_per_km": rng.choice((0.2, 0.2, 0.3)),
            }
        )
        for number in range(count)
    )


def demanded_slots(preset: Preset) -> int:
    """Slots that the clients of a preset need."""
    return preset.clients + round(SECOND_SLOT_SHARE * preset.clients)


def duty_slots(preset: Preset, half: str) -> int:
    """Slots of one caseworker in a whole day or a morning."""
    start, end, breaks = preset.hours[half]
    session = Session(id=SessionId(half), site=SiteId("-"), date=preset.start, start=start, end=end, breaks=breaks)
    return len(session.slot_starts(preset.slot_min))


def _duties(preset: Preset, patterns: list[Pattern], rng: random.Random) -> list[int]:
    """Duties per caseworker, proportional to the working time and enough for the demand over the load."""
    shares = [pattern.duty_share for pattern in patterns]
    served = [pattern.duty_share * (duty_slots(preset, pattern.duty) - RESERVE_PER_DUTY) for pattern in patterns]
    total = demanded_slots(preset) / rng.uniform(*preset.load) * sum(shares) / sum(served)
    return [max(1, duties) for duties in apportion(round(total), shares)]


def _window(pattern: Pattern, rng: random.Random) -> Window:
    off = rng.sample(WEEKDAYS[:5], rng.randint(*pattern.days_off))
    weekdays = tuple(day for day in WEEKDAYS[:5] if day not in off)
    return Window(start=pattern.start, end=pattern.end, weekdays=weekdays)


def _vacation(preset: Preset, rng: random.Random) -> tuple[dt.date, ...]:
    """About one week off per person and quarter; none in a period that it would fill by half."""
    days = working_days(preset.start, preset.end)
    if rng.random() > len(days) / 60 or len(days) < 15:
        return ()
    first = rng.randrange(len(days) - 4)
    return tuple(days[first : first + 5])


def _languages(count: int, rng: random.Random) -> list[tuple[str, ...]]:
    spoken: list[list[str]] = [[] for _ in range(count)]
    for language in LANGUAGES:
        for number in rng.sample(range(count), max(1, round(0.25 * count))):
            spoken[number].append(language)
    return [tuple(languages) for languages in spoken]

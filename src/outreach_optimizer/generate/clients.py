"""Clients: where they live, how they travel, what they need, when they can come, what was before."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from outreach_optimizer.calendar_de import corpus_christi
from outreach_optimizer.fields import WEEKDAYS
from outreach_optimizer.generate.draw import apportion, deal
from outreach_optimizer.generate.places import Land, PlaceFact, air_line_km
from outreach_optimizer.generate.presets import Preset
from outreach_optimizer.generate.rooms import working_days
from outreach_optimizer.generate.staff import LANGUAGES, SECOND_SLOT_SHARE
from outreach_optimizer.instance import Caseworker, Client

Fields = dict[str, Any]

NO_CAR_SHARE, WALK_SHARE, BIKE_SHARE = 0.5, 0.04, 0.04
WALK_KM, BIKE_KM = 2.0, 7.0
BARRIER_FREE_SHARE = 0.065
COUPLES_SHARE = 0.08
CLUSTERED_SHARE = 0.7
"""Clients of one interpreter language who live in one municipality."""
NEEDS: dict[tuple[tuple[str, ...], bool], float] = {
    ((), False): 0.68,
    (("benefits",), False): 0.075,
    (("benefits",), True): 0.075,
    (("case-management",), False): 0.1,
    (("placement",), False): 0.07,
}
"""Skill needed, and whether the case needs the central systems."""
TIMES: dict[str, float] = {"care": 0.25, "morning": 0.08, "afternoon": 0.08, "weekdays": 0.12, "always": 0.47}
HOURS: dict[str, tuple[str, str]] = {
    "care": ("08:30", "14:30"),
    "morning": ("08:00", "12:00"),
    "afternoon": ("12:00", "17:00"),
    "weekdays": ("08:00", "17:00"),
}
AWAY_SHARE = 0.06
CONTINUITY: dict[str, float] = {"soft": 0.6, "hard": 0.08, "none": 0.32}
NEVER_INVITED_SHARE = 0.15
MISSES: dict[int, float] = {0: 0.7, 1: 0.21, 2: 0.07, 3: 0.02}
VOLUNTARY_SHARE = 0.2
DUE_SHARE = 0.6
PRIORITIES: dict[float, float] = {1: 0.65, 1.5: 0.2, 2: 0.12, 3: 0.03}
SHOW_BETA = (6.5, 3.5)


def draw_clients(preset: Preset, land: Land, staff: Sequence[Caseworker], rng: random.Random) -> tuple[Client, ...]:
    """Clients of a preset under pseudonyms whose order tells nothing."""
    count = preset.clients
    lives = _homes(count, land.homes, rng)
    parts = (
        _modes(preset, land, lives, rng),
        _needs(preset, lives, rng),
        _times(preset, land, lives, rng),
        _history(preset, rng),
    )
    fields = [{"home": home.id} | a | b | c | d for home, a, b, c, d in zip(lives, *parts, strict=True)]
    contacts = Contacts(land, staff)
    for one, kind in zip(fields, deal(rng, count, CONTINUITY), strict=True):
        one.update(_own_caseworker(one, kind, contacts, rng))
    _couples(fields, rng)
    width = max(3, len(str(count)))
    return tuple(
        Client.model_validate({"id": f"c{number:0{width}d}"} | one) for number, one in enumerate(fields, start=1)
    )


def _homes(count: int, homes: Sequence[PlaceFact], rng: random.Random) -> list[PlaceFact]:
    """Municipalities in proportion to their residents, settlements inside them by lot."""
    towns: dict[str, list[PlaceFact]] = {}
    for home in homes:
        towns.setdefault(home.municipality, []).append(home)
    quotas = apportion(count, [sum(place.residents for place in town) for town in towns.values()])
    lives = [
        home
        for town, quota in zip(towns.values(), quotas, strict=True)
        for home in rng.choices(town, [place.residents for place in town], k=quota)
    ]
    rng.shuffle(lives)
    return lives


def _modes(preset: Preset, land: Land, lives: Sequence[PlaceFact], rng: random.Random) -> list[Fields]:
    """Half without a usable car; who walks or cycles lives near an open site, the others depend on the bus."""
    count = len(lives)
    open_sites = [land.facts[plan.place] for plan in preset.sites if plan.status == "open"]
    nearest_km = air_line_km(land.homes, open_sites).min(axis=1).tolist()
    by_home = {home.id: km for home, km in zip(land.homes, nearest_km, strict=True)}
    km = [by_home[home.id] for home in lives]
    order = rng.sample(range(count), count)
    modes = dict.fromkeys([i for i in order if km[i] <= WALK_KM][: round(WALK_SHARE * count)], "walk")
    cyclists = [i for i in order if km[i] <= BIKE_KM and i not in modes][: round(BIKE_SHARE * count)]
    modes |= dict.fromkeys(cyclists, "bike")
    others = [i for i in order if i not in modes]
    without_car = max(0, round(NO_CAR_SHARE * count) - len(modes))
    modes |= {i: "transit" if rank < without_car else "car" for rank, i in enumerate(others)}
    return [{"mode": modes[i]} for i in range(count)]


def _needs(preset: Preset, lives: Sequence[PlaceFact], rng: random.Random) -> list[Fields]:
    count = len(lives)
    kinds = deal(rng, count, NEEDS)
    slots = deal(rng, count, {2: SECOND_SLOT_SHARE, 1: 1 - SECOND_SLOT_SHARE})
    barrier_free = deal(rng, count, {True: BARRIER_FREE_SHARE, False: 1 - BARRIER_FREE_SHARE})
    languages = _languages(preset, lives, rng)
    return [
        {
            "slots": slots[i],
            "skills": kinds[i][0],
            "network": kinds[i][1],
            "languages": languages[i],
            "barrier_free": barrier_free[i],
            "show_rate": round(rng.betavariate(*SHOW_BETA), 2),
        }
        for i in range(count)
    ]


def _languages(preset: Preset, lives: Sequence[PlaceFact], rng: random.Random) -> list[tuple[str, ...]]:
    """Interpreter languages, each at home mostly in a few municipalities."""
    spoken: list[tuple[str, ...]] = [()] * len(lives)
    kinds = deal(rng, len(lives), LANGUAGES | {"": 1 - sum(LANGUAGES.values())})
    for language in LANGUAGES:
        quota = kinds.count(language)
        free = [i for i, languages in enumerate(spoken) if not languages]
        towns = {lives[rng.choice(free)].municipality for _ in range(preset.language_towns)}
        rng.shuffle(free)
        inside = [i for i in free if lives[i].municipality in towns][: round(CLUSTERED_SHARE * quota)]
        clustered = set(inside)
        outside = [i for i in free if i not in clustered][: quota - len(inside)]
        for i in inside + outside:
            spoken[i] = (language,)
    return spoken


def _times(preset: Preset, land: Land, lives: Sequence[PlaceFact], rng: random.Random) -> list[Fields]:
    """Windows, and dates on which the client cannot come: some are away, some keep Fronleichnam."""
    days = working_days(preset.start, preset.end)
    kinds = deal(rng, len(lives), TIMES)
    away = deal(rng, len(lives), {True: AWAY_SHARE, False: 1 - AWAY_SHARE})
    fields: list[Fields] = []
    for home, kind, is_away in zip(lives, kinds, away, strict=True):
        absent = []
        if is_away:
            first = rng.randrange(len(days) - 2)
            absent = days[first : first + rng.randint(3, 8)]
        feast = corpus_christi(preset.start.year)
        if home.id in land.corpus_christi and preset.start <= feast < preset.end and feast not in absent:
            absent = sorted([*absent, feast])
        fields.append({"windows": _windows(kind, rng), "absent": absent})
    return fields


def _windows(kind: str, rng: random.Random) -> list[Fields]:
    if kind == "always":
        return []
    start, end = HOURS[kind]
    weekdays = sorted(rng.sample(range(5), 3)) if kind == "weekdays" else range(5)
    return [{"start": start, "end": end, "weekdays": [WEEKDAYS[day] for day in weekdays]}]


def _history(preset: Preset, rng: random.Random) -> list[Fields]:
    """Last invitation and misses; from two misses on the offer is mostly voluntary, from three always."""
    count, length = preset.clients, (preset.end - preset.start).days
    misses = deal(rng, count, MISSES)
    order = rng.sample(range(count), count)
    # A dictionary for its order: the careful ones first.
    careful = dict.fromkeys([i for i in order if misses[i] >= 3] + [i for i in order if misses[i] == 2][::2])
    voluntary = set([*careful, *(i for i in order if i not in careful)][: round(VOLUNTARY_SHARE * count)])
    fresh = set([i for i in order if misses[i] == 0][: round(NEVER_INVITED_SHARE * count)])
    due = deal(rng, count, {True: DUE_SHARE, False: 1 - DUE_SHARE})
    priorities = deal(rng, count, PRIORITIES)
    fields: list[Fields] = []
    for i in range(count):
        before, after = rng.randint(5, 150), rng.randint(-14, length + 30)
        fields.append(
            {
                "consecutive_misses": misses[i],
                "invitation": "voluntary" if i in voluntary else "meldeaufforderung",
                "last_invitation": None if i in fresh else preset.start - dt.timedelta(days=before),
                "due": preset.start + dt.timedelta(days=after) if due[i] else None,
                "priority": priorities[i],
            }
        )
    return fields


class Contacts:
    """Caseworkers who can serve a need, from the nearest base office if there is one; looked up once per need."""

    def __init__(self, land: Land, staff: Sequence[Caseworker]) -> None:
        nearest = air_line_km(land.homes, [land.facts[office] for office in land.offices]).argmin(axis=1)
        self.near = {home.id: land.offices[int(number)] for home, number in zip(land.homes, nearest, strict=True)}
        self.staff = staff
        self._known: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Caseworker]] = {}

    def of(self, home: str, skills: tuple[str, ...], languages: tuple[str, ...]) -> list[Caseworker]:
        """Caseworkers among whom the own one is drawn; empty if nobody can serve the need."""
        key = self.near[home], skills, languages
        if key not in self._known:
            able = [
                worker
                for worker in self.staff
                if set(skills) <= set(worker.skills) and set(languages) <= set(worker.languages)
            ]
            self._known[key] = [worker for worker in able if worker.office == key[0]] or able
        return self._known[key]


def _own_caseworker(client: Fields, kind: str, contacts: Contacts, rng: random.Random) -> Fields:
    """Somebody who can serve the client; nobody: no continuity."""
    preferred = contacts.of(client["home"], client["skills"], client["languages"])
    if kind == "none" or not preferred:
        return {}
    return {"caseworker": rng.choice(preferred).id, "continuity": kind}


def _couples(fields: list[Fields], rng: random.Random) -> None:
    """Make couples of clients with the same home: they share everything but length of talk, stairs and show rate."""
    wanted = max(1, round(COUPLES_SHARE / 2 * len(fields)))
    single: dict[str, int] = {}
    made = 0
    for i in rng.sample(range(len(fields)), len(fields)):
        if made == wanted:
            return
        other = single.pop(fields[i]["home"], None)
        if other is None:
            single[fields[i]["home"]] = i
            continue
        made += 1
        own = {key: fields[i][key] for key in ("slots", "barrier_free", "show_rate")}
        fields[other]["household"] = f"h{made:02d}"
        fields[i] = fields[other] | own

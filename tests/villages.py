"""Two town halls, an office and a few people on real places: small enough to be planned to proof in no time."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from outreach_optimizer.instance import Instance

PLACES: Mapping[str, tuple[str, float, float]] = {
    "wutha": ("Wutha-Farnroda", 50.956, 10.396),
    "ruhla": ("Ruhla", 50.893, 10.366),
    "seebach": ("Seebach", 50.915, 10.420),
}
FIRST = dt.date(2027, 2, 1)


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


def session(site: str, number: int, **more: object) -> dict[str, object]:
    name = f"{site}-{number}"
    return {"id": name, "site": site, "date": day(number), "start": "09:00", "end": "12:00", "setup_min": 20, **more}


def people(place: str, count: int, **more: object) -> list[dict[str, object]]:
    return [{"id": f"{place}-{number}", "home": place, **more} for number in range(count)]


def only_on(number: int) -> list[dict[str, object]]:
    return [{"start": "08:00", "end": "17:00", "first": day(number), "last": day(number)}]


def villages(
    clients: Sequence[Mapping[str, object]],
    sessions: Sequence[Mapping[str, object]],
    *,
    sites: Mapping[str, Mapping[str, object]] | None = None,
    caseworkers: int = 2,
    rules: Mapping[str, object] | None = None,
) -> Instance:
    """Wutha is open, Ruhla is planned; caseworkers come from Eisenach."""
    listed: Mapping[str, Mapping[str, object]] = sites or {"wutha": {}, "ruhla": {"status": "planned"}}
    return Instance.model_validate_json(
        json.dumps(
            {
                "name": "villages",
                "period": {"start": day(0), "end": day(28)},
                "places": [
                    {"id": place, "name": name, "lat": lat, "lon": lon, "municipality": name}
                    for place, (name, lat, lon) in PLACES.items()
                ],
                "offices": [{"id": "eisenach", "name": "Eisenach", "lat": 50.977, "lon": 10.322}],
                "sites": [
                    {"id": site, "name": PLACES[site][0], "lat": PLACES[site][1], "lon": PLACES[site][2], **more}
                    for site, more in listed.items()
                ],
                "sessions": list(sessions),
                "caseworkers": [{"id": f"w{number}", "office": "eisenach"} for number in range(caseworkers)],
                "clients": list(clients),
                "rules": {"walk_in_reserve": 0, **(rules or {})},
            }
        )
    )


def helped() -> Instance:
    """Two days in Wutha serve both towns; a day in Ruhla would spare its six people the way."""
    return villages(
        [*people("wutha", 6), *people("ruhla", 6)],
        [session("wutha", 1), session("wutha", 8), session("ruhla", 2), session("ruhla", 9)],
        sites={"wutha": {"max_sessions": 2}, "ruhla": {"status": "planned", "max_sessions": 2}},
    )


def half_empty() -> Instance:
    """Two half-empty days in Wutha, for people who live there and can each come on one of the dates only."""
    return villages(
        [
            *people("wutha", 3, windows=only_on(1)),
            *({**person, "id": f"late-{person['id']}"} for person in people("wutha", 3, windows=only_on(8))),
        ],
        [session("wutha", 1), session("wutha", 8), session("ruhla", 1), session("ruhla", 8)],
    )


def with_a_loser() -> Instance:
    """Ruhla gains a day, but one of Wutha can come on that date only and must drive to Ruhla then."""
    return villages(
        [
            *people("wutha", 5, windows=only_on(1)),
            {"id": "planted", "home": "wutha", "windows": only_on(8)},
            *people("ruhla", 5),
        ],
        [session("wutha", 1), session("wutha", 8), session("ruhla", 8)],
    )

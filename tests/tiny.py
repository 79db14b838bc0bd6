"""Small instances for tests, said in few words; days count from a Monday without holidays near."""

import datetime as dt
from collections.abc import Mapping, Sequence

from outreach_optimizer.assumptions import TravelData, TravelTable
from outreach_optimizer.instance import (
    Appointment,
    Caseworker,
    Client,
    Coordinates,
    Duty,
    Instance,
    Office,
    Period,
    Session,
    Site,
    Window,
)
from outreach_optimizer.schedule import Schedule

MONDAY = dt.date(2027, 4, 12)
HERE = {"lat": 50.98, "lon": 10.32}


def day(number: int) -> dt.date:
    """Date so many days after the Monday."""
    return MONDAY + dt.timedelta(days=number)


def site(name: str, **fields: object) -> Site:
    return Site.model_validate({"id": name, "name": name, **HERE} | fields)


def session(name: str, at: str, on: int = 0, start: str = "09:00", end: str = "11:00", **fields: object) -> Session:
    return Session.model_validate({"id": name, "site": at, "date": day(on), "start": start, "end": end} | fields)


def caseworker(name: str, office: str = "base", **fields: object) -> Caseworker:
    return Caseworker.model_validate({"id": name, "office": office} | fields)


def client(name: str, **fields: object) -> Client:
    return Client.model_validate({"id": name, "home": Coordinates(**HERE)} | fields)


def office(name: str, **fields: object) -> Office:
    return Office.model_validate({"id": name, "name": name, **HERE} | fields)


def window(start: str, end: str, **fields: object) -> Window:
    return Window.model_validate({"start": start, "end": end} | fields)


def table(
    origins_are: str, sites: Sequence[str], rows: Mapping[str, Sequence[float | None]], **fields: object
) -> TravelTable:
    shape = {"origins_are": origins_are, "origins": tuple(rows), "sites": tuple(sites), "min": tuple(rows.values())}
    return TravelTable.model_validate(shape | fields)


def only(*tables: TravelTable) -> TravelData:
    """Ways of the tables alone, nothing is computed."""
    return TravelData(computed=False, tables=tables)


def instance(**fields: object) -> Instance:
    """Four weeks with one base office; nobody and nothing else unless given."""
    empty = {"sites": (), "sessions": (), "caseworkers": (), "clients": (), "offices": (office("base"),)}
    return Instance.model_validate({"name": "tiny", "period": Period(start=MONDAY, end=day(28))} | empty | fields)


def plan(duties: str = "", appointments: str = "") -> Schedule:
    """Schedule of words: ``"am-w1 pm-w1"`` are duties, ``"c1-am-w1-09:00"`` appointments."""
    return Schedule(
        duties=tuple(
            Duty.model_validate({"session": s, "caseworker": w})
            for s, w in (word.split("-") for word in duties.split())
        ),
        appointments=tuple(
            Appointment.model_validate({"client": c, "session": s, "caseworker": w, "start": start})
            for c, s, w, start in (word.split("-") for word in appointments.split())
        ),
    )

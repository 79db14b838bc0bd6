"""Ids that stand twice or lead nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import BaseModel

from outreach_optimizer.errors import Problem
from outreach_optimizer.instance import Instance
from outreach_optimizer.jsontext import Path, listed, pointer, problem_at, suggestion
from outreach_optimizer.schedule import Certificate, Schedule

COLLECTIONS = ("places", "offices", "sites", "sessions", "caseworkers", "clients")
REFERENCES = {
    "site": "sites",
    "office": "offices",
    "home": "places",
    "caseworker": "caseworkers",
    "session": "sessions",
    "client": "clients",
}
"""Fields that hold an id, and the collection in which it must stand."""

Known = Mapping[str, Mapping[str, None]]


def unique_ids(instance: Instance) -> Iterator[Problem]:
    """No two members of a collection have the same id."""
    for name in COLLECTIONS:
        yield from repeated("id_twice", (name,), ("id",), [item.id for item in getattr(instance, name)])


def references(instance: Instance) -> Iterator[Problem]:
    """Every id leads to a member of its collection; published appointments may name what no longer exists."""
    known = _known(instance)
    for name in ("sessions", "caseworkers", "clients"):
        for number, item in enumerate(getattr(instance, name)):
            yield from _unknown_in(known, item, (name, number))
    for name in ("duties", "appointments"):
        for number, item in enumerate(getattr(instance.pins, name)):
            yield from _unknown_in(known, item, ("pins", name, number))
    for number, table in enumerate(instance.travel.tables):
        for field, name in (("origins", table.origins_are), ("sites", "sites")):
            for column, value in enumerate(getattr(table, field)):
                yield from _unknown(known, name, value, ("travel", "tables", number, field, column))


def pins(instance: Instance) -> Iterator[Problem]:
    """No pin and no published appointment stands twice; no client is pinned to two appointments."""
    appointments = instance.pins.appointments
    yield from repeated("entry_twice", ("pins", "duties"), (), instance.pins.duties)
    yield from repeated("entry_twice", ("pins", "appointments"), (), appointments)
    yield from repeated("entry_twice", ("published",), (), instance.published)
    seen: dict[str, int] = {}
    for number, appointment in enumerate(appointments):
        first = seen.setdefault(appointment.client, number)
        if appointments[first] != appointment:
            other = pointer("pins", "appointments", first)
            yield problem_at(
                "client_pinned_twice", "pins", "appointments", number, "client", found=appointment.client, other=other
            )


def schedule_entries(instance: Instance, schedule: Schedule) -> Iterator[Problem]:
    """Every id of a schedule is known to the instance, and no duty and no appointment stands twice."""
    known = _known(instance)
    for name in ("duties", "appointments", "uninvited"):
        items = getattr(schedule, name)
        for number, item in enumerate(items):
            yield from _unknown_in(known, item, (name, number))
        if name != "uninvited":
            yield from repeated("entry_twice", (name,), (), items)
    if schedule.certificate is not None:
        yield from _unknown_prices(known, schedule.certificate)


def _unknown_prices(known: Known, certificate: Certificate) -> Iterator[Problem]:
    """Prices of what the instance does not know."""
    path: Path = ("certificate",)
    for name, given in (
        ("clients", certificate.clients),
        ("caseworkers", certificate.caseworkers),
        ("minutes", certificate.minutes),
        ("balance", certificate.balance),
        ("duties", certificate.duties),
    ):
        collection = {"clients": "clients", "duties": "sessions"}.get(name, "caseworkers")
        for key in given:
            yield from _unknown(known, collection, key, (*path, name, key))
    for session, crew in certificate.duties.items():
        for caseworker in crew:
            yield from _unknown(known, "caseworkers", caseworker, (*path, "duties", session, caseworker))


def repeated(code: str, path: Path, below: Path, values: Sequence[object]) -> Iterator[Problem]:
    """Members of a list that equal an earlier one; ``other`` points at the first of them."""
    first: dict[object, int] = {}
    for number, value in enumerate(values):
        earlier = first.setdefault(value, number)
        if earlier != number:
            found = value if isinstance(value, str) else None
            yield problem_at(code, *path, number, *below, found=found, other=pointer(*path, earlier, *below))


def _known(instance: Instance) -> Known:
    return {name: dict.fromkeys(item.id for item in getattr(instance, name)) for name in COLLECTIONS}


@cache
def _references_of(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    return tuple((field, name) for field, name in REFERENCES.items() if field in model.model_fields)


def _unknown_in(known: Known, item: BaseModel, path: Path) -> Iterator[Problem]:
    for field, name in _references_of(type(item)):
        value = getattr(item, field)
        if isinstance(value, str):
            yield from _unknown(known, name, value, (*path, field))


def _unknown(known: Known, name: str, value: str, path: Path) -> Iterator[Problem]:
    if value not in known[name]:
        ids = known[name]
        facts = {"collection": f"/{name}", "id": value, "allowed": listed(ids), **suggestion(value, ids)}
        yield problem_at("unknown_id", *path, found=value, **facts)

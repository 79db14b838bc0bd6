"""What happens in a session: who comes, who stands where in the line, who is called when. Columns are replications.

People are followed one by one; of the exact mathematics in ``showup/`` nothing is used here, so that each checks the
other.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.fields import CaseworkerId, ClientId
from outreach_optimizer.instance import Appointment, Instance, Session
from outreach_optimizer.outlook import free_slots, lines

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Person(NamedTuple):
    """Somebody with an appointment, the probability of coming, and the own chance: to come, and to stand in line."""

    client: ClientId
    rate: float
    talk_min: int
    fate: np.random.Generator
    turn: np.random.Generator


class Line(NamedTuple):
    """People who wait for the same caseworkers.

    Parameters
    ----------
    slots
        People booked to each slot.
    servers
        Caseworkers in each slot.
    crew
        Caseworkers after the last slot.
    """

    slots: tuple[tuple[Person, ...], ...]
    servers: tuple[int, ...]
    crew: int


class Stage(NamedTuple):
    """Everything about a session that does not depend on chance.

    Parameters
    ----------
    lines
        Consultations of one slot.
    firm
        Longer consultations, which have their caseworker and their slots for themselves.
    steps_min
        From the start of each slot to that of the next one, breaks included; last, the length of a slot.
    free
        Consultations of one slot that fit outside of the reserve; None where nothing is overbooked.
    """

    lines: tuple[Line, ...]
    firm: tuple[Person, ...]
    slot_min: int
    steps_min: tuple[int, ...]
    free: int | None

    @property
    def waiting(self) -> tuple[Person, ...]:
        """Those who may have to wait: line by line, in the order of the slots."""
        return tuple(person for one in self.lines for slot in one.slots for person in slot)

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who is invited: first those who may have to wait."""
        return (*self.waiting, *self.firm)


class Events(NamedTuple):
    """What happened, by replication; in the last two one row per person of `Stage.people`.

    Parameters
    ----------
    shows, held
        People who came, and those of them who were called before the end of the session.
    idle_min, overtime_min
        Caseworker minutes without a client, and after the end.
    risk
        Whether more came than fit; None where nothing is overbooked.
    """

    shows: Counts
    held: Counts
    idle_min: Counts
    wait_min: Counts
    overtime_min: Counts
    risk: Flags | None
    come: Flags
    waits_min: Counts


def stream(seed: int, client: ClientId, purpose: str) -> np.random.Generator:
    """Chance of one client for one purpose, whoever else is there and whatever was drawn before.

    References
    ----------
    domain D.3.3: common random numbers, synchronized by a hash of seed, client and purpose.
    """
    digest = sha256(f"{seed}\0{client}\0{purpose}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def stage(
    instance: Instance,
    session: Session,
    crew: Sequence[CaseworkerId],
    appointments: Sequence[Appointment],
    *,
    seed: int,
    invitations: Counter[ClientId],
) -> Stage:
    """Set up a session; ``invitations`` counts those of each client in sessions before, and is carried on.

    The first invitation of a client has the same fate in every plan; a second one, which rules forbid, its own.
    """
    rate = rates_in(instance, session, (appointment.client for appointment in appointments))

    def person(appointment: Appointment) -> Person:
        client = instance.client_by_id[appointment.client]
        number = invitations[client.id]
        invitations[client.id] += 1
        fate, turn = (stream(seed, client.id, f"{purpose} {number}") for purpose in ("show", "turn"))
        return Person(client.id, rate[client.id], client.slots * instance.slot_min, fate, turn)

    starts = session.slot_starts(instance.slot_min)
    clients = [instance.client_by_id[appointment.client] for appointment in appointments]
    overbooked = instance.overbooking_of(session) != "none"
    return Stage(
        lines=tuple(
            Line(tuple(tuple(map(person, of_slot)) for of_slot in one.bookings), one.servers, max(1, one.crew))
            for one in lines(instance, session, crew, appointments)
        ),
        firm=tuple(
            person(appointment) for appointment in appointments if instance.client_by_id[appointment.client].slots > 1
        ),
        slot_min=instance.slot_min,
        steps_min=(*(after - before for before, after in pairwise(starts)), instance.slot_min),
        free=free_slots(instance, session, len(crew), clients) if overbooked else None,
    )


def happen(scene: Stage, replications: int) -> Events:
    """Let a session take place so many times; every person's chance goes on where it stopped before."""
    people = scene.people
    come = np.zeros((len(people), replications), dtype=np.bool_)
    for row, person in enumerate(people):
        # Draws are below 1, so that a rate of 1 always comes, and one of 0 never.
        come[row] = person.fate.random(replications) < person.rate
    waits_min = np.zeros(come.shape, dtype=np.int64)
    idle, late = np.zeros(replications, dtype=np.int64), np.zeros(replications, dtype=np.int64)
    first = 0
    for one in scene.lines:
        rows = slice(first, first + sum(map(len, one.slots)))
        unused, left = queue(one, scene.steps_min, come[rows], waits_min[rows])
        idle += unused
        late += left
        first = rows.stop
    short_shows, shows = come[:first].sum(axis=0), come.sum(axis=0)
    idle_min = idle * scene.slot_min
    for row, person in enumerate(scene.firm, start=first):
        idle_min += person.talk_min * ~come[row]
    return Events(
        shows=shows,
        held=shows - late,
        idle_min=idle_min,
        wait_min=waits_min.sum(axis=0),
        overtime_min=late * scene.slot_min,
        risk=None if scene.free is None else short_shows > scene.free,
        come=come,
        waits_min=waits_min,
    )


def queue(one: Line, steps_min: Sequence[int], come: Flags, waits_min: Counts) -> tuple[Counts, Counts]:
    """Call people one after the other until nobody waits.

    Parameters
    ----------
    come
        Who comes, one row per person.
    waits_min
        Zeros of the same shape, to which the waiting of those who come is added.

    Returns
    -------
    tuple
        By replication: slots of caseworkers without a client, and people not yet called at the end of the session.
    """
    replications = come.shape[1]
    places = np.zeros(come.shape, dtype=np.int64)
    arrived, called, idle = (np.zeros(replications, dtype=np.int64) for _ in range(3))
    known = 0
    for slot, servers, step_min in zip(one.slots, one.servers, steps_min, strict=True):
        new = slice(known, known + len(slot))
        places[new] = arrived + _places(slot, come[new])
        arrived += come[new].sum(axis=0)
        known = new.stop
        seen = np.minimum(servers, arrived - called)
        idle += servers - seen
        called += seen
        waits_min[:known] += step_min * (come[:known] & (places[:known] >= called))
    late = arrived - called
    while (called < arrived).any():
        called = np.minimum(called + one.crew, arrived)
        waits_min += steps_min[-1] * (come & (places >= called))
    return idle, late


def _places(slot: Sequence[Person], come: Flags) -> Counts:
    """How many of the same slot who come stand before each one, in a random order."""
    places = np.zeros(come.shape, dtype=np.int64)
    if len(slot) < 2:
        return places
    turns = [person.turn.random(come.shape[1]) for person in slot]
    for one, other in combinations(range(len(slot)), 2):
        before = turns[one] < turns[other]
        places[other] += come[one] & before
        places[one] += come[other] & ~before
    return places

"""What is possible at all: masks that the rules narrow before a single literal is made."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Caseworker, Client, Instance, Session
from outreach_optimizer.travel import Tour, tour_of

Mask = NDArray[np.bool_]
StartFilter = Callable[[Client, Session, int], bool]
TourFilter = Callable[[Caseworker, Tour], bool]


class Space:
    """Masks over clients × sessions, clients × caseworkers and sessions × caseworkers, and the starts.

    Parameters
    ----------
    instance
        The problem.
    candidate_starts
        Minutes of the day, per session, that are considered as starts at all; none: every multiple of the slot
        length from the beginning of the session, and the slot grid. Rules take away from them.

    Attributes
    ----------
    pair
        Clients × sessions: may be invited.
    able
        Clients × caseworkers: may meet.
    duty
        Sessions × caseworkers: may be on duty.
    crew_sizes
        Per session: least and greatest number of caseworkers on duty if it is held.
    apart
        Sessions of one day that a tour cannot both contain, asked before tours are listed.
    """

    def __init__(self, instance: Instance, candidate_starts: Sequence[Sequence[int]] | None = None) -> None:
        self.instance = instance
        counts = len(instance.clients), len(instance.sessions), len(instance.caseworkers)
        self.pair: Mask = np.ones((counts[0], counts[1]), dtype=np.bool_)
        self.able: Mask = np.ones((counts[0], counts[2]), dtype=np.bool_)
        self.duty: Mask = np.ones((counts[1], counts[2]), dtype=np.bool_)
        self.crew_sizes: list[tuple[int, int]] = [(1, max(1, counts[2]))] * counts[1]
        self.apart: Callable[[Session, Session], bool] | None = None
        self._tour_filters: list[TourFilter] = []
        self._start_filters: list[StartFilter] = []
        self._candidates = candidate_starts or [
            _candidates(session, instance.slot_min) for session in instance.sessions
        ]
        self._starts: dict[tuple[int, int], tuple[int, ...]] = {}
        self.kinds, self.kind_of = _kinds(instance.clients)
        self._alike = {dated: _alike(instance.sessions, self._candidates, dated=dated) for dated in (False, True)}

    def keep_starts(self, allowed: StartFilter) -> None:
        """Keep the starts that ``allowed(client, session, start)`` confirms; it may look at slots and times only.

        Dates must not matter to clients who have neither windows nor absences.
        """
        self._start_filters.append(allowed)

    def keep_tours(self, allowed: TourFilter) -> None:
        """Keep the tours that ``allowed(caseworker, tour)`` confirms."""
        self._tour_filters.append(allowed)

    def starts(self, client: int, session: int) -> tuple[int, ...]:
        """Minutes of the day at which a client may start in a session; the same for kinds of clients and sessions."""
        kind = int(self.kind_of[client])
        example = self.kinds[kind]
        key = kind, self._alike[bool(example.windows or example.absent)][session]
        if key not in self._starts:
            place = self.instance.sessions[session]
            self._starts[key] = tuple(
                start
                for start in self._candidates[session]
                if all(allowed(example, place, start) for allowed in self._start_filters)
            )
        return self._starts[key]

    def tours(self) -> Iterator[tuple[int, tuple[int, ...], Tour]]:
        """Possible tours as caseworker, sessions (indices, in driving order) and tour; by caseworker and date."""
        instance = self.instance
        by_date: dict[dt.date, list[int]] = {}
        for number, session in enumerate(instance.sessions):
            by_date.setdefault(session.date, []).append(number)
        known: dict[tuple[str, tuple[int, ...]], Tour] = {}
        for worker, caseworker in enumerate(instance.caseworkers):
            for date in sorted(by_date):
                day = [number for number in by_date[date] if self.duty[number, worker]]
                day.sort(key=lambda number: _order(instance.sessions[number]))
                for chosen in self._together(day):
                    key = caseworker.office, chosen
                    if key not in known:
                        known[key] = tour_of(instance, caseworker, [instance.sessions[number] for number in chosen])
                    tour = known[key]._replace(caseworker=caseworker.id)
                    if all(allowed(caseworker, tour) for allowed in self._tour_filters):
                        yield worker, chosen, tour

    def possible_pairs(self) -> Mask:
        """Clients × sessions: allowed, with a start and with a caseworker who is able and may be on duty."""
        staffed = (self.able.astype(np.float32) @ self.duty.astype(np.float32).T) > 0
        possible: Mask = self.pair & staffed
        first = {int(kind): client for client, kind in reversed(list(enumerate(self.kind_of)))}
        wanted = {kind: possible[self.kind_of == kind].any(axis=0) for kind in first}
        for kind, client in first.items():
            timely = np.array(
                [bool(wanted[kind][s]) and bool(self.starts(client, s)) for s in range(len(self.instance.sessions))],
                dtype=np.bool_,
            )
            possible[self.kind_of == kind] &= timely
        return possible

    def _together(self, day: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Non-empty subsets of a day's sessions without two that are apart."""
        sessions = self.instance.sessions
        partial: list[tuple[int, ...]] = [()]
        for number in day:
            partial += [
                (*earlier, number)
                for earlier in partial
                if self.apart is None or not any(self.apart(sessions[other], sessions[number]) for other in earlier)
            ]
        return iter(partial[1:])


def cliques(sessions: Sequence[Session]) -> Iterator[list[int]]:
    """Positions of sessions that all overlap at some moment: every pair that overlaps is in one of them."""
    seen: set[tuple[int, ...]] = set()
    for session in sessions:
        together = [n for n, other in enumerate(sessions) if other.start <= session.start < other.end]
        if len(together) > 1 and tuple(together) not in seen:
            seen.add(tuple(together))
            yield together


def _order(session: Session) -> tuple[int, int, str]:
    return session.start, session.end, session.id


def _candidates(session: Session, slot_min: int) -> tuple[int, ...]:
    coarse = range(session.start, session.end, slot_min)
    return tuple(sorted({*coarse, *session.slot_starts(slot_min)}))


def _alike(sessions: Sequence[Session], candidates: Sequence[Sequence[int]], *, dated: bool) -> list[int]:
    """For each session, the first one with the same hours, candidate starts and, if they are dated, date."""
    first: dict[tuple[object, ...], int] = {}
    shapes = [
        (session.date if dated else None, session.start, session.end, session.breaks, tuple(starts))
        for session, starts in zip(sessions, candidates, strict=True)
    ]
    return [first.setdefault(shape, number) for number, shape in enumerate(shapes)]


def _kinds(clients: Sequence[Client]) -> tuple[list[Client], NDArray[np.int64]]:
    """Clients alike in consultation length and times: one example of each kind, and the kind of each client."""
    examples: list[Client] = []
    numbers: dict[tuple[object, ...], int] = {}
    kind_of = np.zeros(len(clients), dtype=np.int64)
    for row, client in enumerate(clients):
        key = (client.slots, client.windows, client.absent)
        if key not in numbers:
            numbers[key] = len(examples)
            examples.append(client)
        kind_of[row] = numbers[key]
    return examples, kind_of

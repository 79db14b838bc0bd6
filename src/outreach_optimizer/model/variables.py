"""The literals of a model, the links that hold between them under any rules, and what they cost.

Indices are positions in the instance's tuples: ``c`` clients, ``s`` sessions, ``w`` caseworkers; ``t`` is a start,
minute of the day. Two grains share all encoders. The *exact* grain has a literal per appointment and is what the
proofs of agreement and the seating of one session use. The *coarse* grain stops at "client c is invited to session
s": a relaxation that the linear program bounds well; who sits where and when is settled per session afterwards.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.fields import milli
from outreach_optimizer.model.rows import implier, maker, write_objective, write_row
from outreach_optimizer.model.space import Space
from outreach_optimizer.travel import Tour

EXACT = 2**53
"""Whole numbers below are exact as floating-point numbers."""


class TourLiteral(NamedTuple):
    """A tour that caseworker ``w`` may drive; ``sessions`` are indices in driving order."""

    w: int
    sessions: tuple[int, ...]
    tour: Tour
    literal: IntVar


class Promise(NamedTuple):
    """What the coarse grain says of an appointment beyond its session: its caseworker, or its start."""

    c: int
    s: int
    caseworker: int | None
    start: int | None


class Model:
    """A CP-SAT model with its literals by index.

    Parameters
    ----------
    space
        Masks, already narrowed by the rules.
    exact
        The grain: with or without a literal per appointment.
    single
        At most one appointment per client is a rule of this model.
    driven
        Some rule or term of this model speaks of tours.
    safe
        Coarse grain: admit only what surely keeps `overflow`, instead of all that may keep it.

    Attributes
    ----------
    invited, duty, booked, held
        Literals by ``(c, s)``, ``(s, w)``, ``(c, s, w, t)`` and ``s``; what is impossible has none.
    make, imply
        Make a literal of a name; make one literal imply another, by index.
    sessions_of, clients_in, crew_of, guests
        Indices by client or session; ``guests`` are the indices in the model of the invitations of ``clients_in``.
    tours
        The tours of every caseworker and day; on each, at most one is driven.
    promises
        Coarse grain only: literals that the seating has to keep.
    sizes
        By session: literals of which at most one is true, each with the size of the crew that it stands for. Only
        where a rule needs them.
    expected
        By term and session: what is expected, in thousandths of a minute, as far as the model knows: from below.
    """

    def __init__(self, space: Space, *, exact: bool, single: bool, driven: bool, safe: bool = False) -> None:
        self.space, self.instance, self.exact, self.single = space, space.instance, exact, single
        self.safe = safe
        self.cp = cp_model.CpModel()
        self.make, self.imply = maker(self.cp), implier(self.cp)
        self.duty: dict[tuple[int, int], IntVar] = {}
        self.held: dict[int, IntVar] = {}
        self.tours: list[TourLiteral] = []
        self.invited: dict[tuple[int, int], IntVar] = {}
        self.booked: dict[tuple[int, int, int, int], IntVar] = {}
        self.promises: dict[Promise, IntVar] = {}
        self.sizes: dict[int, list[tuple[int, IntVar]]] = {}
        self.expected: dict[tuple[str, int], IntVar] = {}
        self.sessions_of: list[list[int]] = [[] for _ in space.instance.clients]
        self.clients_in: list[list[int]] = [[] for _ in space.instance.sessions]
        self.guests: list[list[int]] = [[] for _ in space.instance.sessions]
        self.crew_of: list[list[int]] = [[] for _ in space.instance.sessions]
        self.bookings: dict[tuple[int, int], list[tuple[int, int, IntVar]]] = {}
        self._coefficients: dict[int, int] = {}
        self._invited_index: list[int] = []
        self.offset, self.scale = 0, 1
        tours = self._possible_tours() if driven else {}
        self._make_duties()
        for (w, _), options in tours.items():
            self._link_tours(w, options)
        self._make_invitations()

    def slots(self, s: int) -> int:
        """Slots of a session for one caseworker."""
        return len(self.instance.sessions[s].slot_starts(self.instance.slot_min))

    def overbooked(self, s: int) -> bool:
        """Whether more may be invited to a session than can be seen if all come."""
        return self.instance.overbooking_of(self.instance.sessions[s]) != "none"

    def crew(self, s: int) -> list[IntVar]:
        """Duty literals of a session."""
        return [self.duty[s, w] for w in self.crew_of[s]]

    def crew_sizes(self, s: int) -> list[tuple[int, IntVar]]:
        """Sizes of the crew with literals, exactly one of which is true if the session is held."""
        if s not in self.sizes:
            least, most = self.space.crew_sizes[s]
            sizes = range(least, min(most, len(self.crew_of[s])) + 1)
            self.sizes[s] = [(size, self.held[s]) for size in sizes]
            if len(sizes) != 1:
                name = self.instance.sessions[s].id
                self.sizes[s] = [(size, self.cp.new_bool_var(f"crew[{name},{size}]")) for size in sizes]
                self.tie_sizes(s)
        return self.sizes[s]

    def tie_sizes(self, s: int) -> None:
        """The literals in `sizes` stand for the size of the crew."""
        sizes = self.sizes[s]
        self.add_sum([*((literal, 1) for _, literal in sizes), (self.held[s], -1)], low=0, high=0)
        duties = [(duty, -1) for duty in self.crew(s)]
        self.add_sum([*((literal, size) for size, literal in sizes), *duties], low=0, high=0)

    def load(self, s: int, least: int = 1) -> tuple[list[int], list[int]]:
        """Indices and weights of a sum: the slots booked in a session by those who need at least so many."""
        clients = self.instance.clients
        claims = [(c, index, clients[c].slots) for c, index in zip(self.clients_in[s], self.guests[s], strict=True)]
        if self.exact:
            claims = [(c, lit.index, slots) for c, _, slots in claims for _, _, lit in self.bookings[c, s]]
        counted = [(index, slots) for _, index, slots in claims if slots >= least]
        return [index for index, _ in counted], [slots for _, slots in counted]

    def reached(self, c: int) -> list[IntVar]:
        """Literals of which at most one is true: one if the client has an appointment, none otherwise."""
        literals = [self.invited[c, s] for s in self.sessions_of[c]]
        if self.single or len(literals) < 2:
            return literals
        anywhere = self.cp.new_bool_var(f"reached[{self.instance.clients[c].id}]")
        self.cp.add_max_equality(anywhere, literals)
        return [anywhere]

    def meets(self, c: int, s: int, w: int) -> IntVar | None:
        """Literal: client c meets caseworker w in session s; None if that is impossible."""
        if not self.space.able[c, w] or (s, w) not in self.duty or (c, s) not in self.invited:
            return None
        parts = [lit for v, _, lit in self.bookings[c, s] if v == w] if self.exact else []
        return self._kept(Promise(c, s, w, None), parts)

    def starts_at(self, c: int, s: int, start: int) -> IntVar | None:
        """Literal: client c starts at a minute of the day in session s; None if that is impossible."""
        if (c, s) not in self.invited or start not in self.space.starts(c, s):
            return None
        promise = Promise(c, s, caseworker=None, start=start)
        return self._kept(promise, [lit for _, t, lit in self.bookings.get((c, s), ()) if t == start])

    def price(self, term: str, amounts_milli: Iterable[tuple[IntVar, int]], constant_milli: int = 0) -> None:
        """Add thousandths of a term's unit, per literal, to the objective at the term's weight."""
        weight = milli(getattr(self.instance.weights, term))
        if not weight:
            return
        self.offset += weight * constant_milli
        self._add_prices(((literal.index, amount) for literal, amount in amounts_milli), weight)

    def price_pairs(self, term: str, amounts_milli: NDArray[np.int64]) -> None:
        """Price invitations by a clients × sessions matrix of thousandths of a term's unit."""
        weight = milli(getattr(self.instance.weights, term))
        if weight and self.invited:
            rows, columns = np.array(list(self.invited), dtype=np.int64).T
            amounts = amounts_milli[rows, columns].tolist()
            self._add_prices(zip(self._invited_index, amounts, strict=True), weight)

    def minimize(self) -> None:
        """Set the objective: integers without a common divisor, remembered in `scale` and `offset`.

        Raises
        ------
        InputError
            The prices add up to more than CP-SAT, which tells its bounds as floating-point numbers, can tell exactly.
        """
        coefficients = {index: value for index, value in self._coefficients.items() if value}
        self.scale = math.gcd(*coefficients.values()) or 1
        if sum(abs(value) for value in coefficients.values()) // self.scale >= EXACT:
            raise InputError([Problem("prices_too_large", pointer="/weights")])
        write_objective(self.cp, {index: value // self.scale for index, value in coefficients.items()})

    def micro(self, value: float) -> int:
        """Millionths of a minute of an objective value or bound of the model, which is a whole number."""
        return round(value) * self.scale + self.offset

    def add_sum(self, terms: Sequence[tuple[IntVar, int]], low: int | None = None, high: int | None = None) -> None:
        """Bound a weighted sum of literals from below, above or both sides."""
        write_row(self.cp, [literal.index for literal, _ in terms], [weight for _, weight in terms], low, high)

    def _add_prices(self, amounts_milli: Iterable[tuple[int, int]], weight: int) -> None:
        coefficients = self._coefficients
        for index, amount in amounts_milli:
            if amount:
                coefficients[index] = coefficients.get(index, 0) + weight * amount

    def _possible_tours(self) -> dict[tuple[int, dt.date], list[tuple[tuple[int, ...], Tour]]]:
        """Tours by caseworker and date; duties that no tour contains become impossible."""
        by_day: dict[tuple[int, dt.date], list[tuple[tuple[int, ...], Tour]]] = {}
        possible = np.zeros_like(self.space.duty)
        for w, sessions, tour in self.space.tours():
            by_day.setdefault((w, tour.date), []).append((sessions, tour))
            possible[list(sessions), w] = True
        self.space.duty = possible
        return by_day

    def _make_duties(self) -> None:
        instance = self.instance
        for s, w in zip(*np.nonzero(self.space.duty), strict=True):
            name = f"duty[{instance.sessions[s].id},{instance.caseworkers[w].id}]"
            self.duty[int(s), int(w)] = self.cp.new_bool_var(name)
            self.crew_of[int(s)].append(int(w))
        for s, crew in enumerate(self.crew_of):
            if crew:
                self.held[s] = self.cp.new_bool_var(f"held[{instance.sessions[s].id}]")
                self.cp.add_max_equality(self.held[s], self.crew(s))

    def _link_tours(self, w: int, options: list[tuple[tuple[int, ...], Tour]]) -> None:
        """One tour a day: the duties are those of its sessions. A session that stands alone is its own tour."""
        stops = {s for sessions, _ in options for s in sessions}
        chained = {s for sessions, _ in options if len(sessions) > 1 for s in sessions}
        literals = []
        for sessions, tour in options:
            if len(sessions) == 1 and sessions[0] not in chained:
                literal = self.duty[sessions[0], w]
            else:
                stations = "+".join(session.id for session in tour.sessions)
                literal = self.cp.new_bool_var(f"tour[{tour.caseworker},{stations}]")
            literals.append(literal)
            self.tours.append(TourLiteral(w, sessions, tour, literal))
        if len(literals) > 1:
            self.cp.add_at_most_one(literals)
        for s in sorted(stops & chained):
            through = [lit for (sessions, _), lit in zip(options, literals, strict=True) if s in sessions]
            self.cp.add(sum(through) == self.duty[s, w])

    def _make_invitations(self) -> None:
        instance = self.instance
        for c, s in np.argwhere(self.space.possible_pairs()).tolist():
            invited = self.make(f"invited[{instance.clients[c].id},{instance.sessions[s].id}]")
            self.invited[c, s] = invited
            self._invited_index.append(invited.index)
            self.guests[s].append(invited.index)
            self.sessions_of[c].append(s)
            self.clients_in[s].append(c)
            if self.exact:
                self._make_bookings(c, s)

    def _make_bookings(self, c: int, s: int) -> None:
        instance, literals = self.instance, []
        for w in np.nonzero(self.space.able[c] & self.space.duty[s])[0]:
            for start in self.space.starts(c, s):
                names = instance.clients[c].id, instance.sessions[s].id, instance.caseworkers[w].id
                literal = self.cp.new_bool_var(f"booked[{','.join(names)},{start}]")
                self.booked[c, s, int(w), start] = literal
                literals.append((int(w), start, literal))
        self.bookings[c, s] = literals
        self._link(self.invited[c, s], [literal for _, _, literal in literals])

    def _link(self, literal: IntVar, parts: list[IntVar]) -> None:
        """``literal`` is true exactly if one of the parts is."""
        if self.single:
            self.cp.add(sum(parts) == literal)
        else:
            self.cp.add_max_equality(literal, parts)

    def _kept(self, promise: Promise, parts: list[IntVar]) -> IntVar | None:
        if promise in self.promises:
            return self.promises[promise]
        if self.exact and not parts:
            return None
        c, s, w, start = promise
        literal = self.make(f"promise[{self.instance.clients[c].id},{self.instance.sessions[s].id},{w},{start}]")
        self.promises[promise] = literal
        if self.exact:
            self._link(literal, parts)
        else:
            self.imply(literal.index, self.invited[c, s].index)
            if w is not None:
                self.imply(literal.index, self.duty[s, w].index)
        return literal

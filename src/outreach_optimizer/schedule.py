"""The answer: who works where, who is invited where and when, who is not and why.

A schedule may break every rule; `checker.check` says which. Made by `solver.solve`, or by hand.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from outreach_optimizer.fields import CaseworkerId, ClientId, Frozen, SessionId
from outreach_optimizer.instance import Appointment, Duty


class Uninvited(Frozen):
    """A client without an appointment, with the reason."""

    client: ClientId
    reason: str
    """Name of a rule that no session meets for this client, ``"several_rules"`` or ``"outweighed"``."""
    facts: Mapping[str, int] = {}
    """Sessions that each rule excludes (``several_rules``), or that would be possible (``outweighed``)."""


class InstanceReference(Frozen):
    """The instance for which a schedule was made."""

    name: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Proof(Frozen):
    """How good the schedule is, as far as the solver has proven it; minutes."""

    status: Literal["OPTIMAL", "FEASIBLE"]
    objective: float
    bound: float
    """No schedule that keeps every rule costs less."""
    gap: float
    """``(objective - bound) / objective``; 0 if both are 0."""
    seed: int
    workers: int
    versions: Mapping[str, str]


Price = Annotated[int, Field(ge=-(10**15), le=10**15)]
"""Millionths of a minute; a billion minutes at most."""


class Certificate(Frozen):
    """Prices from which anybody can compute a lower bound (`relaxation.bound`); wrong ones only make it weaker.

    What is not listed has the default price, `relaxation.prices.default_prices`.
    """

    clients: Mapping[ClientId, Price] = {}
    """Of an invitation."""
    duties: Mapping[SessionId, Mapping[CaseworkerId, Price]] = {}
    """Of a duty that is driven to; not listed: of the way there and back, with ``minutes``."""
    caseworkers: Mapping[CaseworkerId, Price] = {}
    """On top of each of their duties, where `Caseworker.max_duties` limits them."""
    minutes: Mapping[CaseworkerId, Price] = {}
    """Of a minute away, in the price of duties that are not listed; `solve` lists them instead."""
    balance: Mapping[CaseworkerId, Price] = {}
    """Of a duty, from the term `staff_balance`."""
    budget: Price = 0
    """Of one of `Rules.max_sessions`."""


class Schedule(Frozen):
    """Duties and appointments of a period."""

    format: Literal["outreach-plan"] = "outreach-plan"
    version: Literal[1] = 1
    instance: InstanceReference | None = None
    duties: tuple[Duty, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    uninvited: tuple[Uninvited, ...] = ()
    proof: Proof | None = None
    certificate: Certificate | None = None

    @cached_property
    def _hash(self) -> int:
        return hash((self.duties, self.appointments))

    def __hash__(self) -> int:
        """Hash by duties and appointments, computed once, so that what is derived from a schedule can be cached."""
        return self._hash

    @cached_property
    def _crews(self) -> Mapping[SessionId, tuple[CaseworkerId, ...]]:
        crews: dict[SessionId, list[CaseworkerId]] = {}
        for duty in self.duties:
            crews.setdefault(duty.session, []).append(duty.caseworker)
        return {session: tuple(crew) for session, crew in crews.items()}

    @cached_property
    def _by_session(self) -> Mapping[SessionId, tuple[Appointment, ...]]:
        booked: dict[SessionId, list[Appointment]] = {}
        for appointment in self.appointments:
            booked.setdefault(appointment.session, []).append(appointment)
        return {session: tuple(appointments) for session, appointments in booked.items()}

    @cached_property
    def by_client(self) -> Mapping[ClientId, tuple[Appointment, ...]]:
        """Appointments of each client that has any."""
        booked: dict[ClientId, list[Appointment]] = {}
        for appointment in self.appointments:
            booked.setdefault(appointment.client, []).append(appointment)
        return {client: tuple(appointments) for client, appointments in booked.items()}

    def crew(self, session: SessionId) -> tuple[CaseworkerId, ...]:
        """Caseworkers on duty in a session; empty if it is not held."""
        return self._crews.get(session, ())

    def appointments_in(self, session: SessionId) -> tuple[Appointment, ...]:
        """Appointments of a session."""
        return self._by_session.get(session, ())

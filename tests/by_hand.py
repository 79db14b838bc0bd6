"""Schedules written by hand, and what one rule says about them."""

from collections.abc import Iterable

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def duty(session: str, caseworker: str) -> Duty:
    return Duty.model_validate({"session": session, "caseworker": caseworker})


def talk(client: str, session: str, caseworker: str, start: str = "09:00") -> Appointment:
    return Appointment.model_validate({"client": client, "session": session, "caseworker": caseworker, "start": start})


def plan(*entries: Duty | Appointment) -> Schedule:
    return Schedule(
        duties=tuple(entry for entry in entries if isinstance(entry, Duty)),
        appointments=tuple(entry for entry in entries if isinstance(entry, Appointment)),
    )


def violations(rule: str, instance: Instance, entries: Iterable[Duty | Appointment]) -> list[Violation]:
    return list(CONSTRAINTS[rule](instance, plan(*entries)))

"""The verdict on any schedule, reached without a solver.

What an auditor has to read and trust is `instance`, `schedule`, `travel`, ``constraints/``, ``objectives/`` and this.
"""

from collections.abc import Mapping
from typing import NamedTuple

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.errors import Problem
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.kpis import kpis
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation, Witness

MICRO = 1_000_000
"""The objective is counted in millionths of a minute: thousandths of a unit times thousandths of its weight."""

UNFINISHED = frozenset({"on_duty", "min_crew", "min_load", "site_frequency", "pinned", "walk_in_reserve", "overflow"})
"""Rules that pins alone may break because what is added later can mend it; a household may be completed, too."""


class Found(NamedTuple):
    """A violation and the rule that it breaks."""

    rule: str
    violation: Violation


class TermValue(NamedTuple):
    """One objective term: ``amount`` in its unit, price of a unit and cost in minutes."""

    amount: float
    weight: float
    cost_min: float


class Report(NamedTuple):
    """Everything that is wrong with a schedule, and what it costs.

    ``objective_micro`` is the exact objective in millionths of a minute, ``objective_min`` the same in minutes.
    """

    violations: tuple[Found, ...]
    terms: Mapping[str, TermValue]
    objective_micro: int
    kpis: Mapping[str, float | None]

    @property
    def objective_min(self) -> float:
        """Objective in minutes."""
        return self.objective_micro / MICRO


def check(instance: Instance, schedule: Schedule) -> Report:
    """Try every rule and price every term; ids of the schedule must exist in the instance."""
    violations = tuple(Found(name, v) for name, rule in CONSTRAINTS.items() for v in rule(instance, schedule))
    terms, objective_micro = {}, 0
    for name, amount_of in OBJECTIVES.items():
        weight = milli(getattr(instance.weights, name))
        amount = amount_of(instance, schedule)
        objective_micro += amount * weight
        terms[name] = TermValue(amount / 1000, weight / 1000, amount * weight / MICRO)
    return Report(violations, terms, objective_micro, kpis(instance, schedule))


def pinned_schedule(instance: Instance) -> Schedule:
    """The pins alone, as a schedule; the crew of a pinned appointment is pinned with it."""
    duties = [
        *instance.pins.duties,
        *(Duty(session=a.session, caseworker=a.caseworker) for a in instance.pins.appointments),
    ]
    return Schedule(duties=tuple(dict.fromkeys(duties)), appointments=instance.pins.appointments)


def contradictions(instance: Instance) -> list[Problem]:
    """Pins that break a rule which nothing added to the plan could mend."""
    schedule = pinned_schedule(instance)
    places: dict[Witness, str] = {}
    places |= {pin: f"/pins/duties/{number}" for number, pin in enumerate(instance.pins.duties)}
    places |= {pin: f"/pins/appointments/{number}" for number, pin in enumerate(instance.pins.appointments)}
    for number, pin in enumerate(instance.pins.appointments):
        places.setdefault(Duty(session=pin.session, caseworker=pin.caseworker), f"/pins/appointments/{number}")
    return [
        Problem(
            code="pins_contradict_rule",
            pointer=next((places[witness] for witness in found.witnesses if witness in places), "/pins"),
            found=dict(found.facts),
            facts={"rule": name, "excess": found.excess, "others": len(found.witnesses) - 1},
        )
        for name, rule in CONSTRAINTS.items()
        for found in rule(instance, schedule)
        if not _mendable(name, found)
    ]


def _mendable(rule: str, found: Violation) -> bool:
    """Whether adding duties and appointments to the pins may mend a violation."""
    if rule == "site_frequency":
        return found.facts["fault"] == "too_few"
    if rule == "lane_load":  # one more caseworker shortens one line, not a line of one's own
        return found.facts["fault"] == "wait" and found.facts["line"] == "session"
    return rule in UNFINISHED or (rule == "household" and found.facts["fault"] == "gap")

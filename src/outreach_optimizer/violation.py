"""What a constraint says when it is broken."""

from collections.abc import Mapping
from typing import NamedTuple

from outreach_optimizer.instance import Appointment, Duty

Witness = Appointment | Duty


class Violation(NamedTuple):
    """One way in which a schedule breaks one rule.

    Parameters
    ----------
    facts
        What the sentence in ``texts/`` needs; always with what was found and what was needed.
    excess
        By how much, in the unit of the rule (caseworkers, minutes, days …); positive.
    witnesses
        Appointments and duties that take part.
    """

    facts: Mapping[str, object]
    excess: float = 1
    witnesses: tuple[Witness, ...] = ()

"""Say it: one objective term per file, its amount on a finished schedule. `OBJECTIVES` holds them all.

Amounts are whole thousandths of the unit of the term; `Weights` prices a unit in minutes, weight 0 reports only.
"""

from collections.abc import Callable, Mapping

from outreach_optimizer.instance import Instance
from outreach_optimizer.objectives.changes import changes
from outreach_optimizer.objectives.client_excess import client_excess
from outreach_optimizer.objectives.client_travel import client_travel
from outreach_optimizer.objectives.continuity import continuity
from outreach_optimizer.objectives.expected_idle import expected_idle
from outreach_optimizer.objectives.expected_overtime import expected_overtime
from outreach_optimizer.objectives.expected_wait import expected_wait
from outreach_optimizer.objectives.lateness import lateness
from outreach_optimizer.objectives.rhythm import rhythm
from outreach_optimizer.objectives.session_setup import session_setup
from outreach_optimizer.objectives.staff_balance import staff_balance
from outreach_optimizer.objectives.staff_travel import staff_travel
from outreach_optimizer.objectives.uninvited import uninvited
from outreach_optimizer.schedule import Schedule

Objective = Callable[[Instance, Schedule], int]

OBJECTIVES: Mapping[str, Objective] = {
    term.__name__: term
    for term in (
        uninvited,
        client_travel,
        client_excess,
        staff_travel,
        session_setup,
        continuity,
        lateness,
        changes,
        staff_balance,
        rhythm,
        expected_idle,
        expected_wait,
        expected_overtime,
    )
}

"""Encode it: the same names as in `outreach_optimizer.objectives`; each module prices literals (``price``)."""

from collections.abc import Mapping
from types import ModuleType

from outreach_optimizer.model.objectives import (
    changes,
    client_excess,
    client_travel,
    continuity,
    expected_idle,
    expected_overtime,
    expected_wait,
    lateness,
    rhythm,
    session_setup,
    staff_balance,
    staff_travel,
    uninvited,
)

PRICES: Mapping[str, ModuleType] = {
    "uninvited": uninvited,
    "client_travel": client_travel,
    "client_excess": client_excess,
    "staff_travel": staff_travel,
    "session_setup": session_setup,
    "continuity": continuity,
    "lateness": lateness,
    "changes": changes,
    "staff_balance": staff_balance,
    "rhythm": rhythm,
    "expected_idle": expected_idle,
    "expected_wait": expected_wait,
    "expected_overtime": expected_overtime,
}

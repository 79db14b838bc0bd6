"""Why a client has no appointment."""

from collections.abc import Mapping

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.model.constraints import ENCODERS
from outreach_optimizer.model.space import Mask, Space
from outreach_optimizer.schedule import Schedule, Uninvited

OFFER = ("site_open", "holiday", "tour", "caseworker_available")
"""Rules that decide which sessions there are to choose from."""
PERSONAL = (
    "invitation_gap", "max_travel", "barrier_free", "network", "skills", "continuity", "client_available", "notice",
)  # fmt: skip
"""Rules that speak of one client and one session, the most personal first."""


def reasons(instance: Instance, schedule: Schedule) -> tuple[Uninvited, ...]:
    """A reason per uninvited client.

    The name of a rule that every offered session breaks for this client; ``several_rules`` if the sessions fall to
    different rules (with the number that each excludes); ``no_session`` if none is offered at all; ``outweighed`` if
    sessions would be possible (with their number) but are full, not held, or cost more than they are worth.
    """
    left = [c for c, client in enumerate(instance.clients) if client.id not in schedule.by_client]
    if not left:
        return ()
    offered = _offer(instance)
    masks = {rule: _possible(instance, (rule,))[:, offered] for rule in PERSONAL}
    together = _possible(instance, PERSONAL)[:, offered]
    return tuple(
        Uninvited(client=instance.clients[c].id, reason=reason, facts=facts)
        for c in left
        for reason, facts in [_reason(c, masks, together)]
    )


def _reason(c: int, masks: Mapping[str, Mask], together: Mask) -> tuple[str, dict[str, int]]:
    if not together.shape[1]:
        return "no_session", {}
    if together[c].any():
        return "outweighed", {"possible": int(together[c].sum())}
    for rule, mask in masks.items():
        if not mask[c].any():
            return rule, {}
    return "several_rules", {rule: int((~mask[c]).sum()) for rule, mask in masks.items() if not mask[c].all()}


def _offer(instance: Instance) -> list[int]:
    """Sessions for which somebody may be on duty."""
    space = _narrowed(instance, OFFER)
    return sorted({s for _, sessions, _ in space.tours() for s in sessions})


def _possible(instance: Instance, rules: tuple[str, ...]) -> Mask:
    space = _narrowed(instance, (*rules, *OFFER, "session_window"))
    staffed: Mask = np.zeros_like(space.duty)
    for w, sessions, _ in space.tours():
        staffed[list(sessions), w] = True
    space.duty = staffed
    return space.possible_pairs()


def _narrowed(instance: Instance, rules: tuple[str, ...]) -> Space:
    space = Space(instance)
    for rule in rules:
        ENCODERS[rule].narrow(space)
    return space

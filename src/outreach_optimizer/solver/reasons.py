"""Why a client has no appointment."""

from collections.abc import Mapping

import numpy as np

from outreach_optimizer.instance import Instance, Pins
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
    left = tuple(client for client in instance.clients if client.id not in schedule.by_client)
    if not left:
        return ()
    # Nobody of them is pinned, so that the rules say the same of them alone.
    part = instance.replace(clients=left, pins=Pins(), published=())
    duty = _staffed(part)
    if not duty.any():
        return tuple(Uninvited(client=client.id, reason="no_session") for client in left)
    offered = np.flatnonzero(duty.any(axis=1))
    possible = _possible(part, duty, PERSONAL)[:, offered].sum(axis=1)
    none = part.replace(clients=tuple(client for c, client in enumerate(left) if not possible[c]))
    masks = {rule: _possible(none, duty, (rule,))[:, offered] for rule in PERSONAL} if none.clients else {}
    told = iter(range(len(none.clients)))
    return tuple(
        Uninvited(client=client.id, reason=reason, facts=facts)
        for c, client in enumerate(left)
        for reason, facts in [
            ("outweighed", {"possible": int(possible[c])}) if possible[c] else _rule(next(told), masks)
        ]
    )


def _rule(c: int, masks: Mapping[str, Mask]) -> tuple[str, dict[str, int]]:
    for rule, mask in masks.items():
        if not mask[c].any():
            return rule, {}
    return "several_rules", {rule: int((~mask[c]).sum()) for rule, mask in masks.items() if not mask[c].all()}


def _staffed(instance: Instance) -> Mask:
    """Sessions × caseworkers: who may be on duty, as far as the offer alone decides."""
    space = _narrowed(instance, OFFER)
    staffed: Mask = np.zeros_like(space.duty)
    for w, sessions, _ in space.tours():
        staffed[list(sessions), w] = True
    return staffed


def _possible(instance: Instance, duty: Mask, rules: tuple[str, ...]) -> Mask:
    space = _narrowed(instance, (*rules, *OFFER, "session_window"))
    space.duty = duty.copy()
    return space.possible_pairs()


def _narrowed(instance: Instance, rules: tuple[str, ...]) -> Space:
    space = Space(instance)
    for rule in rules:
        ENCODERS[rule].narrow(space)
    return space

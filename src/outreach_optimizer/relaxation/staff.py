"""Who is able to meet whom, and who may be on duty where."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.amounts import Ints, Mask

NOBODY = -1


class Staff(NamedTuple):
    """Who can meet whom.

    Parameters
    ----------
    need
        Per client: row of ``able``.
    able
        Kinds of need × caseworkers.
    duty
        Sessions × caseworkers: may be on duty.
    own
        Per client: the own caseworker if soft continuity has a price and can be kept, else -1.
    other
        Cost of a client with an own caseworker who meets somebody else.
    surely
        Per client: the same, if the own caseworker is not able to meet the client, else 0.
    """

    need: Ints
    able: Mask
    duty: Mask
    own: Ints
    other: int
    surely: Ints


def staff_of(instance: Instance, duty: Mask, cap: int) -> Staff:
    """Skills, languages and continuity."""
    workers: dict[str, int] = {caseworker.id: w for w, caseworker in enumerate(instance.caseworkers)}
    other = min(cap, 1000 * milli(instance.weights.continuity))
    skilled = {
        key: _skilled(instance, *key) for key in {(client.skills, client.languages) for client in instance.clients}
    }
    numbers: dict[tuple[object, ...], int] = {}
    rows: list[Mask] = []
    count = len(instance.clients)
    need, own = np.zeros(count, dtype=np.int64), np.full(count, NOBODY, dtype=np.int64)
    surely = np.zeros(count, dtype=np.int64)
    for c, client in enumerate(instance.clients):
        tied = client.caseworker if client.continuity == "hard" else None
        key = (client.skills, client.languages, client.continuity == "hard", tied)
        if key not in numbers:
            numbers[key] = len(rows)
            row = skilled[client.skills, client.languages]
            rows.append(row & _one(workers.get(tied or "", NOBODY), len(row)) if client.continuity == "hard" else row)
        need[c] = numbers[key]
        if client.continuity == "soft" and other:
            w = workers.get(client.caseworker or "", NOBODY)
            kept = w != NOBODY and bool(rows[need[c]][w])
            own[c], surely[c] = (w, 0) if kept else (NOBODY, other)
    able = np.array(rows, dtype=np.bool_).reshape(len(rows), len(workers))
    return Staff(need, able, duty, own, other, surely)


def _skilled(instance: Instance, skills: Sequence[str], languages: Sequence[str]) -> Mask:
    """Caseworkers who have all of these."""
    return np.array(
        [set(skills) <= set(w.skills) and set(languages) <= set(w.languages) for w in instance.caseworkers],
        dtype=np.bool_,
    )


def _one(position: int, length: int) -> Mask:
    """A mask that is true at one position, or nowhere."""
    mask: Mask = np.arange(length) == position
    return mask

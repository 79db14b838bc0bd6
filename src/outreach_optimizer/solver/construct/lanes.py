"""Parts of a session's room that some guests share: the slots of one caseworker, or of those with a skill."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.dual.prepared import Ints, Mask

NO_LANE = -1


class Lanes(NamedTuple):
    """Lanes of sessions with a given crew.

    Parameters
    ----------
    session, room
        Per lane: its session and its slots.
    parent
        Lane that its guests go through next, -1 for the session itself. Parents come after their children.
    entry
        Needs × sessions: first lane of guests with a need, -1 if everybody on duty is able.
    own
        Sessions × caseworkers: lane of each who is on duty, else -1.
    levels
        Lanes with a parent, the innermost ones first.
    """

    session: Ints
    room: Ints
    parent: Ints
    entry: Ints
    own: Ints
    levels: tuple[Ints, ...]


def lanes_of(known: Facts, crew: Mask) -> Lanes:
    """A tree for each session: sets of able caseworkers, each inside the smallest one that contains it."""
    own = np.full(crew.shape, NO_LANE, dtype=np.int64)
    at, who = np.nonzero(crew)
    own[at, who] = np.arange(len(at))
    entry = np.full((len(known.able), len(crew)), NO_LANE, dtype=np.int64)
    session, room, parent = at.tolist(), known.room[at].tolist(), [NO_LANE] * len(at)
    tied = known.able.sum(axis=1) == 1
    worker = known.able.argmax(axis=1)
    entry[tied] = own[:, worker[tied]].T
    general = np.flatnonzero(~tied)
    for s in np.unique(at).tolist():
        members = np.flatnonzero(crew[s])
        able = known.able[np.ix_(general, members)]
        words = (able @ (1 << np.arange(len(members), dtype=np.int64))).tolist() if len(members) < 62 else []
        everybody = (1 << len(members)) - 1
        lane_of = {1 << place: int(own[s, w]) for place, w in enumerate(members.tolist())}
        sets = sorted({word for word in words if word not in (0, everybody) and word not in lane_of}, key=int.bit_count)
        for word in sets:
            lane_of[word] = len(session)
            session.append(s)
            room.append(int(known.room[s]) * word.bit_count())
            parent.append(NO_LANE)
        for word, lane in lane_of.items():
            wider = next((other for other in sets if other != word and word & ~other == 0), None)
            parent[lane] = NO_LANE if wider is None else lane_of[wider]
        for need, word in zip(general.tolist(), words, strict=False):
            entry[need, s] = lane_of.get(word, NO_LANE)
    return Lanes(
        np.array(session, dtype=np.int64),
        np.array(room, dtype=np.int64),
        np.array(parent, dtype=np.int64),
        entry,
        own,
        _levels(parent),
    )


def _levels(parent: Sequence[int]) -> tuple[Ints, ...]:
    height = [0] * len(parent)
    for lane, above in enumerate(parent):
        if above >= 0:
            height[above] = max(height[above], height[lane] + 1)
    nested = [lane for lane, above in enumerate(parent) if above >= 0]
    return tuple(
        np.array([lane for lane in nested if height[lane] == level], dtype=np.int64)
        for level in range(max((height[lane] + 1 for lane in nested), default=0))
    )

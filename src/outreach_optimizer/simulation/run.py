"""The simulation of a plan, session by session, and in total."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.fields import ClientId
from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import Outlook, outlook
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.simulation.figures import Family, Figure, Sums, family, figure
from outreach_optimizer.simulation.process import Events, Stage, happen, stage

CELLS = 1 << 18
"""People times replications in memory at once; some arrays of this size fit into the processor's cache."""
NAMES = ("shows", "held", "idle_min", "wait_min", "overtime_min", "risk")
"""Figures of a session and of all sessions, besides the longest expected waiting; see `Events`."""


class SessionTrial(NamedTuple):
    """A simulated session.

    Parameters
    ----------
    outlook
        The exact figures.
    figures
        By name, see `NAMES`; ``risk`` is the share of replications, and missing where nothing is overbooked.
    waits_min
        Waiting of each client, given that they come; clients who never came are missing.
    """

    outlook: Outlook
    figures: Mapping[str, Figure]
    waits_min: Mapping[ClientId, Figure]

    @property
    def longest(self) -> ClientId | None:
        """Client who, by the exact figures, waits longest; a maximum of simulated means would be too large."""
        return max(self.waits_min, key=lambda client: self.waits_min[client].exact, default=None)


class Simulation(NamedTuple):
    """What was simulated.

    Parameters
    ----------
    sessions
        Those with a crew, in the order of the instance.
    total
        Sums over sessions; ``risk`` is the share of replications in which more come than fit in any session.
    family
        All of these figures, compared with the exact ones.
    """

    replications: int
    seed: int
    sessions: tuple[SessionTrial, ...]
    total: Mapping[str, Figure]
    family: Family

    @property
    def agrees(self) -> bool:
        """Whether simulation and mathematics say the same, as far as chance lets us see."""
        return not self.family.differing

    @property
    def longest(self) -> tuple[SessionTrial, ClientId] | None:
        """Session and client of the longest expected waiting."""
        waiting = [(trial, trial.longest) for trial in self.sessions]
        found = [(trial, client) for trial, client in waiting if client is not None]
        return max(found, key=lambda pair: pair[0].waits_min[pair[1]].exact, default=None)


def simulate(
    instance: Instance,
    schedule: Schedule,
    *,
    replications: int = 100_000,
    seed: int = 0,
    block: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Let the sessions of a plan take place many times and compare what happens with the exact figures.

    Each client comes with the own probability, independently. Those of a slot who come are called in random order,
    after those of earlier slots, by any caseworker of the session where clients wait in one line, otherwise by their
    own; after the last slot the crew goes on until nobody waits. Longer consultations keep their caseworker and their
    slots whether the client comes or not.

    Parameters
    ----------
    replications
        How often, at least 2.
    seed
        With the same seed a client comes, or not, in the same replications whatever the plan is, unless the probability
        is another one; then a higher one adds replications.
    block
        Replications at a time; by default as many as keep memory small. The result is the same.
    on_progress
        Called with the number of replications that are done.

    Raises
    ------
    ValueError
        Not enough replications.

    References
    ----------
    domain C.3, D.3.3.
    """
    if replications < 2:
        raise ValueError(replications)
    invitations: Counter[ClientId] = Counter()
    records = []
    for session in instance.sessions:
        crew, appointments = schedule.crew(session.id), schedule.appointments_in(session.id)
        if crew:
            scene = stage(instance, session, crew, appointments, seed=seed, invitations=invitations)
            records.append(Record(outlook(instance, session, crew, appointments), scene))
    together = _run(records, replications, block, on_progress or (lambda _: None))
    trials = tuple(record.trial() for record in records)
    total = _total(trials, together)
    return Simulation(replications, seed, trials, total, family(_compared(trials, total)))


class Record:
    """What is remembered of a session while it is simulated."""

    def __init__(self, exact: Outlook, scene: Stage) -> None:
        self.outlook = exact
        self.stage = scene
        self.sums = {name: Sums() for name in NAMES if name != "risk" or scene.free is not None}
        self.waits = [Sums() for _ in scene.waiting]

    def add(self, events: Events) -> None:
        """Remember a block of replications."""
        for name in self.sums:
            self.sums[name] = self.sums[name].with_values(getattr(events, name))
        for row, _ in enumerate(self.waits):
            # Those who do not come wait 0 minutes, and do not count as samples.
            came = int(np.count_nonzero(events.come[row]))
            self.waits[row] = self.waits[row].with_sums(came, events.waits_min[row])

    def trial(self) -> SessionTrial:
        """Means beside the exact figures."""
        exact, slot_min, step_min = self.outlook, self.stage.slot_min, max(self.stage.steps_min)
        longest_talk_min = max((person.talk_min for person in self.stage.people), default=slot_min)
        expected = {
            "shows": (exact.shows, 1),
            "held": (exact.shows - exact.overtime_min / slot_min, 1),
            "idle_min": (exact.idle_min, longest_talk_min),
            "wait_min": (exact.wait_min, step_min * max(1, len(self.waits))),
            "overtime_min": (exact.overtime_min, slot_min),
            "risk": (exact.risk or 0.0, 1),
        }
        came = [(person, sums) for person, sums in zip(self.stage.waiting, self.waits, strict=True) if sums.samples]
        return SessionTrial(
            outlook=exact,
            figures={name: figure(expected[name][0], sums, expected[name][1]) for name, sums in self.sums.items()},
            waits_min={p.client: figure(exact.waits_min[p.client], sums, step_min) for p, sums in came},
        )


def _run(
    records: Sequence[Record], replications: int, block: int | None, on_progress: Callable[[int], None]
) -> Mapping[str, Sums]:
    """Fill the records; returns the same sums for all sessions together."""
    together: dict[str, Sums] = {}
    size = block or max(1, CELLS // max((len(record.stage.people) for record in records), default=1))
    for first in range(0, replications, size):
        number = min(size, replications - first)
        of_block: dict[str, NDArray[np.int64] | NDArray[np.bool_]] = {}
        for record in records:
            events = happen(record.stage, number)
            record.add(events)
            for name in record.sums:
                # "Or" for risk, a plain sum for the rest: booleans add up that way.
                of_block[name] = of_block.get(name, np.zeros(1, dtype=np.bool_)) + getattr(events, name)
        for name, values in of_block.items():
            together[name] = together.get(name, Sums()).with_values(values)
        on_progress(first + number)
    return together


def _total(trials: Sequence[SessionTrial], together: Mapping[str, Sums]) -> dict[str, Figure]:
    total = {}
    for name, sums in together.items():
        parts = [trial.figures[name] for trial in trials if name in trial.figures]
        exact = math.fsum(part.exact for part in parts)
        if name == "risk":
            # In none of the sessions, which are independent.
            exact = 1 - math.prod(1 - part.exact for part in parts)
        total[name] = figure(exact, sums, max(part.jump for part in parts))
    return total


def _compared(trials: Sequence[SessionTrial], total: Mapping[str, Figure]) -> dict[str, Figure]:
    figures = {f"total.{name}": one for name, one in total.items()}
    for trial in trials:
        session = trial.outlook.session.id
        figures |= {f"{session}.{name}": one for name, one in trial.figures.items()}
        figures |= {f"{session}.wait_min.{client}": one for client, one in trial.waits_min.items()}
    return figures

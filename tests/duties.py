"""What every choice of duties has to keep, whoever makes it."""

from collections import Counter

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.draft import board_of
from outreach_optimizer.solver.dual.prepared import Mask


def assert_no_rule_on_duties_is_broken(given: Instance, known: Facts, crew: Mask) -> None:
    """Crews (sessions × caseworkers) are as large as they may be, and nobody does more than agreed."""
    size = crew.sum(axis=1)
    assert ((size == 0) | ((known.least <= size) & (size <= known.most))).all()
    lone = board_of(given, known).lone
    assert lone.lawful[crew].all()
    for w, worker in enumerate(given.caseworkers):
        dates = Counter(given.sessions[s].date for s in np.flatnonzero(crew[:, w]).tolist())
        assert max(dates.values(), default=0) <= 1
        assert worker.max_duties is None or dates.total() <= worker.max_duties
        assert worker.max_minutes is None or lone.away_min[crew[:, w], w].sum() <= worker.max_minutes

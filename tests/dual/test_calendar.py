"""Which sessions the sites hold: against the certificate's own dynamic program, which is coded apart."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import crowded_instances, instances
from outreach_optimizer.generate.build import build as generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.sites import NEVER as IMPOSSIBLE
from outreach_optimizer.relaxation.sites import cheapest_sites
from outreach_optimizer.solver.dual.ascent import Relaxed, relax
from outreach_optimizer.solver.dual.calendar import NEVER, hold
from outreach_optimizer.solver.dual.prepared import Ints

MINUTE = 1_000_000


def drawn_values(relaxed: Relaxed, seed: int) -> Ints:
    rng = random.Random(seed)  # noqa: S311 - no secret
    values = [rng.randint(-400, 200) * MINUTE for _ in relaxed.facts.most]
    return np.where(relaxed.facts.most > 0, np.array(values, dtype=np.int64), IMPOSSIBLE)


def check(problem: Instance, seed: int) -> None:
    relaxed = relax(problem)
    values = drawn_values(relaxed, seed)
    found = hold(relaxed.calendars, np.where(values == IMPOSSIBLE, NEVER, values))
    assert found.cost == cheapest_sites(problem, values)
    assert len(set(found.sessions.tolist())) == len(found.sessions)
    only = np.full_like(values, IMPOSSIBLE)
    only[found.sessions] = values[found.sessions] - 1000 * MINUTE
    # The sessions that it names are worth what it says: offered alone, and at a value that holds them all.
    assert cheapest_sites(problem, only) == found.cost - 1000 * MINUTE * len(found.sessions)


@given(instances() | crowded_instances(), st.integers(0, 10**6))
def test_the_cheapest_sessions_cost_what_the_certificate_says(problem: Instance, seed: int) -> None:
    check(problem, seed)


@pytest.mark.parametrize(("preset", "seed"), [("tiny", 1), ("month", 2), ("quarter", 3), ("stress", 1)])
def test_the_same_for_presets_with_rhythm_and_days_that_keep_their_distance(preset: str, seed: int) -> None:
    problem = generate(preset, seed)
    for number in range(5):
        check(problem, number)

"""A plan to make better."""

import time

import pytest

from outreach_optimizer.generate import generate
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.plans import Accepted, accepted


@pytest.fixture(scope="session")
def plan() -> Accepted:
    """A plan of the quarter that leaves something to be desired."""
    quarter = generate("quarter", 1)
    made = construct(relax(quarter), until=time.monotonic() + 1.5)
    assert made is not None
    best = accepted(quarter, made.schedule)
    assert best is not None
    return best

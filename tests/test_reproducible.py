"""The same instance, seed and one worker give the same plan, byte for byte, in another process as well."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from outreach_optimizer.generate import generate
from outreach_optimizer.solver import solve
result = solve(generate({preset!r}, 1), workers=1, seed=3, time_limit_s=300)
print(result.status, result.schedule.model_dump_json(indent=1))
"""

HANDED_OVER = """
import time
from outreach_optimizer.generate import generate
from outreach_optimizer.model.build import build
from outreach_optimizer.solver.dual.ascent import ascend, relax
from outreach_optimizer.solver.dual.reduce import kept, regret
from outreach_optimizer.solver.rounds import Effort, attempts, search
month = generate("month", 1)
relaxed = relax(month)
found = regret(relaxed, ascend(relaxed, until=time.monotonic() + 300, steps=60).point)
model = build(month, kept=kept(relaxed, found, 0.05 * found.bound))
effort = Effort(time.monotonic(), 300, 1, 3, None, None)
first = attempts(model, effort, None, until_s=300, cp_sat_s=0.02)(None)
ended = search(model, attempts(model, effort, None, until_s=300, cp_sat_s=0.02), None, 3)
print(first.status, len(model.invited), first.guests, ended.best.schedule.model_dump_json(indent=1))
"""
"""CP-SAT has hardly any steps here, so that a MIP solver decides."""


@pytest.mark.parametrize(
    "program",
    [PROGRAM.format(preset="tiny"), PROGRAM.format(preset="month"), HANDED_OVER],
    ids=["tiny", "month", "mip"],
)
def test_hash_order_does_not_reach_the_plan(program: str) -> None:
    plans = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert plans[0].startswith(b"OPTIMAL ")
    assert b"{" in plans[0]
    assert plans[0] == plans[1]

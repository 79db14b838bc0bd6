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


@pytest.mark.parametrize("preset", ["tiny", "month"])
def test_hash_order_does_not_reach_the_plan(preset: str) -> None:
    plans = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(preset=preset)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert plans[0].startswith(b"OPTIMAL {")
    assert plans[0] == plans[1]

"""What the solver proves against what trying all schedules finds."""

from brute import cheapest_schedule
from outreach_optimizer.instance import Instance
from outreach_optimizer.solver import Status, solve


def agrees_with_brute_force(problem: Instance) -> None:
    best, result = cheapest_schedule(problem), solve(problem, workers=1, time_limit_s=60)
    if best is None:
        assert result.status is Status.INFEASIBLE
        return
    assert result.status is Status.OPTIMAL
    assert result.report is not None
    assert result.report.objective_micro == best[0]

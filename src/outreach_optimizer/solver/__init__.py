"""The search: from an instance to a schedule that the checker has accepted."""

from outreach_optimizer.solver.result import Progress, Result, Status
from outreach_optimizer.solver.search import solve

__all__ = ["Progress", "Result", "Status", "solve"]

"""Parameters of CP-SAT."""

from ortools.sat.python import cp_model

LP_HEAVY = ("max_lp", "default_lp", "reduced_costs", "pseudo_costs", "quick_restart", "no_lp")
"""Subsolvers of a small model, in the order in which workers get them: its linear relaxation is within 1 %."""
LARGE = 8_000
"""Invitations from which on a proof is out of reach and neighborhood search finds better plans."""


def new_solver(*, workers: int, seed: int, time_limit_s: float, large: bool = False) -> cp_model.CpSolver:
    """A CP-SAT led by the linear relaxation: with a few workers, its own portfolio hardly looks at it.

    One worker runs alone and is reproducible as long as the clock does not end it. On a large model, one worker
    looks at reduced costs and CP-SAT gives the others neighborhoods to search.
    """
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.01, time_limit_s)
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    if workers > 1:
        solver.parameters.subsolvers.extend(["reduced_costs"] if large else LP_HEAVY[:workers])
    return solver

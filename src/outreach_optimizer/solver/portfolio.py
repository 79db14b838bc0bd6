"""Parameters of CP-SAT."""

from ortools.sat.python import cp_model

LP_HEAVY = ("max_lp", "default_lp", "reduced_costs", "pseudo_costs", "quick_restart", "no_lp")
"""Subsolvers, in the order in which workers get them: see design, the linear relaxation is within 0.3 %."""


def new_solver(*, workers: int, seed: int, time_limit_s: float) -> cp_model.CpSolver:
    """A CP-SAT led by the linear relaxation: with a few workers, its own portfolio hardly looks at it.

    One worker runs alone and is reproducible as long as the clock does not end it.
    """
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.01, time_limit_s)
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    if workers > 1:
        solver.parameters.subsolvers.extend(LP_HEAVY[:workers])
    return solver

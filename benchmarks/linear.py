"""The strong textbook formulation of a location problem, as arrays like those of `solver.linear`."""

import numpy as np

from outreach_optimizer.solver.linear import Linear
from published import Location


def strong(problem: Location) -> Linear:
    """Textbook formulation with a link for every pair: customer j from facility i is variable ``j m + i``, then in use.

    References
    ----------
    K. Holmberg, M. Rönnqvist, D. Yuan, European Journal of Operational Research 113 (1999) 544-559.
    """
    n, m = problem.costs.shape
    pairs = np.arange(n * m)
    customer, facility = np.divmod(pairs, m)
    used = n * m + np.arange(m)
    limited = problem.most_open is not None
    capacities = np.minimum(problem.capacities, problem.demands.sum())
    rows = [customer, n + pairs, n + pairs, n + n * m + facility, n + n * m + np.arange(m)]
    columns = [pairs, pairs, n * m + facility, pairs, used]
    entries = [np.ones(n * m), np.ones(n * m), -np.ones(n * m), problem.demands[customer], -capacities]
    if limited:
        rows.append(np.full(m, n + n * m + m))
        columns.append(used)
        entries.append(np.ones(m))
    most = [float(problem.most_open)] if problem.most_open is not None else []
    return Linear(
        prices=np.concatenate([problem.costs.ravel(), problem.setups]),
        lower=np.zeros(n * m + m),
        upper=np.ones(n * m + m),
        row=np.concatenate(rows),
        column=np.concatenate(columns),
        entry=np.concatenate(entries).astype(np.float64),
        row_lower=np.concatenate([np.ones(n), np.full(n * m + m + limited, -np.inf)]),
        row_upper=np.concatenate([np.ones(n), np.zeros(n * m + m), most]),
        offset=0.0,
    )

"""Measures of travel burden, inequality and accessibility: pure functions of numbers, the single source of truth.

`burden` sums up what people travel, `inequality` says how unevenly, `access` how many slots are within reach.
"""

from outreach_optimizer.measures.access import access_2sfca, gaussian_access_2sfca
from outreach_optimizer.measures.burden import (
    KOLM_KAPPA,
    Burden,
    burden,
    kolm_ede,
    p90,
    quantile_linear,
    share_within,
    tail_mean,
)
from outreach_optimizer.measures.inequality import atkinson, gini, hoover, jain, theil_l, theil_t

__all__ = [
    "KOLM_KAPPA",
    "Burden",
    "access_2sfca",
    "atkinson",
    "burden",
    "gaussian_access_2sfca",
    "gini",
    "hoover",
    "jain",
    "kolm_ede",
    "p90",
    "quantile_linear",
    "share_within",
    "tail_mean",
    "theil_l",
    "theil_t",
]

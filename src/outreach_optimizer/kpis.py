"""Key figures of a schedule that are reported and never optimized."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, tours

EUR_PER_KM = 0.20
"""Reimbursement of clients (Bay. LSG, L 11 AS 774/10)."""
KOLM_KAPPA = 0.05


def kpis(instance: Instance, schedule: Schedule) -> Mapping[str, float | None]:
    """Key figures by name; None where nobody travels.

    ``travel_*_min`` are one-way minutes of the invited, ``share_*`` parts of 1 within so many minutes,
    ``reimbursement_eur`` is there and back, ``staff_*`` sum over the tours.

    References
    ----------
    docs/requirements.md, K1-K16.
    """
    minutes, kilometers = _ways_of_invited(instance, schedule)
    days = list(tours(instance, schedule))
    eur_per_km = {caseworker.id: caseworker.eur_per_km for caseworker in instance.caseworkers}
    figures: dict[str, float | None] = {
        "invited": len(schedule.by_client),
        "uninvited": len(instance.clients) - len(schedule.by_client),
        "sessions_held": len({duty.session for duty in schedule.duties}),
        "duties": len(schedule.duties),
    }
    figures |= travel_figures(minutes)
    figures |= {
        "reimbursement_eur": 2 * EUR_PER_KM * sum(kilometers),
        "staff_drive_min": sum((day.drive_milli_min or 0) / 1000 for day in days),
        "staff_km": sum((day.drive_milli_km or 0) / 1000 for day in days),
        "staff_cost_eur": sum((day.drive_milli_km or 0) / 1000 * eur_per_km[day.caseworker] for day in days),
    }
    return figures


def travel_figures(minutes: Sequence[float]) -> Mapping[str, float | None]:
    """Mean, median, P90 (nearest rank), maximum, shares within 15, 30 and 45 and Kolm-Pollak EDE of minutes.

    References
    ----------
    docs/requirements.md, K5-K12. Kolm-Pollak equally distributed equivalent: ``ln(mean(exp(kappa t))) / kappa``.
    """
    ways: NDArray[np.float64] = np.sort(np.array(minutes, dtype=np.float64))
    names = ("mean", "median", "p90", "max")
    if not len(ways):
        empty: dict[str, float | None] = {f"travel_{name}_min": None for name in names}
        return empty | {"share_15": None, "share_30": None, "share_45": None, "kolm_ede_min": None}
    values = (ways.mean(), np.median(ways), ways[math.ceil(0.9 * len(ways)) - 1], ways[-1])
    figures: dict[str, float | None] = {f"travel_{name}_min": float(v) for name, v in zip(names, values, strict=True)}
    figures |= {f"share_{limit}": float((ways <= limit).mean()) for limit in (15, 30, 45)}
    # The largest term is taken out so that long ways do not overflow.
    shifted = np.exp(KOLM_KAPPA * (ways - ways[-1])).mean()
    figures["kolm_ede_min"] = float(ways[-1] + math.log(shifted) / KOLM_KAPPA)
    return figures


def _ways_of_invited(instance: Instance, schedule: Schedule) -> tuple[list[float], list[float]]:
    rows = {client.id: row for row, client in enumerate(instance.clients)}
    columns = {site.id: column for column, site in enumerate(instance.sites)}
    ways, minutes, kilometers = client_ways(instance), [], []
    for appointment in schedule.appointments:
        cell = rows[appointment.client], columns[instance.session_by_id[appointment.session].site]
        if ways.milli_min[cell] != UNKNOWN:
            minutes.append(int(ways.milli_min[cell]) / 1000)
            kilometers.append(max(0, int(ways.milli_km[cell])) / 1000)
    return minutes, kilometers

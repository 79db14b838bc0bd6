"""Key figures of a schedule that are reported and never optimized."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.instance import Client, Instance
from outreach_optimizer.measures.burden import burden
from outreach_optimizer.outlook import Outlook, outlooks
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, tours

EUR_PER_KM = 0.20
"""Reimbursement of clients (Bay. LSG, L 11 AS 774/10)."""
RATE_BANDS = (0.5, 0.8)
"""Show-up rates at which the next group begins."""
GROUP_PEOPLE = 3
"""Clients of a group whose waiting is compared, at least."""


def kpis(instance: Instance, schedule: Schedule) -> Mapping[str, float | None]:
    """Key figures by name; None where nobody travels or nobody is invited.

    ``travel_*_min`` are one-way minutes of the invited, ``share_*`` parts of 1 within so many minutes,
    ``reimbursement_eur`` is there and back, ``staff_*`` sum over the tours; `expected_figures` are about who comes.

    References
    ----------
    docs/requirements.md, K1-K23.
    """
    minutes, kilometers = _ways_of_invited(instance, schedule)
    days = tours(instance, schedule)
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
    figures |= expected_figures(instance, schedule)
    return figures


def travel_figures(minutes: Sequence[float]) -> Mapping[str, float | None]:
    """Mean, median, P90 (nearest rank), maximum, shares within 15, 30 and 45 and Kolm-Pollak EDE of minutes.

    References
    ----------
    docs/requirements.md, K5-K12; docs/evaluation.md, "Burden".
    """
    found = burden(minutes)
    return {
        "travel_mean_min": found and found.mean_min,
        "travel_median_min": found and found.median_min,
        "travel_p90_min": found and found.p90_min,
        "travel_max_min": found and found.worst_min,
        "share_15": found and found.share_15,
        "share_30": found and found.share_30,
        "share_45": found and found.share_45,
        "kolm_ede_min": found and found.kolm_ede_min,
    }


def expected_figures(instance: Instance, schedule: Schedule) -> Mapping[str, float | None]:
    """Who comes, how many consultations take place, how long clients wait; sums over the sessions with a crew.

    All who come are seen, ``expected_held`` of them until the end of their session. ``expected_wait_mean_min`` is the
    waiting of one client who comes, ``expected_wait_max_min`` that of the client who waits longest,
    ``wait_worst_group_min`` the largest mean of a group (see `group_waits_min`; None without a group),
    ``overflow_risk_max`` the largest risk of an overbooked session (None without one).

    References
    ----------
    docs/requirements.md, K17-K23.
    """
    found = outlooks(instance, schedule)
    invited = any(outlook.invited for outlook in found)
    shows = sum(outlook.shows for outlook in found)
    late = sum(outlook.overtime_min for outlook in found) / instance.slot_min
    risks = [outlook.risk for outlook in found if outlook.risk is not None]
    figures: dict[str, float | None] = {
        "expected_shows": shows,
        "expected_held": shows - late,
        "expected_idle_min": sum(outlook.idle_min for outlook in found),
        "expected_wait_mean_min": sum(outlook.wait_min for outlook in found) / shows if shows else None,
        "expected_wait_max_min": max((outlook.longest_wait_min for outlook in found), default=0.0),
        "wait_worst_group_min": max(group_waits_min(instance, schedule, found).values(), default=None),
        "overflow_risk_max": max(risks, default=None),
    }
    return figures if invited else dict.fromkeys(figures)


def group_waits_min(instance: Instance, schedule: Schedule, found: Sequence[Outlook]) -> Mapping[str, float]:
    """Mean expected waiting per client who comes, for each group of at least `GROUP_PEOPLE` invited clients.

    Groups are the modes of travel and the bands of the probability of coming (`RATE_BANDS`): below 0.5, from there to
    below 0.8, and from 0.8 on.

    References
    ----------
    domain C.5: overbooking lets those wait longest who come least often.
    """
    members: dict[str, list[tuple[float, float]]] = {}
    for outlook in found:
        for client, rate in _invited_to(instance, schedule, outlook):
            wait_min = outlook.waits_min.get(client.id, 0.0)
            for group in (client.mode, f"rate_{bisect(RATE_BANDS, rate)}"):
                members.setdefault(group, []).append((rate, wait_min))
    return {
        group: sum(rate * wait_min for rate, wait_min in waits) / sum(rate for rate, _ in waits)
        for group, waits in members.items()
        if len(waits) >= GROUP_PEOPLE and any(rate for rate, _ in waits)
    }


def _invited_to(instance: Instance, schedule: Schedule, outlook: Outlook) -> Iterator[tuple[Client, float]]:
    """Clients of a session and their probability of coming."""
    booked = (appointment.client for appointment in schedule.appointments_in(outlook.session.id))
    for client, rate in rates_in(instance, outlook.session, booked).items():
        yield instance.client_by_id[client], rate


def _ways_of_invited(instance: Instance, schedule: Schedule) -> tuple[list[float], list[float]]:
    rows, columns = instance.client_rows, instance.site_columns
    ways, minutes, kilometers = client_ways(instance), [], []
    for appointment in schedule.appointments:
        cell = rows[appointment.client], columns[instance.session_by_id[appointment.session].site]
        if ways.milli_min[cell] != UNKNOWN:
            minutes.append(int(ways.milli_min[cell]) / 1000)
            kilometers.append(max(0, int(ways.milli_km[cell])) / 1000)
    return minutes, kilometers

"""Published location problems said as instances, and back: their optimum is the optimum of the instance.

A facility is a site with one session on a day of its own, as many minutes long as its capacity; a customer is a
client whose consultation lasts as many minutes as the demand; a way there costs what serving costs. Who is in the
crew of a session is never a choice. README.md says why the optimum is the same.
"""

import datetime as dt
import math
from typing import NamedTuple

import numpy as np

from outreach_optimizer.assumptions import TravelData, TravelTable
from outreach_optimizer.calendar_de import public_holidays
from outreach_optimizer.errors import OutreachError
from outreach_optimizer.fields import DAY_MIN
from outreach_optimizer.instance import Instance, Period
from outreach_optimizer.schedule import Schedule
from published import Location, cost_of

HERE = {"lat": 50.98, "lon": 10.32}
FIRST_DAY = dt.date(2027, 1, 1)
STATE = "TH"
LONGEST_MIN = 100_000
"""Ways and set-up prices of an instance, at most."""
LARGEST_WEIGHT = 1_000_000
MOST_RESERVE = 1000
MOST_DESKS = 50


class Lanes(NamedTuple):
    """How capacities become sessions: ``reserve`` slots stay free in each, ``desks`` lanes of ``slots`` slots each."""

    reserve: int
    desks: tuple[int, ...]
    slots: tuple[int, ...]


def lanes(problem: Location) -> Lanes:
    """Sessions of a day at most whose free slots are exactly the capacities.

    A day has 1440 slots. A greater capacity takes k desks, among which consultations cannot be split. With r slots in
    reserve, k L - r = capacity; if r ≥ (k - 1)(longest - 1), first fit seats every set of consultations that fits in
    total: were one of length q left over, each lane would have at most q - 1 slots free, and the total would exceed
    k L - (k - 1)(q - 1) ≥ capacity.

    Raises
    ------
    OutreachError
        No common reserve divides all capacities.
    """
    enough = np.minimum(problem.capacities, problem.demands.sum()).tolist()
    longest = int(problem.demands.max())
    for reserve in range(MOST_RESERVE + 1):
        desks = [_desks(capacity + reserve, longest, reserve) for capacity in enough]
        if all(desks):
            slots = tuple((capacity + reserve) // k for capacity, k in zip(enough, desks, strict=True))
            return Lanes(reserve, tuple(desks), slots)
    raise OutreachError(
        f"{problem.name}: a capacity of {max(enough)} cannot be said exactly with days of {DAY_MIN} slots"
    )


def _desks(free: int, longest: int, reserve: int) -> int:
    """Least number of equal lanes for so many slots; 0 if there is none."""
    for k in range(-(-free // DAY_MIN), MOST_DESKS + 1):
        if (k - 1) * (longest - 1) > reserve:
            return 0
        if k and free % k == 0:
            return k
    return 0


def as_instance(problem: Location) -> Instance:
    """The instance of a problem; a minute of its objective is a unit of the published cost.

    Raises
    ------
    OutreachError
        A customer without demand, or a capacity that does not fit in days.
    """
    if (problem.demands < 1).any():
        raise OutreachError(f"{problem.name}: a customer without demand has no consultation")
    m, n = len(problem.setups), len(problem.demands)
    sites, clients = [f"f{i}" for i in range(m)], [f"c{j}" for j in range(n)]
    shape, unit = lanes(problem), _unit(problem)
    crew = range(max(shape.desks))
    dates = _workdays(m)
    in_use = [i for i in range(m) if shape.slots[i]]
    price, priority = price_of_nobody(problem)
    return Instance.model_validate(
        {
            "name": problem.name,
            "period": Period(start=FIRST_DAY, end=dates[-1] + dt.timedelta(days=1)),
            "slot_min": 1,
            "offices": [{"id": f"desk{k}", "name": f"desk {k}", **HERE} for k in crew],
            "sites": [{"id": sites[i], "name": sites[i], "min_crew": shape.desks[i], **HERE} for i in range(m)],
            "sessions": [
                {"id": sites[i], "site": sites[i], "date": dates[i], "start": 0, "end": shape.slots[i]}
                | {"desks": shape.desks[i], "setup_min": problem.setups[i] / unit}
                for i in in_use
            ],
            "caseworkers": [{"id": f"w{k}", "office": f"desk{k}"} for k in crew],
            "clients": [
                {"id": name, "home": HERE, "slots": slots, "priority": priority}
                for name, slots in zip(clients, problem.demands.tolist(), strict=True)
            ],
            "travel": _travel(sites, clients, (problem.costs / unit).tolist(), shape),
            "rules": {
                "max_sessions": problem.most_open, "min_crew": 1, "walk_in_reserve": shape.reserve, "min_load": 0,
                "arrive_before_min": 0, "leave_after_min": 0, "max_work_min": 10_000, "rest_after_min": 10_000,
                "long_rest_after_min": 10_000, "max_travel_min": LONGEST_MIN, "holiday_state": STATE,
            },
            "weights": {
                "uninvited": price, "client_travel": unit / 2, "client_excess": 0, "staff_travel": 0,
                "session_setup": unit, "continuity": 0, "lateness": 0, "changes": 0, "staff_balance": 0, "rhythm": 0,
            },
        }
    )  # fmt: skip


def published_cost(problem: Location, schedule: Schedule) -> float:
    """What a plan costs by the numbers of the published file; nothing of the instance is read.

    Raises
    ------
    OutreachError
        The plan is no solution of the published problem.
    """
    served = {a.client: int(a.session.removeprefix("f")) for a in schedule.appointments}
    if len(served) < len(schedule.appointments):
        raise OutreachError(f"{problem.name}: a customer is served twice")
    customers = [f"c{j}" for j in range(len(problem.demands))]
    in_use = sorted({int(duty.session.removeprefix("f")) for duty in schedule.duties})
    return cost_of(problem, [served[name] for name in customers if name in served], in_use)  # type: ignore[index]  # ids of ours


def rounding(problem: Location) -> float:
    """How much the thousandths of an instance may change the cost of a solution, at most; 0 for whole costs."""
    exact = problem.costs * 1000 / _unit(problem)
    most = np.abs(exact - np.rint(exact)).max(axis=1).sum() * _unit(problem) / 1000
    return float(most) if most > 1e-9 else 0.0


def _travel(sites: list[str], clients: list[str], ways: list[list[float]], shape: Lanes) -> TravelData:
    """Ways of the clients; each caseworker reaches only sites with a desk for them, so that crews are no choice."""
    desks = [[0 if k < most else None for most in shape.desks] for k in range(max(shape.desks))]
    offices = [f"desk{k}" for k in range(len(desks))]
    return TravelData.model_validate(
        {
            "computed": False,
            "tables": [
                TravelTable.model_validate({"origins_are": "clients", "origins": clients, "sites": sites, "min": ways}),
                TravelTable.model_validate(
                    {"origins_are": "offices", "origins": offices, "sites": sites, "min": desks}
                ),
            ],
        }
    )


def _unit(problem: Location) -> int:
    """Units of cost in a minute of a table: 1 unless numbers are too large."""
    largest = max(float(problem.costs.max()), float(problem.setups.max()))
    unit = next((unit for unit in (1, 10, 100, 1000) if largest <= LONGEST_MIN * unit), None)
    if unit is None or min(problem.costs.min(), problem.setups.min()) < 0:
        raise OutreachError(f"{problem.name}: costs of {largest} are too large, or negative")
    return unit


def _workdays(count: int) -> list[dt.date]:
    """So many days without a public holiday."""
    days: list[dt.date] = []
    date = FIRST_DAY
    while len(days) < count:
        if date not in public_holidays(STATE, date.year):
            days.append(date)
        date += dt.timedelta(days=1)
    return days


def price_of_nobody(problem: Location) -> tuple[int, int]:
    """Weight and priority with which leaving anybody out costs more than the optimum, if everybody can be served.

    Without capacities, whoever is left out can be added for the greatest cost and price there are. Otherwise a plan
    that leaves out a set L costs at least the price of each of L plus everybody else's least cost; that exceeds the
    cost U of some solution if the price exceeds U - sum of least costs + greatest of them.
    """
    least, most = problem.costs.min(axis=1), problem.costs.max(axis=1)
    if (problem.capacities >= problem.demands.sum()).all():
        price = most.max() + problem.setups.max()
    else:
        price = _upper_bound(problem) - least.sum() + least.max()
    whole = math.floor(price) + 1
    priority = -(-whole // LARGEST_WEIGHT)
    return -(-whole // priority), priority


def _upper_bound(problem: Location) -> float:
    """What some solution costs at most, if there is one: the largest demand first to the cheapest with room."""
    m = len(problem.setups)
    opened = np.arange(m) if problem.most_open is None else _spread(problem, problem.most_open)
    room, cost, used = problem.capacities[opened].copy(), 0.0, set()
    for customer in np.argsort(-problem.demands, kind="stable"):
        fitting = np.nonzero(room >= problem.demands[customer])[0]
        if not len(fitting):
            opened_prices = np.sort(problem.setups)[::-1][: problem.most_open]
            return float(problem.costs.max(axis=1).sum() + opened_prices.sum())
        chosen = fitting[np.argmin(problem.costs[customer, opened[fitting]])]
        room[chosen] -= problem.demands[customer]
        cost += problem.costs[customer, opened[chosen]]
        used.add(int(opened[chosen]))
    return cost + float(problem.setups[sorted(used)].sum())


def _spread(problem: Location, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Facilities far from each other: the next one is the nearest to the customer who is served worst."""
    chosen = [int(np.argmin(problem.costs.sum(axis=0)))]
    while len(chosen) < min(count, len(problem.setups)):
        worst = problem.costs[:, chosen].min(axis=1).argmax()
        left = np.setdiff1d(np.arange(len(problem.setups)), chosen)
        chosen.append(int(left[np.argmin(problem.costs[worst, left])]))
    return np.array(sorted(chosen), dtype=np.int64)

"""What the linear conditions around the chance constraint leave on the table, against the exact rule.

    python benchmarks/overbooking.py

A row is 1000 random sessions: capacity 4 to 20, a pool of clients whose rates differ. In each, people are invited as
long as the condition holds, in random order (``any``) or those first who come least often (``most``: as many as
possible). ``safe`` is the sufficient condition, ``wide`` the necessary one, which the search uses and mends by cuts.
"""

import math
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np

from outreach_optimizer.showup.bracket import bracket, curvature_of, floor_of
from outreach_optimizer.showup.counts import shows_pmf, tail
from outreach_optimizer.showup.sizing import chance_prefix

SESSIONS = 1000
CAPACITIES = range(4, 21)
RISKS = (0.05, 0.10)
POOLS = {"Beta(6.5, 3.5)": (6.5, 3.5), "Beta(2, 1.08)": (2.0, 1.08)}
"""Distributions of rates with a mean of 0.65: as domain C.6 estimates them, and much wider."""
STEP = 0.05
ROUNDING = 1e-9


def exactly(rates: Sequence[float], capacity: int, risk: float) -> int:
    """How many are invited, in the given order, under the exact rule."""
    kept = (tail(shows_pmf(rates[:number]), capacity) <= risk + ROUNDING for number in range(1, len(rates) + 1))
    return next((number for number, fine in enumerate(kept) if not fine), len(rates))


def linearly(rates: Sequence[float], capacity: int, risk: float, *, safe: bool) -> int:
    """How many are invited, in the given order, under the sufficient or the necessary condition."""
    low = max(math.ceil(100 * floor_of(risk) + 1e-6) / 100, STEP * math.floor(min(rates) / STEP))
    span = round(low, 2), min(1.0, round(STEP * math.ceil(max(rates) / STEP), 2))
    most = chance_prefix(sorted(max(span[0], rate) for rate in rates), capacity, risk)
    limits = bracket(capacity, risk, curvature_of(capacity, risk), span, most)
    weight, by_number = limits.weight_of(safe=safe), limits.by_number(safe=safe)
    # Below the first knot: as if at the knot (safe), or not counted at all (necessary).
    total, number = 0.0, 0
    for invited, rate in enumerate(rates):
        if safe or rate >= span[0]:
            total, number = total + weight(rate), number + 1
        if number > capacity and total > by_number.get(number, -1.0):
            return invited
    return len(rates)


def row(pool: tuple[float, float], risk: float) -> tuple[Counter[str], int]:
    """Invitations by condition, summed over the sessions, and how often the safe one admits too many."""
    random, total, wrong = np.random.default_rng(0), Counter[str](), 0
    for session in range(SESSIONS):
        capacity = CAPACITIES[session % len(CAPACITIES)]
        rates = random.beta(*pool, size=3 * capacity).round(4).tolist()
        for order, people in (("any", rates), ("most", sorted(rates))):
            found = {
                "exact": exactly(people, capacity, risk),
                "safe": linearly(people, capacity, risk, safe=True),
                "wide": linearly(people, capacity, risk, safe=False),
            }
            wrong += not found["safe"] <= found["exact"] <= found["wide"]
            total.update({f"{order} {name}": number for name, number in found.items()})
    return total, wrong


def main() -> None:
    """Print a table."""
    print("rates            risk  order  exact   safe    left   wide    over  contradictions  seconds")
    for name, pool in POOLS.items():
        for risk in RISKS:
            begin = time.perf_counter()
            total, wrong = row(pool, risk)
            seconds = time.perf_counter() - begin
            for order in ("any", "most"):
                exact, safe, wide = (total[f"{order} {kind}"] for kind in ("exact", "safe", "wide"))
                left, over = 100 * (1 - safe / exact), 100 * (wide / exact - 1)
                print(
                    f"{name:15}  {risk:.2f}  {order:5}  {exact:5}  {safe:5}  {left:5.2f}%  {wide:5}  {over:5.2f}%"
                    f"  {wrong:14}  {seconds:7.1f}"
                )


if __name__ == "__main__":
    main()

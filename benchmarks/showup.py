"""Median time of the exact figures of a session: counts, line and the waiting of every person.

    python benchmarks/showup.py

A row is a session: slots, caseworkers, invitations; rates of coming differ from person to person.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from outreach_optimizer.showup.counts import central_range, headcount_of
from outreach_optimizer.showup.lindley import poisson_law, workload
from outreach_optimizer.showup.slots import figures

SESSIONS = ((5, 5, 30), (6, 1, 8), (8, 2, 20), (8, 4, 40), (24, 2, 60))
REPEATS = 300


def median_ms(run: Callable[[], object]) -> float:
    """Median of many runs in this process, after one to warm up."""
    run()
    seconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return 1000 * statistics.median(seconds)


def session_ms(slots: int, servers: int, invited: int) -> tuple[float, float]:
    """Milliseconds for the figures in slots, and for random lengths in lanes of one caseworker."""
    rates = np.random.default_rng(0).uniform(0.4, 0.9, invited).tolist()
    bookings = [rates[t::slots] for t in range(slots)]
    lanes = [[booked[lane::servers] for booked in bookings] for lane in range(servers)]
    times = [30.0 * t for t in range(slots + 1)]
    law = poisson_law(30)

    def exact() -> object:
        found = figures(bookings, [servers] * slots, times)
        count = headcount_of(found.shows, slots * servers)
        return count, central_range(found.shows), found.line.waiting, found.line.overtime, found.waits

    def random_lengths() -> object:
        return [workload(booked, law, 30).tardiness_min for booked in lanes]

    return median_ms(exact), median_ms(random_lengths)


def main() -> None:
    """Print a table."""
    print("slots  caseworkers  invited  figures_ms  random_lengths_ms")
    for slots, servers, invited in SESSIONS:
        exact, lengths = session_ms(slots, servers, invited)
        print(f"{slots:5}  {servers:11}  {invited:7}  {exact:10.3f}  {lengths:17.3f}")


if __name__ == "__main__":
    main()

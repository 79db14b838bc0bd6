"""Random lengths: every row of the tables in this folder, and that no schedule is better than the best ones."""

import csv
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from outreach_optimizer.showup.lindley import workload

HERE = Path(__file__).parent
THREE_FIVE_EIGHT = np.array([0, 0, 0, 0.2, 0, 0.3, 0, 0, 0.5])
PUBLIC = list(csv.DictReader((HERE / "public_values.csv").read_text(encoding="utf-8").splitlines()))
ORACLE = list(csv.DictReader((HERE / "oracle_own_bruteforce.csv").read_text(encoding="utf-8").splitlines()))


@cache
def figures(bookings: tuple[int, ...], no_show: float, interval_min: int) -> tuple[float, float]:
    """Sum of waits and tardiness, as the tables have them."""
    found = workload([[1 - no_show] * booked for booked in bookings], THREE_FIVE_EIGHT, interval_min)
    return sum(map(sum, found.waits_min)), found.tardiness_min


def schedules(invited: int, intervals: int) -> Iterator[tuple[int, ...]]:
    """All ways to distribute them."""
    for bars in itertools.combinations(range(invited + intervals - 1), intervals - 1):
        ends = (-1, *bars, invited + intervals - 1)
        yield tuple(end - begin - 1 for begin, end in itertools.pairwise(ends))


def row_cost(row: dict[str, str], bookings: tuple[int, ...]) -> float:
    waits, tardiness = figures(bookings, float(row["q"]), int(row["d"]))
    weight = float(row["w"])
    return weight * waits / (int(row["N"]) if row["objective"] == "mean" else 1) + (1 - weight) * tardiness


@pytest.mark.parametrize("row", PUBLIC, ids=[row["schedule"] for row in PUBLIC])
def test_the_public_values(row: dict[str, str]) -> None:
    bookings = tuple(map(int, row["schedule"].split()))
    assert row["service_pmf"] == "3:0.2 5:0.3 8:0.5"
    waits, tardiness = figures(bookings, float(row["q"]), int(row["d"]))
    if row["EW_per_client"]:
        assert waits / sum(bookings) == pytest.approx(float(row["EW_per_client"]), abs=5.1e-7)
        assert tardiness == pytest.approx(float(row["EO"]), abs=5.1e-7)
    if row["objective_value"]:
        weight = float(row["w"])
        assert weight * waits + (1 - weight) * tardiness == pytest.approx(float(row["objective_value"]), abs=1e-10)


def test_every_row_of_the_public_values_says_something() -> None:
    assert len(PUBLIC) == 12
    assert all(row["EW_per_client"] or row["objective_value"] for row in PUBLIC)


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: "-".join(list(row.values())[:6]))
def test_the_oracle(row: dict[str, str]) -> None:
    bookings = tuple(map(int, row["best_schedule"].split()))
    waits, tardiness = figures(bookings, float(row["q"]), int(row["d"]))
    assert waits == pytest.approx(float(row["EW_sum"]), abs=5.1e-10)
    assert tardiness == pytest.approx(float(row["EO"]), abs=5.1e-10)
    assert row_cost(row, bookings) == pytest.approx(float(row["best_value"]), abs=5.1e-10)


def test_no_schedule_is_better_than_those_of_the_oracle() -> None:
    assert len(ORACLE) == 150
    for row in ORACLE:
        invited, intervals = int(row["N"]), int(row["T"])
        cheapest = min(row_cost(row, bookings) for bookings in schedules(invited, intervals))
        assert cheapest == pytest.approx(float(row["best_value"]), abs=5.1e-10), row

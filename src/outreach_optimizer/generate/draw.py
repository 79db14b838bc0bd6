"""Reproducible draws: named random streams, exact shares, largest remainders."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(preset: str, seed: int, part: str) -> random.Random:
    """Random numbers of one part of an instance, so that a change in one part leaves the others as they were."""
    return random.Random(f"{preset}/{seed}/{part}")  # noqa: S311 - made-up instances, no secrets


def deal(rng: random.Random, count: int, shares: Mapping[T, float]) -> list[T]:
    """``count`` values in random order, in shares that are exact up to rounding; the last value takes the rest."""
    dealt: list[T] = []
    reached = 0.0
    for value, share in shares.items():
        reached += share
        dealt += [value] * (round(reached * count) - len(dealt))
    dealt += [list(shares)[-1]] * (count - len(dealt))
    rng.shuffle(dealt)
    return dealt


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts proportional to the weights, by largest remainders (Hamilton); ties go to the first."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts

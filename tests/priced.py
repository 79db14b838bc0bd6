"""Prices for tests: drawn at random, forged, or climbed to by trial."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices, default_prices
from outreach_optimizer.schedule import Certificate

MINUTE = 1_000_000
HUGE = 2**62


def drawn_prices(instance: Instance, rng: random.Random, spread_min: int) -> Prices:
    """Prices of any sign around the default ones."""

    def noise(*shape: int) -> np.ndarray:
        flat = [rng.randint(-spread_min * MINUTE, spread_min * MINUTE) for _ in range(int(np.prod(shape)))]
        return np.array(flat, dtype=np.int64).reshape(shape)

    plain, people = default_prices(instance), len(instance.caseworkers)
    return Prices(
        clients=plain.clients + noise(len(instance.clients)),
        duties=plain.duties + noise(*plain.duties.shape),
        caseworkers=noise(people),
        balance=balanced(instance, rng),
        budget=rng.randint(-spread_min, spread_min) * MINUTE,
    )


def balanced(instance: Instance, rng: random.Random) -> np.ndarray:
    """Prices of the balance: one caseworker against another one."""
    prices = np.zeros(len(instance.caseworkers), dtype=np.int64)
    if len(prices) > 1:
        one, other = rng.sample(range(len(prices)), 2)
        price = rng.randint(0, round(1000 * instance.weights.staff_balance)) * 1000
        prices[one], prices[other] = price, -price
    return prices


def climbed(instance: Instance, rng: random.Random, steps: int) -> Prices:
    """Prices after so many random steps, of which those are kept that raise the bound."""
    best, people = default_prices(instance), len(instance.caseworkers)
    height = sum(bound(instance, best))
    for step in range(steps):
        size = (40 * MINUTE) >> (10 * step // max(1, steps))
        changed = [np.array(prices) for prices in best[:3]]
        for prices in rng.sample(changed, rng.randint(1, 2)):
            if prices.size:
                prices.flat[rng.randrange(prices.size)] += rng.randint(-size, size)
        balance = balanced(instance, rng) if people and step % 5 == 0 else best.balance
        budget = max(0, best.budget + rng.choice((0, 0, size, -size)))
        new = Prices(*changed, balance=balance, budget=budget)
        reached = sum(bound(instance, new))
        if reached > height:
            best, height = new, reached
    return best


def forgeries(prices: Prices, rng: random.Random, count: int) -> list[Prices]:
    """Wrong variants of prices: huge, of the wrong sign, swapped, missing, off by a little."""
    return [_forged(prices, rng, number) for number in range(count)]


def _forged(prices: Prices, rng: random.Random, number: int) -> Prices:
    fields = {name: np.array(values) for name, values in prices._asdict().items() if name != "budget"}
    name = rng.choice([name for name, values in fields.items() if values.size])
    values, flat = fields[name], fields[name].reshape(-1)
    where = rng.sample(range(flat.size), rng.randint(1, flat.size))
    kind = number % 8
    if kind == 0:
        flat[where] = rng.choice((HUGE, -HUGE))
    elif kind == 1:
        values *= -1
    elif kind == 2:
        rng.shuffle(flat)
    elif kind == 3:
        flat[where] = 0
    elif kind == 4:
        flat[where] += rng.choice((1, -1)) * rng.randint(1, 10**6)
    elif kind == 5:
        flat[where] = np.clip(flat[where] * rng.choice((1000, 3)) // 2, -HUGE, HUGE)
    elif kind == 6:
        flat[where] = [rng.randint(-(10**10), 10**10) for _ in where]
    else:
        return prices._replace(budget=rng.choice((-HUGE, HUGE, 10**7, prices.budget + 1)))
    return prices._replace(**{name: values})


def forged_certificates(certificate: Certificate, rng: random.Random, count: int) -> list[Certificate]:
    """Wrong variants of what stands in a plan file: entries lost, swapped, negated, made huge, moved to others."""
    return [_forged_certificate(certificate, rng, number) for number in range(count)]


def _forged_certificate(certificate: Certificate, rng: random.Random, number: int) -> Certificate:
    flat = dict(_entries(certificate.model_dump()))
    chosen = rng.sample(sorted(flat), rng.randint(1, len(flat)))
    values = [flat[path] for path in chosen]
    kind = number % 6
    if kind == 0:
        rng.shuffle(values)
    elif kind == 1:
        values = [-value for value in values]
    elif kind == 2:
        values = [rng.choice((1, -1)) * 10**15 for _ in values]
    elif kind == 3:
        values = [value + rng.randint(-MINUTE, MINUTE) for value in values]
    elif kind == 4:
        values = [min(10**15, 3 * value // 2) for value in values]
    changed = flat | dict(zip(chosen, values, strict=True))
    forged: dict[str, Any] = {}
    for path, price in changed.items():
        if kind != 5 or path not in chosen:
            _put(forged, path, price)
    return Certificate.model_validate(forged)


def _entries(value: object) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (((key, *path), price) for path, price in _entries(inner))
    elif isinstance(value, int):
        yield (), value


def _put(fields: dict[str, Any], path: tuple[str, ...], price: int) -> None:
    for key in path[:-1]:
        fields = fields.setdefault(key, {})
    fields[path[-1]] = price

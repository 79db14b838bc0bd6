"""Published location problems: readers of their files, and what a plan of the same problem costs by their numbers.

Five families: single-source capacitated facility location (holmberg, diaz), capacitated p-median (cpmp, sjc) and
p-median (pmed). Nothing here knows of instances; `adapter` turns a problem into one.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.errors import OutreachError

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


class Location(NamedTuple):
    """Facilities and customers; each customer is served by one facility that is in use.

    Parameters
    ----------
    name
        Family and name, such as ``holmberg/p1``.
    capacities, setups
        Per facility: demand that it can serve, price of using it.
    demands
        Per customer.
    costs
        Customers × facilities: price of serving the whole customer from there.
    most_open
        Facilities in use, at most; none: any number.
    published
        Proven optimum that was published, if any.
    half_digit
        Half a unit of the last digit that was published.
    """

    name: str
    capacities: Whole
    setups: Numbers
    demands: Whole
    costs: Numbers
    most_open: int | None = None
    published: float | None = None
    half_digit: float = 0


def _holmberg(numbers: Numbers, where: str) -> Location:
    """``m n``; m × (capacity, price); n demands; m × n costs, facility by facility."""
    m, n = _sizes(numbers, where)
    _expect(numbers, 2 + 2 * m + n + m * n, where)
    capacities, setups = numbers[2 : 2 + 2 * m].reshape(m, 2).T
    demands, costs = np.split(numbers[2 + 2 * m :], [n])
    return Location("", _whole(capacities, where), setups, _whole(demands, where), costs.reshape(m, n).T.copy())


def _diaz(numbers: Numbers, where: str) -> Location:
    """``n m``; n × m costs, customer by customer; n demands; m prices; m capacities."""
    n, m = _sizes(numbers, where)
    _expect(numbers, 2 + n * m + n + 2 * m, where)
    costs, demands, setups, capacities = np.split(numbers[2:], np.cumsum([n * m, n, m]))
    return Location("", _whole(capacities, where), setups, _whole(demands, where), costs.reshape(n, m))


def _capacitated(numbers: Numbers, where: str) -> Location:
    """``n p``; n × (x, y, capacity, demand); every point is customer and possible median."""
    n, p = _sizes(numbers, where)
    _expect(numbers, 2 + 4 * n, where)
    x, y, capacities, demands = numbers[2:].reshape(n, 4).T
    distances = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return Location("", _whole(capacities, where), np.zeros(n), _whole(demands, where), distances, p)


def _floored(numbers: Numbers, where: str) -> Location:
    """The same with distances rounded down, as Osman and Christofides (1994) count."""
    problem = _capacitated(numbers, where)
    return problem._replace(costs=np.floor(problem.costs))


def _pmed(numbers: Numbers, where: str) -> Location:
    """``n edges p``; edges ``i j length``, the last one of a pair counts; shortest ways between all vertices."""
    n, edges = _sizes(numbers, where)
    _expect(numbers, 3 + 3 * edges, where)
    ways = np.full((n, n), np.inf)
    np.fill_diagonal(ways, 0)
    for start, end, length in numbers[3:].reshape(edges, 3):
        ways[int(start) - 1, int(end) - 1] = ways[int(end) - 1, int(start) - 1] = length
    for via in range(n):
        np.minimum(ways, ways[:, via, None] + ways[None, via, :], out=ways)
    if not np.isfinite(ways).all():
        raise OutreachError(f"{where}: some vertices cannot be reached from others")
    everybody = np.full(n, n, dtype=np.int64)
    return Location("", everybody, np.zeros(n), np.ones(n, dtype=np.int64), ways, int(numbers[2]))


class Family(NamedTuple):
    """Where the files of a family are, how they are read, and how `best_known.csv` calls the family."""

    folder: str
    pattern: str
    read: Callable[[Numbers, str], Location]
    published_as: str


FAMILIES: Mapping[str, Family] = {
    "holmberg": Family("sscflp_holmberg", "p*", _holmberg, "sscflp_holmberg"),
    "diaz": Family("sscflp_diaz_fernandez", "p*", _diaz, "sscflp_diaz_fernandez"),
    "cpmp": Family("cpmp", "cpmp*", _floored, "cpmp_orlib"),
    "sjc": Family("cpmp", "SJC*", _capacitated, "cpmp_sjc"),
    "pmed": Family("pmedian", "pmed*", _pmed, "orlib_pmed"),
}


def files(bench: Path, family: str) -> list[Path]:
    """Files of a family in a folder laid out like ours, in their natural order."""
    folder = bench / FAMILIES[family].folder
    return sorted(folder.glob(FAMILIES[family].pattern), key=lambda path: (len(path.stem), path.stem))


def read(family: str, path: Path) -> Location:
    """Problem of a file, with its published optimum if ``best_known.csv`` in the folder above has one.

    Raises
    ------
    OutreachError
        The file is not of this family.
    """
    try:
        numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.float64)
    except (OSError, ValueError) as error:
        raise OutreachError(f"{path}: not a file of {family}: {error}") from error
    problem = FAMILIES[family].read(numbers, str(path))
    published, half_digit = _published(path.parent.parent / "best_known.csv", FAMILIES[family].published_as, path.stem)
    return problem._replace(name=f"{family}/{path.stem}", published=published, half_digit=half_digit)


def cost_of(problem: Location, served_from: Sequence[int], in_use: Sequence[int]) -> float:
    """What a solution costs by the published numbers alone.

    Parameters
    ----------
    problem
        The problem.
    served_from
        Facility of each customer.
    in_use
        Facilities whose price is due.

    Raises
    ------
    OutreachError
        It is none: somebody is not served, a facility is overloaded, or too many are in use.
    """
    faults = list(_faults(problem, served_from, in_use))
    if faults:
        raise OutreachError(f"{problem.name}: {'; '.join(faults)}")
    served = math.fsum(problem.costs[customer, facility] for customer, facility in enumerate(served_from))
    return served + math.fsum(problem.setups[facility] for facility in in_use)


def _faults(problem: Location, served_from: Sequence[int], in_use: Sequence[int]) -> Iterator[str]:
    m, n = len(problem.capacities), len(problem.demands)
    if len(served_from) != n:
        yield f"{len(served_from)} of {n} customers are served"
    if not {*served_from, *in_use} <= set(range(m)):
        yield "a facility that does not exist"
        return
    if not set(served_from) <= set(in_use):
        yield "a facility serves that is not in use"
    if len(set(in_use)) < len(in_use):
        yield "a facility is in use twice"
    if problem.most_open is not None and len(in_use) > problem.most_open:
        yield f"{len(in_use)} facilities are in use, at most {problem.most_open} may be"
    loads = [0] * m
    for customer, facility in enumerate(served_from[:n]):
        loads[facility] += int(problem.demands[customer])
    for facility, load in enumerate(loads):
        if load > problem.capacities[facility]:
            yield f"facility {facility} serves {load}, at most {problem.capacities[facility]} fit"


def _sizes(numbers: Numbers, where: str) -> tuple[int, int]:
    if len(numbers) < 3 or not all(size >= 1 and size == int(size) for size in numbers[:2]):
        raise OutreachError(f"{where}: it does not begin with two sizes")
    return int(numbers[0]), int(numbers[1])


def _expect(numbers: Numbers, count: int, where: str) -> None:
    if len(numbers) != count:
        raise OutreachError(f"{where}: {len(numbers)} numbers, its sizes ask for {count}")


def _whole(numbers: Numbers, where: str) -> Whole:
    whole = numbers.astype(np.int64)
    if (whole != numbers).any() or (whole < 0).any():
        raise OutreachError(f"{where}: capacities and demands must be whole numbers")
    return whole


def _published(path: Path, family: str, name: str) -> tuple[float | None, float]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if (row["set"], row["instance"], row["kind"]) == (family, name, "optimal"):
                    _, _, decimals = row["value"].rstrip("0").partition(".")
                    return float(row["value"]), 0.5 * 10.0 ** -len(decimals) if decimals else 0.0
    return None, 0.0

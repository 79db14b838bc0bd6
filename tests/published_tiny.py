"""Handmade problems in the published formats, small enough to try every solution."""

from itertools import product
from pathlib import Path

from outreach_optimizer.errors import OutreachError
from published import FAMILIES, Location, cost_of, read

TEXTS = {
    # Two sites, three clients; facility-major and client-major readings have different optima.
    "holmberg": "2 3\n 10 7.\n 12 4.\n 5. 6. 4.\n 1. 9. 2.\n 8. 3. 5.\n",
    "diaz": "3 2\n 1. 8. 9. 3. 2. 5.\n 5. 6. 4.\n 7. 4.\n 10. 12.\n",
    # Distances 5, 5, 6 and so on; all of one median would be 13 > 9.
    "cpmp": "4 2\n 0 0 9 4\n 3 4 9 3\n 6 0 9 5\n 6 1 9 1\n",
    "sjc": "4 2\n 0 0 9 4\n 3 4 9 3\n 6 1 9 5\n 6 2 9 1\n",
    # The second line for 1 2 counts; 1-4 is shorter by way of 3.
    "pmed": "5 6 2\n 1 2 9\n 1 2 2\n 2 3 3\n 3 4 1\n 1 4 20\n 4 5 7\n",
}
"""By family; the text of its only file."""


def tiny(family: str, folder: Path, *, value: str | None = None) -> Location:
    """Problem of a file that is written for this; with its published optimum, if that is given."""
    path = folder / FAMILIES[family].folder / FAMILIES[family].pattern.replace("*", "1")
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXTS[family], encoding="ascii")
    if value is not None:
        head, row = "set,instance,value,kind", f"{FAMILIES[family].published_as},{path.stem},{value},optimal"
        (folder / "best_known.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    return read(family, path)


def by_brute_force(problem: Location) -> float:
    """Least cost of all assignments of customers to facilities."""
    costs = []
    for served_from in product(range(len(problem.setups)), repeat=len(problem.demands)):
        try:
            costs.append(cost_of(problem, served_from, sorted(set(served_from))))
        except OutreachError:
            continue
    return min(costs)

"""Published instances, read from their files and solved through the public `solve` to the value that was published."""

import numpy as np
import pytest

from adapter import as_instance, published_cost, rounding
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.solver import Status, solve
from published import FAMILIES, Location, files, read
from published_sets import BENCH


def problem_of(family: str, name: str) -> Location:
    return read(family, next(path for path in files(BENCH, family) if path.stem == name))


@pytest.mark.parametrize(("family", "name"), [("holmberg", "p1"), ("diaz", "p1"), ("cpmp", "cpmp01")])
def test_the_published_optimum_is_proven(family: str, name: str) -> None:
    problem = problem_of(family, name)
    result = solve(as_instance(problem), time_limit_s=120)
    assert result.status is Status.OPTIMAL
    assert result.schedule is not None
    assert published_cost(problem, result.schedule) == problem.published == result.objective_min


@pytest.mark.parametrize("family", FAMILIES)
def test_every_file_is_read_and_its_value_known(family: str) -> None:
    for path in files(BENCH, family):
        problem = read(family, path)
        assert problem.published, path
        assert np.isfinite(problem.costs).all()
        assert rounding(problem) <= len(problem.demands) * 0.0005
        assert (rounding(problem) > 0) == (family == "sjc")


def test_the_largest_instance_is_made_in_seconds_and_valid() -> None:
    problem = problem_of("pmed", files(BENCH, "pmed")[-1].stem)
    instance = as_instance(problem)
    assert len(instance.sessions) == len(problem.setups)
    assert not list(cross_check(instance))

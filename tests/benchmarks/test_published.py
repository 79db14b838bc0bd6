from pathlib import Path

import numpy as np
import pytest

from outreach_optimizer.errors import OutreachError
from published import FAMILIES, cost_of, files, read
from published_tiny import by_brute_force, tiny


def test_holmberg_files_tell_costs_facility_by_facility(tmp_path: Path) -> None:
    problem = tiny("holmberg", tmp_path)
    assert problem.costs.tolist() == [[1, 8], [9, 3], [2, 5]]
    assert (problem.capacities.tolist(), problem.setups.tolist()) == ([10, 12], [7, 4])
    assert problem.demands.tolist() == [5, 6, 4]
    assert by_brute_force(problem) == 1 + 3 + 2 + 7 + 4


def test_diaz_files_tell_costs_customer_by_customer(tmp_path: Path) -> None:
    problem = tiny("diaz", tmp_path)
    assert problem.costs.tolist() == [[1, 8], [9, 3], [2, 5]]
    assert (problem.capacities.tolist(), problem.setups.tolist()) == ([10, 12], [7, 4])
    assert problem.demands.tolist() == [5, 6, 4]


def test_cpmp_rounds_distances_down_and_sjc_does_not(tmp_path: Path) -> None:
    rounded, real = tiny("cpmp", tmp_path), tiny("sjc", tmp_path)
    assert rounded.costs[0].tolist() == [0, 5, 6, 6]
    assert real.costs[0].tolist() == pytest.approx([0, 5, 37**0.5, 40**0.5])
    assert (rounded.most_open, real.most_open) == (2, 2)
    assert rounded.capacities.tolist() == [9, 9, 9, 9]


def test_pmed_counts_the_last_of_two_edges_and_takes_the_shortest_way(tmp_path: Path) -> None:
    problem = tiny("pmed", tmp_path)
    assert problem.costs[0].tolist() == [0, 2, 5, 6, 13]
    assert (problem.costs == problem.costs.T).all()
    assert problem.capacities.tolist() == [5] * 5
    assert by_brute_force(problem) == 2 + 3 + 4  # medians 2 and 5, or 5 + 3 + 1 with 3 and 5


def test_a_published_value_is_found_with_the_digits_that_it_has(tmp_path: Path) -> None:
    assert tiny("cpmp", tmp_path, value="7.0").published == 7
    assert tiny("cpmp", tmp_path, value="7.0").half_digit == 0
    assert tiny("sjc", tmp_path, value="7.25").half_digit == pytest.approx(0.005)
    assert tiny("holmberg", tmp_path).published is None


def test_files_come_in_their_natural_order(tmp_path: Path) -> None:
    folder = tmp_path / FAMILIES["holmberg"].folder
    folder.mkdir()
    for name in ("p10", "p2", "p1"):
        (folder / name).touch()
    assert [path.name for path in files(tmp_path, "holmberg")] == ["p1", "p2", "p10"]
    assert files(tmp_path, "pmed") == []


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("text", ["", "2 x", "2 2\n 1 1 1", "0 1 2 3"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, family: str, text: str) -> None:
    path = tmp_path / "p1"
    path.write_text(text, encoding="ascii")
    with pytest.raises(OutreachError, match="p1"):
        read(family, path)


def test_broken_demands_and_lonely_vertices_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p1"
    path.write_text("1 1\n 10 7\n 2.5\n 1\n", encoding="ascii")
    with pytest.raises(OutreachError, match="whole numbers"):
        read("holmberg", path)
    path.write_text("3 1 1\n 1 2 4\n", encoding="ascii")
    with pytest.raises(OutreachError, match="cannot be reached"):
        read("pmed", path)


@pytest.mark.parametrize(
    ("served_from", "in_use", "fault"),
    [
        ([0, 1], [0, 1], "2 of 3 customers"),
        ([0, 1, 2], [0, 1], "does not exist"),
        ([0, 1, 0], [1], "not in use"),
        ([0, 1, 0], [0, 1, 1], "twice"),
        ([1, 1, 1], [1], "serves 15, at most 12"),
    ],
)
def test_what_is_no_solution_has_no_cost(tmp_path: Path, served_from: list[int], in_use: list[int], fault: str) -> None:
    with pytest.raises(OutreachError, match=fault):
        cost_of(tiny("holmberg", tmp_path), served_from, in_use)


def test_more_medians_than_allowed_are_no_solution(tmp_path: Path) -> None:
    problem = tiny("pmed", tmp_path)
    with pytest.raises(OutreachError, match="3 facilities are in use"):
        cost_of(problem, [0, 1, 2, 2, 2], [0, 1, 2])
    assert cost_of(problem, [1, 1, 1, 1, 4], [1, 4]) == np.sum(problem.costs[:4, 1])

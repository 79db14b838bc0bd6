"""What is written straight into the model is what CP-SAT's expressions write, byte for byte."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from outreach_optimizer.model.rows import implier, maker, row_writer, write_objective, write_row

LITERALS = 6
TERMS = st.lists(st.tuples(st.integers(0, LITERALS - 1), st.integers(-3, 3)), min_size=1, max_size=9)
SIDE = st.none() | st.integers(-4, 4)


def test_literals_are_those_of_cp_sat() -> None:
    ours, theirs, made = _models()
    assert [literal.index for literal in made] == list(range(LITERALS))
    assert [literal.name for literal in made] == [f"x{number}" for number in range(LITERALS)]
    assert str(ours.proto) == str(theirs.proto)


@given(TERMS, SIDE, SIDE)
def test_rows_are_sorted_and_merged_as_cp_sat_does(
    terms: list[tuple[int, int]], low: int | None, high: int | None
) -> None:
    ours, theirs, literals = _models()
    write_row(ours, [index for index, _ in terms], [weight for _, weight in terms], low, high)
    total = LinearExpr.weighted_sum([literals[index] for index, _ in terms], [weight for _, weight in terms])
    if low is not None:
        theirs.add(total >= low)
    if high is not None:
        theirs.add(total <= high)
    assert str(ours.proto) == str(theirs.proto)


def test_a_row_for_each_of_several_literals_is_that_of_cp_sat() -> None:
    ours, theirs, literals = _models()
    write = row_writer(ours, [0, 2], [-1, -2], high=1)
    for index in (5, 3):
        write(index)
        theirs.add(literals[index] - literals[0] - 2 * literals[2] <= 1)
    assert str(ours.proto) == str(theirs.proto)


def test_implications_are_those_of_cp_sat() -> None:
    ours, theirs, literals = _models()
    imply = implier(ours)
    for one, other in ((0, 1), (4, 2)):
        imply(one, other)
        theirs.add_implication(literals[one], literals[other])
    assert str(ours.proto) == str(theirs.proto)


def test_the_objective_is_that_of_cp_sat_and_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    ours, theirs, literals = _models()
    write_objective(ours, {1: 7})
    write_objective(ours, {3: -2, 0: 5})
    theirs.minimize(5 * literals[0] - 2 * literals[3])
    for name, model in (("ours", ours), ("theirs", theirs)):
        assert model.export_to_file(str(tmp_path / f"{name}.pb"))
    assert (tmp_path / "ours.pb").read_bytes() == (tmp_path / "theirs.pb").read_bytes()


def _models() -> tuple[CpModel, CpModel, list[IntVar]]:
    """Two models with the same literals, and those of ours; an index is all that an expression keeps of a literal."""
    ours, theirs = CpModel(), CpModel()
    make = maker(ours)
    names = [f"x{number}" for number in range(LITERALS)]
    for name in names:
        theirs.new_bool_var(name)
    return ours, theirs, [make(name) for name in names]

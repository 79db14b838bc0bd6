from pathlib import Path

import pytest

from archive import LARGEST_CERTIFICATE, Contradiction, load, recorded, save, verify

ENTRY = {
    "sha256": "a" * 64, "objective": 100.0, "objective_by": "outreach 2 workers, commit abc, FEASIBLE",
    "bound": 90.0, "bound_by": "outreach 2 workers, commit def, FEASIBLE",
}  # fmt: skip
KNOWN = {"month/1": ENTRY}


def run(objective: float | None, bound: float | None, **fields: object) -> dict[str, object]:
    return {
        "name": "month/1", "sha256": "a" * 64, "solver": "outreach", "workers": 2, "commit": "new",
        "status": "FEASIBLE", "objective_min": objective, "bound_min": bound,
    } | fields  # fmt: skip


def test_the_first_run_of_an_instance_is_recorded_with_its_origin() -> None:
    entry = recorded({}, run(100, 90))["month/1"]
    assert (entry["objective"], entry["bound"], entry["sha256"]) == (100, 90, "a" * 64)
    assert entry["objective_by"] == entry["bound_by"] == "outreach 2 workers, commit new, FEASIBLE"


def test_only_what_is_better_is_recorded_each_for_itself() -> None:
    assert recorded(KNOWN, run(101, 89)) == KNOWN
    better = recorded(KNOWN, run(99, 80))["month/1"]
    assert (better["objective"], better["bound"]) == (99, 90)
    assert "new" in better["objective_by"]
    assert better["bound_by"] == ENTRY["bound_by"]
    tighter = recorded(KNOWN, run(120, 95))["month/1"]
    assert (tighter["objective"], tighter["bound"]) == (100, 95)
    assert KNOWN["month/1"] == ENTRY


@pytest.mark.parametrize(
    ("objective", "bound", "named"),
    [
        (89, 80, ("found 89", "bound 90.0", "commit def")),
        (120, 101, ("proved 101", "objective 100.0", "commit abc")),
        (95, 96, ("found 95", "its own bound 96")),
    ],
)
@pytest.mark.parametrize("solver", ["outreach", "cp-sat"])
def test_a_contradiction_names_both_statements(
    objective: float, bound: float, named: tuple[str, ...], solver: str
) -> None:
    with pytest.raises(Contradiction, match="month/1") as alarm:
        recorded(KNOWN, run(objective, bound, solver=solver))
    assert all(part in str(alarm.value) for part in named)
    assert f"{solver} at new" in str(alarm.value)


def test_a_certified_bound_above_a_plan_is_a_contradiction() -> None:
    with pytest.raises(Contradiction, match=r"its own certified bound 100\.5"):
        verify({}, run(100, 90, certified_min=100.5))
    with pytest.raises(Contradiction, match=r"proved 100\.5, above the objective 100\.0"):
        verify(KNOWN, run(101, 90, certified_min=100.5))


def test_a_published_optimum_can_be_neither_beaten_nor_excluded() -> None:
    verify({}, run(100, 100, published=100))
    with pytest.raises(Contradiction, match=r"found 99\.9, below the optimum 100 that was published"):
        verify({}, run(99.9, 90, published=100))
    with pytest.raises(Contradiction, match=r"proved 100\.1, above the optimum 100 that was published"):
        verify({}, run(110, 100.1, published=100))
    with pytest.raises(Contradiction, match="found 99, below"):
        verify({}, run(100, 90, published=100, published_cost=99))


def test_rounding_and_floating_point_solvers_are_forgiven_as_much_as_they_need() -> None:
    verify({}, run(99.95, 99.95, published=100, tolerance=0.1))
    verify(KNOWN, run(89.99995, 80, solver="highs"))
    with pytest.raises(Contradiction):
        verify(KNOWN, run(89.99995, 80))
    with pytest.raises(Contradiction):
        verify(KNOWN, run(89.999, 80, solver="highs"))


def test_an_instance_that_has_changed_starts_anew() -> None:
    entry = recorded(KNOWN, run(50, 40, sha256="b" * 64))["month/1"]
    assert (entry["sha256"], entry["objective"], entry["bound"]) == ("b" * 64, 50, 40)


def test_peers_and_runs_without_a_plan_add_nothing() -> None:
    assert recorded(KNOWN, run(95, 95, solver="highs")) == KNOWN
    assert recorded(KNOWN, run(None, 95)) == KNOWN
    assert recorded({}, run(100, None))["month/1"]["bound"] is None


def test_a_certificate_is_kept_with_its_bound_if_it_is_short() -> None:
    entry = recorded({}, run(100, 90, certified_min=95, certificate={"budget": 3}))["month/1"]
    assert (entry["bound"], entry["certified"], entry["certificate"]) == (95, 95, {"budget": 3})
    weaker = recorded({"month/1": entry}, run(100, 90, certified_min=94, certificate={"budget": 2}))["month/1"]
    assert weaker == entry
    long = {"clients": {"c": "1" * LARGEST_CERTIFICATE}}
    entry = recorded({}, run(100, 90, certified_min=95, certificate=long))["month/1"]
    assert (entry["certified"], entry["certificate"]) == (95, None)


def test_what_is_saved_is_loaded_and_has_a_line_per_instance(tmp_path: Path) -> None:
    path = tmp_path / "best_known.json"
    assert load(path) == {}
    save(path, {"month/2": ENTRY, "month/1": ENTRY})
    assert load(path) == {"month/1": ENTRY, "month/2": ENTRY}
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4

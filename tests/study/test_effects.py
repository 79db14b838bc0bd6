"""From runs to findings: the truth of made-up runs comes out, and nothing is claimed that they do not show."""

import math
from statistics import fmean, stdev

import numpy as np
import pytest

from outreach_optimizer.scenarios.bootstrap import student_quantile
from outreach_optimizer.study.effects import findings_of, mean_over_seeds
from outreach_optimizer.study.findings import Effect, Findings
from studies import invited_by, runs_of, spec_of
from study_ranges import coverage

TWO = {"factors": {"blocked": [0, 0.5, 1], "load": [1, 2]}, "seeds": "1-8"}


def effect(findings: Findings, measure: str, factor: str, level: float) -> Effect:
    (measured,) = [one for one in findings.measures if one.measure == measure]
    (found,) = [one for one in measured.effects if (one.factor, one.level) == (factor, level)]
    return found


def test_pairs_of_a_seed_take_its_luck_out() -> None:
    spec = spec_of(TWO)
    findings = findings_of(spec, runs_of(spec))
    found = effect(findings, "invited", "blocked", 1)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(-10)
    assert (found.difference.low, found.difference.high) == (pytest.approx(-10), pytest.approx(-10))
    assert (found.verdict, found.pairs, found.difference.seeds) == ("smaller", 16, 8)
    assert findings.largest == found
    assert effect(findings, "objective_min", "load", 2).verdict == "smaller"
    assert effect(findings, "duties", "load", 2).verdict == "same"


def test_luck_that_pairs_do_not_take_out_leaves_it_open() -> None:
    spec = spec_of(TWO)
    luck = np.random.default_rng(6)
    findings = findings_of(spec, runs_of(spec, lambda _cell: 50 + float(luck.normal(0, 3))))
    verdicts = [one.verdict for one in findings.measures[0].effects]
    assert verdicts == ["open"] * 3
    assert findings.largest is not None


def test_differences_inside_the_gap_of_the_proofs_are_open() -> None:
    """Ten people less cost 1,000 minutes of about 14,000: proven with gaps of 1 %, not with gaps of 10 %."""
    spec = spec_of(TWO)
    narrow = effect(findings_of(spec, runs_of(spec, gap=0.01)), "objective_min", "blocked", 1)
    wide = effect(findings_of(spec, runs_of(spec, gap=0.1)), "objective_min", "blocked", 1)
    assert (narrow.verdict, wide.verdict) == ("larger", "open")
    assert narrow.proven is not None
    assert wide.proven is not None
    assert narrow.proven.low < 1000 < narrow.proven.high
    assert wide.proven.low < 0 < wide.proven.high
    assert effect(findings_of(spec, runs_of(spec, gap=0.1)), "invited", "blocked", 1).proven is None


def test_a_bound_that_is_unknown_proves_nothing() -> None:
    spec = spec_of(TWO)
    runs = runs_of(spec)
    runs[0] = runs[0]._replace(bound_min=None)
    assert effect(findings_of(spec, runs), "objective_min", "blocked", 1).proven is None
    assert effect(findings_of(spec, runs), "objective_min", "blocked", 1).verdict == "open"
    assert effect(findings_of(spec, runs), "objective_min", "blocked", 0.5).verdict == "open"
    assert effect(findings_of(spec, runs), "invited", "blocked", 1).verdict == "smaller"


def test_few_seeds_have_no_range() -> None:
    spec = spec_of(TWO | {"seeds": "1-4"})
    found = effect(findings_of(spec, runs_of(spec)), "invited", "blocked", 1)
    assert found.verdict == "few"
    assert found.difference is not None
    assert (found.difference.low, found.difference.seeds) == (None, 4)


def test_runs_without_a_plan_take_their_pair_and_their_dot_away_and_nothing_else() -> None:
    spec = spec_of(TWO | {"page": {"x": "blocked", "measures": ["invited"]}})
    runs = runs_of(spec, fails=lambda cell: cell.levels["blocked"] == 0.5 and cell.seed in (2, 3))
    findings = findings_of(spec, runs)
    assert (findings.solved, findings.done, findings.planned) == (44, 48, 48)
    half, whole = (effect(findings, "invited", "blocked", level) for level in (0.5, 1))
    assert (half.pairs, half.missing, whole.pairs, whole.missing) == (12, 4, 16, 0)
    assert half.difference is not None
    assert half.difference.value == pytest.approx(-5)
    (panel,) = findings.measures[0].panels[:1]
    assert [len(group.dots) for group in panel.series[0].groups] == [8, 6, 8]
    assert sorted(seed for failure in findings.failures for seed in failure.seeds) == [2, 2, 3, 3]
    assert findings.failures[0].levels == {"blocked": 0.5, "load": 1}


def test_a_dot_is_the_mean_over_what_is_not_drawn_or_missing() -> None:
    factors = {"blocked": [0, 1], "load": [1, 2], "desks": [1, 2], "sites": [1, 2], "demand": [1, 2]}
    spec = spec_of({"factors": factors, "seeds": "1-5", "page": {"measures": ["invited"]}})
    runs = runs_of(spec)
    findings = findings_of(spec, runs)
    assert findings.averaged == ("demand",)
    dots = [dot for p in findings.measures[0].panels for s in p.series for g in s.groups for dot in g.dots]
    assert len(dots) == len(runs) / 2
    lost = findings_of(spec, runs[1:])
    assert sum(len(g.dots) for p in lost.measures[0].panels for s in p.series for g in s.groups) == len(dots) - 1


def test_no_factor_and_no_run_are_studies_too() -> None:
    spec = spec_of({"seeds": "1-6"})
    alone = findings_of(spec, runs_of(spec))
    (panel,) = alone.measures[0].panels
    assert (len(panel.series[0].groups[0].dots), alone.largest) == (6, None)
    nothing = findings_of(spec_of(TWO), [])
    assert (nothing.done, nothing.planned, nothing.largest, nothing.widest_gap) == (0, 48, None, None)
    assert {one.verdict for one in nothing.measures[0].effects} == {"few"}


def test_ranges_are_those_of_student() -> None:
    values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0]
    mean = mean_over_seeds(values, range(6))
    assert mean is not None
    half = 2.570582 * stdev(values) / math.sqrt(6)
    assert mean.value == pytest.approx(fmean(values))
    assert mean.high == pytest.approx(mean.value + half, rel=1e-3)
    for free, quantile in ((4, 2.776445), (9, 2.262157), (30, 2.042272)):
        assert student_quantile(0.95, free) == pytest.approx(quantile, rel=5e-3)


def test_ranges_hold_what_they_promise_where_the_bootstrap_does_not() -> None:
    student, bootstrap = coverage("counts", 5, 150)
    assert student > 0.85
    assert bootstrap < 0.75
    assert coverage("normal", 10, 150)[0] > 0.9


def test_the_order_of_the_runs_changes_nothing() -> None:
    spec = spec_of(TWO)
    runs = runs_of(spec, invited_by)
    mixed = runs[::-2] + runs[-2::-2]
    assert findings_of(spec, mixed).measures[0].panels == findings_of(spec, runs).measures[0].panels

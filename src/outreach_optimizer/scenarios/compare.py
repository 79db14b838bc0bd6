"""Solve the variants and compare them with today."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.answering import answer_of, assumptions_of, needs_of, quality_of
from outreach_optimizer.scenarios.apply import Budget, apply, baseline, budget_of, validated, within
from outreach_optimizer.scenarios.built_in import Asked, planned_sites, planned_variants, today_of
from outreach_optimizer.scenarios.circumstances import under
from outreach_optimizer.scenarios.comparison import (
    Certificate,
    Comparison,
    Kind,
    Outcome,
    Plan,
    Ranking,
    Unavailable,
    Variant,
)
from outreach_optimizer.scenarios.figures import Saying
from outreach_optimizer.scenarios.futures import Pair, bars, months, months_effect, regret
from outreach_optimizer.scenarios.ranking import Ranked, ranked
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.scenarios.solving import VERSIONS, Attempt, Effort, Solver
from outreach_optimizer.scenarios.tradeoffs import break_even, points
from outreach_optimizer.scenarios.variants import Sides, variant_of
from outreach_optimizer.schedule import Schedule

MONTHS = 5
ABOUT: tuple[Kind, ...] = ("planned_same", "planned_extra", "planned_replaces", "custom", "fifth", "two_more", "none")
"""What the question is about: the first of these that was asked."""


class Question(NamedTuple):
    """What to compare.

    Parameters
    ----------
    only
        Kinds of built-in variants and ids of scenarios to compare; empty: all.
    months
        Redrawn months in which both sides are planned anew.
    futures
        Whether assumptions are varied.
    """

    instance: Instance
    file: ScenarioFile = ScenarioFile()
    sha256: str | None = None
    only: Sequence[str] = ()
    months: int = MONTHS
    futures: bool = True


class Solvings(NamedTuple):
    """All that was solved: both sides of each variant."""

    today: Instance
    base: Attempt
    budget: Budget
    asked: Mapping[str, tuple[Asked, Sides]]
    unavailable: Sequence[Unavailable]
    ranking: Ranking | None


def compare(question: Question, effort: Effort) -> Outcome:
    """Compare today with all variants that are asked for.

    Raises
    ------
    InputError
        A scenario does not fit the instance.
    StoppedError
        The user ended the work; finished searches are in the store.
    """
    if not question.instance.offices:
        raise InputError([Problem("no_office", "/offices")])
    today = today_of(validated(under(question.instance, question.file.common)))
    solver = Solver(effort)
    base = solver.attempt(today, Saying(code="variant", facts={"kind": "today"}))
    if base.schedule is None or not today.clients:
        return _without_plan(question, effort, base)
    solvings = _solved(question, solver, today, base)
    return _told(question, effort, solver, solvings)


def wanted(question: Question) -> tuple[Kind, ...]:
    """Built-in variants that are asked for."""
    return tuple(kind for kind in question.file.built_in if not question.only or kind in question.only)


def _solved(question: Question, solver: Solver, today: Instance, base: Attempt) -> Solvings:
    if base.schedule is None:
        raise ValueError("today needs a plan")
    budget = budget_of(today, base.schedule)
    asked, missing = planned_variants(today, base.schedule, wanted(question))
    asked += [
        Asked("custom", scenario)
        for scenario in question.file.scenarios
        if not question.only or scenario.id in question.only
    ]
    found: dict[str, tuple[Asked, Sides]] = {}
    for one in asked:
        try:
            sides = both_sides(one, today, base, budget, solver)
        except InputError:
            if one.kind == "custom":
                raise
            missing.append(Unavailable(kind=one.kind, reason=Saying(code="contradiction", facts=one.facts)))
            continue
        found[one.scenario.id] = (one, sides)
    others = Ranked({}, [], None)
    if {"fifth", "two_more"} & set(wanted(question)):
        others = ranked(today, base, budget, solver, wanted(question))
        same = found.get("planned_same")
        others = others.with_planned(None if same is None else same[1])
    return Solvings(today, base, budget, {**found, **others.asked}, [*missing, *others.unavailable], others.ranking)


def both_sides(one: Asked, today: Instance, base: Attempt, budget: Budget, solver: Solver) -> Sides:
    """Plan a variant, and today under its conditions with the same caseworker-days."""
    own = budget if one.scenario.measures.same_caseworker_days else None
    before, changed = base, within(baseline(today, one.scenario), own)
    if baseline(today, one.scenario) != today:
        saying = Saying(code="baseline", facts={"kind": one.kind, "title": one.scenario.title})
        before = solver.attempt(changed, saying)
    saying = Saying(code="variant", facts={"kind": one.kind, "title": one.scenario.title})
    after = solver.attempt(apply(today, one.scenario, own), saying)
    return Sides(before, after, own)


def _told(question: Question, effort: Effort, solver: Solver, found: Solvings) -> Outcome:
    costs = question.file.costs
    variants = [variant_of(None, Sides(found.base, found.base, None), costs, effort.seed)]
    for one, sides in found.asked.values():
        variants.append(variant_of(one, sides, costs, effort.seed))
    about = _about(variants)
    pair = None
    if about is not None:
        one, sides = found.asked[about.id]
        pair = Pair(found.today, one.scenario, sides.budget, sides.before, sides.after)
    tornado = bars(pair, solver) if pair is not None and question.futures else ()
    if pair is not None and about is not None and about.difference is not None and question.months:
        others = months(pair, solver, question.months)
        mean = months_effect(others, effort.seed)
        effects = about.difference.effects if mean is None else (*about.difference.effects, mean)
        difference = about.difference.replace(months=others, effects=effects)
        variants = [v.replace(difference=difference) if v.id == about.id else v for v in variants]
        about = about.replace(difference=difference)
    planned = planned_sites(found.today)
    even = break_even(found.today, found.base, planned[0]) if planned else None
    plans = _plans(found)
    comparison = Comparison(
        question=_question(found.today, about),
        period=(str(found.today.period.start), str(found.today.period.end)),
        people=len(found.today.clients),
        answer=answer_of(about, tornado, even, found.ranking, len(found.today.clients)),
        variants=tuple(variants),
        unavailable=tuple(found.unavailable),
        sensitivity=tornado,
        break_even=even,
        pareto=points(_comparable(found), pair if question.futures else None, solver),
        regret=regret(found.today, _same_days(found)) if question.futures else None,
        ranking=found.ranking,
        assumptions=assumptions_of(found.today, costs, new_sites=found.ranking is not None),
        data_quality=quality_of(found.today),
        needs=needs_of(plans[about.id].instance, about) if about is not None and about.id in plans else (),
        certificate=_certificate(question, effort, solver, variants),
    )
    return Outcome(comparison, plans)


def _about(variants: Sequence[Variant]) -> Variant | None:
    return next((v for kind in ABOUT for v in variants if v.kind == kind), None)


def _question(today: Instance, about: Variant | None) -> Saying:
    if about is not None and about.kind == "custom":
        return Saying(code="custom", facts={"title": about.title})
    planned = planned_sites(today)
    if planned:
        return Saying(code="planned", facts={"planned": planned[0].name})
    return Saying(code="any_site")


def _plans(found: Solvings) -> dict[str, Plan]:
    attempts = {"today": found.base} | {name: sides.after for name, (_, sides) in found.asked.items()}
    return {name: Plan(a.instance, a.schedule) for name, a in attempts.items() if a.schedule is not None}


def _comparable(found: Solvings) -> list[tuple[str, Attempt]]:
    """Variants of the same people under the same conditions; further sites may be listed."""
    return [
        ("today", found.base),
        *(
            (name, sides.after)
            for name, (one, sides) in found.asked.items()
            if one.scenario.conditions.replace(new_sites=(), tables=()) == type(one.scenario.conditions)()
        ),
    ]


def _same_days(found: Solvings) -> dict[str, tuple[Instance, Schedule]]:
    """Comparable variants with today's caseworker-days: among these somebody can choose for nothing."""
    limited = {name for name, (one, _) in found.asked.items() if one.scenario.measures.same_caseworker_days}
    return {
        name: (attempt.instance, attempt.schedule)
        for name, attempt in _comparable(found)
        if attempt.schedule is not None and (name == "today" or name in limited)
    }


def _certificate(question: Question, effort: Effort, solver: Solver, variants: Sequence[Variant]) -> Certificate:
    gaps = [variant.solved.gap for variant in variants if variant.solved.gap is not None]
    return Certificate(
        instance_name=question.instance.name,
        instance_sha256=question.instance.digest,
        scenarios_sha256=question.sha256,
        versions={name: version(name) for name in VERSIONS},
        seed=effort.seed,
        workers=effort.workers,
        time_limit_s=effort.time_limit_s,
        largest_gap=max(gaps, default=None),
        seconds=round(solver.seconds, 1),
    )


def _without_plan(question: Question, effort: Effort, base: Attempt) -> Outcome:
    """Nothing can be compared: there is no plan for today, or nobody to advise."""
    variant = Variant(id="today", kind="today", solved=base.solved)
    today, solver = base.instance, Solver(effort)
    answer = answer_of(variant, (), None, None, len(today.clients))
    comparison = Comparison(
        question=_question(today, None),
        period=(str(today.period.start), str(today.period.end)),
        people=len(today.clients),
        answer=answer if today.clients else answer.replace(reason=Saying(code="no_people")),
        variants=(variant,),
        assumptions=assumptions_of(today, question.file.costs, new_sites=False),
        data_quality=quality_of(today),
        certificate=_certificate(question, effort, solver, [variant]),
    )
    return Outcome(comparison, {})

"""The sentences of the page: the answer, and what to distrust."""

from collections.abc import Iterator

from outreach_optimizer.outputs.study.forest import SHOWN
from outreach_optimizer.outputs.study.naming import Names, Scale
from outreach_optimizer.scenarios.bootstrap import MIN_CLUSTERS
from outreach_optimizer.study.findings import Effect, Findings

MANY = 20
"""Ranges of which one misses the truth by chance."""


def answer(findings: Findings, names: Names) -> Iterator[str]:
    """What the study shows, and on how many runs it rests."""
    yield _lead(findings, names)
    if findings.done < findings.planned:
        yield names.say("study.answer.unfinished", done=findings.done, planned=findings.planned)
    yield names.say("study.answer.runs", planned=findings.planned, solved=findings.solved, optimal=findings.optimal)


def _lead(findings: Findings, names: Names) -> str:
    measured = findings.measures[0]
    scale, measure, largest = Scale(measured, names), names.measure(measured.measure), findings.largest
    if not measured.effects:
        means = [group.mean for panel in measured.panels for one in panel.series for group in one.groups]
        told = scale.mean(means[0]) if means else names.say("study.no_result")
        return names.say("study.answer.nothing_varied", measure=measure, mean=told)
    if largest is None or largest.difference is None:
        return names.say("study.answer.nothing_known", measure=measure)
    facts = {
        "measure": measure,
        "factor": names.factor(largest.factor),
        "base": names.level(largest.factor, largest.base),
        "level": names.level(largest.factor, largest.level),
        "difference": scale.signed(largest.difference.value),
        "range": scale.range(largest.difference.low, largest.difference.high),
        "seeds": largest.difference.seeds,
    }
    kind = "clear" if largest.verdict in ("larger", "smaller") else largest.verdict
    return names.say(f"study.answer.{kind}", **facts)


def doubts(findings: Findings, names: Names) -> Iterator[str]:
    """What to distrust, the gravest first."""
    say, seeds = names.say, len(findings.seeds)
    effects = [effect for measured in findings.measures for effect in measured.effects]
    if seeds < MIN_CLUSTERS:
        yield say("study.doubt.few_seeds", seeds=seeds, needed=MIN_CLUSTERS)
    if findings.solved < findings.done:
        yield say("study.doubt.missing", missing=findings.done - findings.solved, done=findings.done)
    yield from _proofs(findings, names)
    ranges = sum(_has_range(effect) for effect in effects)
    if ranges >= MANY:
        yield say("study.doubt.many", ranges=ranges, wrong=names.number(ranges / MANY, 0))
    if findings.averaged:
        yield say("study.doubt.averaged", factors=", ".join(names.factor(name) for name in findings.averaged))
    elif len(findings.axes) > 1:
        yield say("study.doubt.interactions")
    for name in ("clients", "caseworkers"):
        if len(findings.factors.get(name, ())) > 1:
            yield say(f"study.doubt.{name}")
    if len(findings.measures[0].effects) > SHOWN:
        yield say("study.doubt.shown", shown=SHOWN, effects=len(findings.measures[0].effects))
    yield say("study.doubt.invented")


def _proofs(findings: Findings, names: Names) -> Iterator[str]:
    unproven = findings.solved - findings.optimal
    if unproven:
        gap = names.number(None if findings.widest_gap is None else 100 * findings.widest_gap, 1)
        yield names.say("study.doubt.unproven", unproven=unproven, solved=findings.solved, gap=gap)
    elif findings.solved:
        yield names.say("study.doubt.ties")


def _has_range(effect: Effect) -> bool:
    return effect.difference is not None and effect.difference.low is not None

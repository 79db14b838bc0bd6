"""``compare``: many searches with progress, resumable; a report for people and one for machines."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from outreach_optimizer.cli.exit_codes import BAD_INPUT, BROKEN_OFF, DONE, NO_RESULT
from outreach_optimizer.cli.interrupt import LOOK_S, first_interrupt
from outreach_optimizer.cli.progress import Tell, progress_line
from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.cli.solving import Effort
from outreach_optimizer.errors import StoppedError
from outreach_optimizer.files import read_boundaries, read_instance, read_kept, read_scenarios
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.scenarios.compare import Question, compare
from outreach_optimizer.scenarios.comparison import Comparison, Outcome
from outreach_optimizer.scenarios.figures import Saying
from outreach_optimizer.scenarios.scenario import BUILT_IN, ScenarioFile
from outreach_optimizer.scenarios.solving import Effort as Search
from outreach_optimizer.scenarios.solving import Step, Store
from outreach_optimizer.texts import Texts


class Files(NamedTuple):
    """What is read and what is written; ``folder`` keeps finished searches, by default beside the report."""

    instance: Path
    scenarios: Path | None
    report: Path
    json: Path | None
    folder: Path | None
    boundaries: Path | None


class Options(NamedTuple):
    """How much work is done."""

    effort: Effort
    only: tuple[str, ...]
    months: int
    futures: bool


def compare_files(screen: Screen, files: Files, options: Options) -> int:
    """Compare the variants of an instance and write the report."""
    instance = read_instance(files.instance)
    found, sha256 = (ScenarioFile(), None) if files.scenarios is None else read_scenarios(files.scenarios, instance)
    shapes = None if files.boundaries is None else read_boundaries(files.boundaries)
    target = files.json or files.report.with_suffix(".json")
    wrong = _overwrites(screen, files, target) or _unknown(screen, found, options.only)
    if wrong:
        return wrong
    check_writable(files.report)
    check_writable(target)
    folder = files.folder or files.report.with_name(f"{files.report.stem}.searches")
    question = Question(instance, found, sha256, options.only, options.months, options.futures)
    with first_interrupt(screen) as stop:
        outcome = _compared(screen, question, Search(*options.effort, store_in(folder), stop))
    if outcome is None:
        screen.err.print(screen.texts.say("cli.compare.stopped", folder=folder), soft_wrap=True)
        return BROKEN_OFF
    write_text(target, outcome.comparison.model_dump_json(indent=1) + "\n")
    _write_report(screen, files.report, outcome, shapes)
    _print_summary(screen, outcome.comparison, files.report, target)
    return DONE if outcome.plans else NO_RESULT


def store_in(folder: Path) -> Store:
    """Keep searches as files of a folder."""
    return Store(
        lambda key: read_kept(folder / f"{key}.json"), lambda key, text: write_text(folder / f"{key}.json", text)
    )


def step_sentence(step: Step, texts: Texts) -> str:
    """What is being worked on."""
    facts = dict(step.saying.facts)
    if "kind" in facts:
        kind = str(facts["kind"])
        own = str(facts.get("title", ""))
        short = texts.say(f"scenario.variant.{kind}.short")
        named = kind in ("custom", "fifth") and own
        facts["title"] = f"{short}: {own}" if named else short
    elif "name" in facts:
        facts["title"] = texts.say(f"scenario.sensitivity.{facts['name']}")
    return texts.say(f"scenario.step.{step.saying.code}", **facts)


def say(group: str, saying: Saying, texts: Texts) -> str:
    """Sentence of a group in ``texts/*/scenario.toml``."""
    return texts.say(f"scenario.{group}.{saying.code}", **saying.facts)


def _compared(screen: Screen, question: Question, search: Search) -> Outcome | None:
    """Compare in a second thread, so that this one can show progress and listen to Ctrl-C; None if it was stopped."""
    told: SimpleQueue[Step] = SimpleQueue()
    pool = ThreadPoolExecutor(1, "comparison")
    future = pool.submit(compare, question, search._replace(tell=told.put))
    shown, announced = 0, False
    with progress_line(screen) as tell:
        while not future.done():
            wait([future], timeout=LOOK_S)
            shown = _show(screen, told, shown, tell)
            if search.stop is not None and search.stop.is_set() and not announced:
                announced = True
                screen.err.print(screen.texts.say("cli.compare.stopping"))
        _show(screen, told, shown, tell)
    pool.shutdown()
    try:
        return future.result()
    except StoppedError:
        return None


def _show(screen: Screen, told: "SimpleQueue[Step]", shown: int, tell: Tell) -> int:
    """Print a line for each step when it begins; return the number of the last one."""
    while True:
        try:
            step = told.get_nowait()
        except Empty:
            return shown
        if step.number > shown:
            shown = step.number
            line = screen.texts.say("cli.compare.step", number=step.number, what=step_sentence(step, screen.texts))
            screen.err.print(line, soft_wrap=True)
        if screen.err.is_terminal:
            tell(step.progress.seconds if step.progress else 0, step.progress)


def _write_report(screen: Screen, target: Path, outcome: Outcome, shapes: dict[str, object] | None) -> None:
    from outreach_optimizer.outputs.comparison import render  # noqa: PLC0415 - folium takes a second

    write_text(target, render(outcome.comparison, screen.texts, outcome.plans, boundaries=shapes))


def _print_summary(screen: Screen, comparison: Comparison, report: Path, target: Path) -> None:
    texts, out = screen.texts, screen.out
    out.print(say("question", comparison.question, texts), style="bold", soft_wrap=True)
    out.print(texts.say(f"cli.compare.answer_{comparison.answer.recommendation}"), soft_wrap=True)
    out.print(say("reason", comparison.answer.reason, texts), soft_wrap=True)
    for variant in comparison.variants:
        difference = variant.difference
        if variant.kind == "today":
            continue
        name = variant.title or texts.say(f"scenario.variant.{variant.kind}.title", **variant.facts)
        if difference is None or difference.saving is None:
            out.print(f"  {texts.say('cli.compare.line_without_plan', name=name)}", soft_wrap=True)
            continue
        mean = next((e.estimate.value for e in difference.effects if e.name == "burden_mean"), None)
        line = texts.say(
            "cli.compare.line",
            name=name,
            verdict=texts.say(f"cli.compare.verdict_{difference.verdict}"),
            low=texts.text(difference.saving.low, ",.1f"),
            high=texts.text(difference.saving.high, ",.1f"),
            mean=texts.text(mean, "" if mean is None else ".1f"),
            invited=difference.extra_invited,
        )
        out.print(f"  {line}", soft_wrap=True)
    for missing in comparison.unavailable:
        short = texts.say(f"scenario.variant.{missing.kind}.short")
        out.print(f"  {short}: {say('unavailable', missing.reason, texts)}", soft_wrap=True)
    out.print(texts.say("cli.compare.written", file=report, json=target), soft_wrap=True)


def _overwrites(screen: Screen, files: Files, target: Path) -> int:
    read = {path.resolve() for path in (files.instance, files.scenarios, files.boundaries) if path is not None}
    written = [files.report.resolve(), target.resolve()]
    for path in (files.report, target):
        if path.resolve() in read or written[0] == written[1]:
            screen.err.print(screen.texts.say("cli.compare.same_file", file=path), soft_wrap=True)
            return BAD_INPUT
    return 0


def _unknown(screen: Screen, found: ScenarioFile, only: tuple[str, ...]) -> int:
    """Exit code if a name is asked for that nothing has."""
    known = (*BUILT_IN, *(scenario.id for scenario in found.scenarios))
    for name in only:
        if name not in known:
            names = ", ".join(known)
            screen.err.print(screen.texts.say("cli.compare.unknown", name=name, names=names), soft_wrap=True)
            return BAD_INPUT
    return 0

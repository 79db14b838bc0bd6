"""``study``: a factorial study through the machinery of ``batch``, and a page of what it shows."""

from pathlib import Path

from outreach_optimizer.batch.local import cores
from outreach_optimizer.batch.studying import runs_of, study_tasks
from outreach_optimizer.cli.batching import CSV, XLSX, Options, duration, engine_for, run_tasks
from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.files import read_study
from outreach_optimizer.saving import write_text
from outreach_optimizer.study.design import size
from outreach_optimizer.study.effects import findings_of
from outreach_optimizer.study.spec import StudySpec

PAGE, FINDINGS = "study.html", "findings.json"


def study_file(screen: Screen, source: Path, folder: Path, time_limit_s: float | None, options: Options) -> int:
    """Run a study and write its page, its figures and the table of its runs."""
    spec = _read(source, time_limit_s)
    for name in (PAGE, FINDINGS, CSV, XLSX):
        if (folder / name).resolve() == source.resolve():
            screen.err.print(screen.texts.say("cli.study.same_file", file=folder / name), soft_wrap=True)
            return BAD_INPUT
    engine = engine_for(screen, spec.time_limit_s, options)
    batch, code = run_tasks(screen, study_tasks(spec), size(spec), engine, folder=folder, options=options)
    findings = findings_of(spec, runs_of(batch.rows, screen.texts.lang))
    from outreach_optimizer.outputs.study import render  # noqa: PLC0415 - folium takes a second

    write_text(folder / FINDINGS, findings.model_dump_json(indent=1) + "\n")
    write_text(folder / PAGE, render(findings, (CSV, XLSX, FINDINGS), screen.texts))
    if not options.as_json:
        screen.out.print(screen.texts.say("cli.study.written", file=folder / PAGE), soft_wrap=True)
    return code


def dry_run(screen: Screen, source: Path, time_limit_s: float | None, options: Options) -> int:
    """Tell how large a study is; nothing is solved or written."""
    spec = _read(source, time_limit_s)
    runs, jobs = size(spec), min(options.jobs or cores(), cores())
    most_s = runs * spec.time_limit_s / jobs
    if options.as_json:
        print_json({"runs": runs, "jobs": jobs, "time_limit_s": spec.time_limit_s, "seconds_at_most": most_s})
    else:
        words = duration(most_s, screen.texts)
        facts = {"runs": runs, "jobs": jobs, "limit": spec.time_limit_s, "most": words}
        screen.out.print(screen.texts.say("cli.study.dry_run", **facts), soft_wrap=True)
    return DONE


def _read(source: Path, time_limit_s: float | None) -> StudySpec:
    spec = read_study(source)
    return spec if time_limit_s is None else spec.replace(time_limit_s=time_limit_s)

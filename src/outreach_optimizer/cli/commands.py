"""The commands and their options; each imports what it alone needs, so that ``--help`` stays fast."""

# ruff: noqa: PLC0415 - imports inside commands, see above

from pathlib import Path
from typing import Annotated

import typer

from outreach_optimizer.cli.screen import Screen

app = typer.Typer(add_completion=False, add_help_option=False, rich_markup_mode=None)

InstanceFile = Annotated[Path, typer.Argument(metavar="INSTANCE")]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN")]
AsJson = Annotated[bool, typer.Option("--json")]
TimeLimit = Annotated[float, typer.Option("--time-limit", min=0.1, max=1e7, metavar="S")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=1024, metavar="N")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, max=1024, metavar="N")]
Timeout = Annotated[float | None, typer.Option("--timeout", min=1, max=1e7, metavar="S")]
Memory = Annotated[float | None, typer.Option("--memory", min=64, max=1e8, metavar="MIB")]
Resume = Annotated[bool, typer.Option("--resume")]
ClusterAddress = Annotated[str | None, typer.Option("--cluster", metavar="ADDRESS")]
RoundHomes = Annotated[bool | None, typer.Option("--round-homes/--no-round-homes")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, metavar="N")]


@app.command(add_help_option=False)
def solve(
    context: typer.Context,
    instance: InstanceFile,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="PLAN")] = None,
    time_limit: TimeLimit = 60,
    workers: Workers = 2,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> int:
    """Find a plan."""
    from outreach_optimizer.cli.solving import Effort, solve_file

    return solve_file(screen_of(context), instance, output, Effort(time_limit, workers, seed), as_json=as_json)


@app.command(add_help_option=False)
def check(context: typer.Context, instance: InstanceFile, plan: PlanFile, *, as_json: AsJson = False) -> int:
    """Check a plan."""
    from outreach_optimizer.cli.reading import check_files

    return check_files(screen_of(context), instance, plan, as_json=as_json)


@app.command(add_help_option=False)
def certify(context: typer.Context, instance: InstanceFile, plan: PlanFile, *, as_json: AsJson = False) -> int:
    """Verify the bound of a plan."""
    from outreach_optimizer.cli.certifying import certify_files

    return certify_files(screen_of(context), instance, plan, as_json=as_json)


@app.command(add_help_option=False)
def show(context: typer.Context, instance: InstanceFile, plan: PlanFile) -> int:
    """Print a plan."""
    from outreach_optimizer.cli.reading import show_files

    return show_files(screen_of(context), instance, plan)


@app.command("map", add_help_option=False)
def draw_map(
    context: typer.Context,
    instance: InstanceFile,
    plan: PlanFile,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="HTML")],
    boundaries: Annotated[Path | None, typer.Option("--boundaries", metavar="GEOJSON")] = None,
    precise: Annotated[bool, typer.Option("--precise")] = False,
) -> int:
    """Draw a plan."""
    from outreach_optimizer.cli.reading import map_files

    return map_files(screen_of(context), instance, plan, output, boundaries, precise=precise)


@app.command(add_help_option=False)
def simulate(
    context: typer.Context,
    instance: InstanceFile,
    plan: PlanFile,
    *,
    replications: Annotated[int, typer.Option("--replications", min=100, max=10**7, metavar="N")] = 100_000,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> int:
    """Let a plan take place many times."""
    from outreach_optimizer.cli.simulating import simulate_files

    return simulate_files(screen_of(context), instance, plan, replications, seed, as_json=as_json)


@app.command(add_help_option=False)
def showup(
    context: typer.Context,
    *,
    slots: Annotated[int, typer.Option("--slots", min=1, max=16, metavar="N")],
    caseworkers: Annotated[int, typer.Option("--caseworkers", min=1, max=6, metavar="N")],
    rate: Annotated[float, typer.Option("--rate", min=0.2, max=1, metavar="P")],
    reserve: Annotated[int, typer.Option("--reserve", min=0, metavar="N")] = 0,
    risk: Annotated[float, typer.Option("--risk", min=0, max=0.5, metavar="P")] = 0.05,
    slot_min: Annotated[int, typer.Option("--slot-min", min=5, max=480, metavar="MIN")] = 60,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="HTML")] = None,
    as_json: AsJson = False,
) -> int:
    """Tell how many to invite."""
    from outreach_optimizer.cli.advising import showup_numbers
    from outreach_optimizer.showup.advice import Question

    question = Question(slots, caseworkers, rate, reserve, risk, slot_min)
    return showup_numbers(screen_of(context), question, output, as_json=as_json)


@app.command(add_help_option=False)
def rates(
    context: typer.Context,
    attendance: Annotated[Path, typer.Argument(metavar="ATTENDANCE")],
    *,
    instance: Annotated[Path | None, typer.Option("--apply", metavar="INSTANCE")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> int:
    """Compute show-up rates."""
    from outreach_optimizer.cli.advising import rates_file

    return rates_file(screen_of(context), attendance, instance, output, as_json=as_json)


@app.command(add_help_option=False)
def compare(
    context: typer.Context,
    instance: InstanceFile,
    scenarios: Annotated[Path | None, typer.Argument(metavar="SCENARIOS")] = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="REPORT")],
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="NAMES")] = None,
    time_limit: TimeLimit = 20,
    workers: Workers = 2,
    seed: Seed = 0,
    months: Annotated[int, typer.Option("--months", min=0, max=100, metavar="N")] = 5,
    futures: Annotated[bool, typer.Option("--futures/--no-futures")] = True,
    folder: Annotated[Path | None, typer.Option("--resume", metavar="DIR")] = None,
    boundaries: Annotated[Path | None, typer.Option("--boundaries", metavar="GEOJSON")] = None,
) -> int:
    """Compare ways of doing outreach."""
    from outreach_optimizer.cli.comparing import Files, Options, compare_files
    from outreach_optimizer.cli.solving import Effort

    names = tuple(name.strip() for name in only.split(",") if name.strip()) if only else ()
    options = Options(Effort(time_limit, workers, seed), names, months, futures)
    files = Files(instance, scenarios, output, json_file, folder, boundaries)
    return compare_files(screen_of(context), files, options)


@app.command(add_help_option=False)
def batch(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUTDIR")],
    scenarios: Annotated[Path | None, typer.Option("--scenarios", metavar="FILE")] = None,
    time_limit: TimeLimit = 60,
    seed: Seed = 0,
    jobs: Jobs = None,
    timeout: Timeout = None,
    memory: Memory = None,
    resume: Resume = False,
    cluster: ClusterAddress = None,
    round_homes: RoundHomes = None,
    as_json: AsJson = False,
) -> int:
    """Solve many instances."""
    from outreach_optimizer.batch.sources import Way
    from outreach_optimizer.cli.batching import Options, batch_files

    options = Options(jobs, timeout, memory, resume, as_json, cluster, round_homes)
    way = Way(None, time_limit, seed)
    return batch_files(screen_of(context), paths, way, scenarios=scenarios, folder=output, options=options)


@app.command(add_help_option=False)
def study(
    context: typer.Context,
    spec: Annotated[Path, typer.Argument(metavar="SPEC")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUTDIR")],
    dry: Annotated[bool, typer.Option("--dry-run")] = False,
    time_limit: Annotated[float | None, typer.Option("--time-limit", min=0.1, max=1e7, metavar="S")] = None,
    jobs: Jobs = None,
    timeout: Timeout = None,
    memory: Memory = None,
    resume: Resume = False,
    cluster: ClusterAddress = None,
    round_homes: RoundHomes = None,
    as_json: AsJson = False,
) -> int:
    """Run a factorial study."""
    from outreach_optimizer.cli.batching import Options
    from outreach_optimizer.cli.studying import dry_run, study_file

    options, screen = Options(jobs, timeout, memory, resume, as_json, cluster, round_homes), screen_of(context)
    if dry:
        return dry_run(screen, spec, time_limit, options)
    return study_file(screen, spec, output, time_limit, options)


@app.command(add_help_option=False)
def generate(
    context: typer.Context,
    *,
    preset: Annotated[str, typer.Option("--preset", metavar="NAME")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE")],
    seed: Seed = 1,
) -> int:
    """Make up an instance."""
    from outreach_optimizer.cli.making import generate_file

    return generate_file(screen_of(context), preset, seed, output)


@app.command(add_help_option=False)
def schema(
    context: typer.Context,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    plan: Annotated[bool, typer.Option("--plan")] = False,
    scenarios: Annotated[bool, typer.Option("--scenarios")] = False,
    comparison: Annotated[bool, typer.Option("--comparison")] = False,
    study: Annotated[bool, typer.Option("--study")] = False,
) -> int:
    """Describe the file formats."""
    from outreach_optimizer.cli.making import schema_file

    asked = {"plan": plan, "scenarios": scenarios, "comparison": comparison, "study": study}
    kinds = [name for name, is_on in asked.items() if is_on]
    return schema_file(screen_of(context), output, kind=kinds[0] if kinds else "instance")


@app.command(add_help_option=False)
def explain(
    context: typer.Context,
    rule: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", hidden=True)] = False,
) -> int:
    """Explain rules and terms."""
    from outreach_optimizer.cli.explaining import explain_names

    return explain_names(screen_of(context), rule, everything=everything, as_markdown=as_markdown)


@app.command(add_help_option=False)
def demo(
    context: typer.Context,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR")] = Path("outreach-demo"),
    time_limit: TimeLimit = 60,
    workers: Workers = 2,
) -> int:
    """Show what the program does."""
    from outreach_optimizer.cli.solving import Effort, run_demo

    return run_demo(screen_of(context), output, Effort(time_limit, workers, seed=0))


def screen_of(context: typer.Context) -> Screen:
    """Screen that `main` opened."""
    screen = context.obj
    if not isinstance(screen, Screen):
        raise TypeError("commands run by way of main()")
    return screen

"""The last words of ``solve``."""

from pathlib import Path

from rich.text import Text

from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.sentences import quality_sentence
from outreach_optimizer.outputs.tables import term_table
from outreach_optimizer.solver import Result, Status


def print_result(screen: Screen, instance: Instance, result: Result, time_limit_s: float, target: Path) -> None:
    """Tell how the search ended, what the plan costs, how good it is and where it is."""
    texts, out = screen.texts, screen.out
    if result.schedule is None or result.report is None or result.objective_min is None:
        key = "stopped_early" if result.interrupted else "no_result"
        key = "infeasible" if result.status is Status.INFEASIBLE else key
        limit = texts.number(time_limit_s)
        screen.err.print(texts.say(f"cli.solve.{key}", limit=limit), style="bold red", soft_wrap=True)
        return
    optimal = result.status is Status.OPTIMAL
    quality = quality_sentence(result.objective_min, result.bound_min, texts, optimal=optimal)
    objective = texts.text(result.objective_min, ",.1f")
    seconds = texts.number(sum(result.seconds.values()), 1)
    if result.interrupted:
        out.print(Text(texts.say("cli.solve.interrupted"), "yellow"))
    out.print(Text(texts.say("show.objective", objective=objective, quality=quality), "bold green"))
    kpis = result.report.kpis
    sessions, duties, invited = (kpis[name] for name in ("sessions_held", "duties", "invited"))
    clients = len(instance.clients)
    out.print(texts.say("show.counts", sessions=sessions, duties=duties, invited=invited, clients=clients))
    out.print(term_table(result.report, texts))
    out.print()
    out.print(texts.say("cli.solve.written", file=target, seconds=seconds), soft_wrap=True)

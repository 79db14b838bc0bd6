"""``solve`` and ``demo``: search with a progress line, stop at Ctrl-C, write what was found."""

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from typing import NamedTuple

from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE, NO_RESULT, REFUSED
from outreach_optimizer.cli.interrupt import LOOK_S, first_interrupt
from outreach_optimizer.cli.progress import progress_line
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.cli.summary import print_result
from outreach_optimizer.files import read_instance
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.documents import plan_text, result_document
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.solver import Progress, Result, Status, solve

EXIT_CODES = {
    Status.OPTIMAL: DONE,
    Status.FEASIBLE: DONE,
    Status.INFEASIBLE: REFUSED,
    Status.NO_RESULT: NO_RESULT,
}


class Effort(NamedTuple):
    """How long and how the solver may search."""

    time_limit_s: float
    workers: int
    seed: int


def solve_file(screen: Screen, source: Path, target: Path | None, effort: Effort, *, as_json: bool) -> int:
    """Solve an instance file and write the plan, by default beside it."""
    instance = read_instance(source)
    target = target or source.with_name(f"{source.stem}.plan.json")
    if target.resolve() == source.resolve():
        screen.err.print(screen.texts.say("cli.error.same_file", file=target), soft_wrap=True)
        return BAD_INPUT
    check_writable(target)
    with first_interrupt(screen) as stop:
        result = search(screen, instance, effort, stop)
        if result.schedule is not None:
            write_text(target, plan_text(result.schedule))
    if as_json:
        print_json(result_document(instance, result, target if result.schedule else None))
    else:
        print_result(screen, instance, result, effort.time_limit_s, target)
    return EXIT_CODES[result.status]


def run_demo(screen: Screen, folder: Path, effort: Effort) -> int:
    """Plan the month that ships with the program, and write everything that a planner gets."""
    from outreach_optimizer.generate import dump_instance, generate  # noqa: PLC0415 - not needed by solve
    from outreach_optimizer.outputs.calendar import calendar_text  # noqa: PLC0415 - not needed by solve
    from outreach_optimizer.outputs.map import map_html  # noqa: PLC0415 - folium takes a second

    check_writable(folder / "plan.json")
    instance = generate("month", 1)
    screen.out.print(screen.texts.say("cli.demo.begin", name=instance.name, clients=len(instance.clients)))
    write_text(folder / "instance.json", dump_instance(instance))
    with first_interrupt(screen) as stop:
        result = search(screen, instance, effort, stop)
    if result.schedule is None or result.report is None:
        print_result(screen, instance, result, effort.time_limit_s, folder / "plan.json")
        return EXIT_CODES[result.status]
    write_text(folder / "plan.json", plan_text(result.schedule))
    write_text(folder / "plan.txt", calendar_text(instance, result.schedule, result.report, screen.texts))
    write_text(folder / "map.html", map_html(instance, result.schedule, screen.texts))
    print_result(screen, instance, result, effort.time_limit_s, folder / "plan.json")
    for name in ("instance.json", "plan.json", "plan.txt", "map.html"):
        meaning = screen.texts.say(f"cli.demo.{name.replace('.', '_')}")
        screen.out.print(f"  {folder / name}  {meaning}", soft_wrap=True)
    return EXIT_CODES[result.status]


def search(screen: Screen, instance: Instance, effort: Effort, stop: Event) -> Result:
    """Solve in a second thread, so that this one can show progress and listen to Ctrl-C."""
    told = deque[Progress](maxlen=1)
    begin, announced = time.monotonic(), False
    pool = ThreadPoolExecutor(1, "solver")
    with progress_line(screen) as tell:
        future = pool.submit(
            solve,
            instance,
            time_limit_s=effort.time_limit_s,
            workers=effort.workers,
            seed=effort.seed,
            on_progress=told.append,
            stop=stop,
        )
        while not future.done():
            wait([future], timeout=LOOK_S)
            tell(time.monotonic() - begin, told[0] if told else None)
            if stop.is_set() and not announced:
                announced = True
                screen.err.print(screen.texts.say("cli.solve.stopping"))
    pool.shutdown()
    return future.result()

"""``simulate``: a plan takes place many times."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach_optimizer.cli.exit_codes import DONE, REFUSED
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.files import read_instance, read_schedule
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.calendar import made_elsewhere, other_instance
from outreach_optimizer.outputs.simulation import simulation_document, simulation_lines
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.simulation import Simulation, simulate

QUIET_S = 10
"""Seconds until the first plain line of progress, and from one to the next."""


def simulate_files(
    screen: Screen, instance_path: Path, plan_path: Path, replications: int, seed: int, *, as_json: bool
) -> int:
    """Compare a simulation of a plan with the exact figures; exit code 1 if they differ by more than chance."""
    instance = read_instance(instance_path)
    schedule = read_schedule(plan_path, instance)
    begin = time.monotonic()
    with progress(screen, replications) as tell:
        simulation = simulate(
            instance,
            schedule,
            replications=replications,
            seed=seed,
            on_progress=lambda done: tell(time.monotonic() - begin, done),
        )
    return report(screen, instance, schedule, simulation, as_json=as_json)


def report(screen: Screen, instance: Instance, schedule: Schedule, simulation: Simulation, *, as_json: bool) -> int:
    """Print what was simulated, and return the exit code."""
    if as_json:
        print_json(simulation_document(instance, schedule, simulation))
    else:
        if made_elsewhere(instance, schedule):
            screen.out.print(other_instance(schedule, screen.texts))
        screen.out.print(*simulation_lines(instance, simulation, screen.texts), sep="\n")
    return DONE if simulation.agrees else REFUSED


@contextmanager
def progress(screen: Screen, replications: int) -> Iterator[Callable[[float, int], None]]:
    """Function that shows, on standard error, how many replications are done after so many seconds."""

    def sentence(done: int) -> str:
        text = screen.texts.text
        return screen.texts.say("simulate.progress", done=text(done, ",d"), replications=text(replications, ",d"))

    told_s = [0.0]

    def tell(elapsed_s: float, done: int) -> None:
        if elapsed_s - told_s[0] >= QUIET_S and done < replications:
            told_s[0] = elapsed_s
            screen.err.print(sentence(done), soft_wrap=True)

    if not screen.err.is_terminal:
        yield tell
        return
    with screen.err.status(sentence(0)) as status:
        yield lambda _, done: status.update(sentence(done))

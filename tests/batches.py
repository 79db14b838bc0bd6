"""Small tasks for batches: each is planned to proof in a few hundredths of a second."""

import json
from collections.abc import Iterable, Iterator
from threading import Event as Flag

from outreach_optimizer.batch.engine import Event, Tell
from outreach_optimizer.batch.task import Order, Outcome, Task, task_of
from outreach_optimizer.batch.work import work

OFFICE = {"id": "eisenach", "name": "Eisenach", "lat": 50.977, "lon": 10.322}
RUHLA = {"id": "ruhla", "name": "Ruhla", "lat": 50.893, "lon": 10.366}
MORNING = {"id": "ruhla-0209", "site": "ruhla", "date": "2027-02-09", "start": "09:00", "end": "12:00"}


def small(seed: int, **more: object) -> str:
    """Text of an instance with three people, whose homes the seed decides."""
    homes = [
        {"lat": 50.90 + 0.0017 * ((seed * 7 + n * 13) % 41), "lon": 10.30 + 0.0013 * ((seed * 11 + n * 29) % 53)}
        for n in range(3)
    ]
    tree = {
        "name": f"Small {seed}",
        "period": {"start": "2027-02-01", "end": "2027-03-01"},
        "offices": [OFFICE],
        "sites": [RUHLA],
        "sessions": [MORNING],
        "caseworkers": [{"id": "w1", "office": "eisenach"}, {"id": "w2", "office": "eisenach"}],
        "clients": [{"id": f"c{n}", "home": home} for n, home in enumerate(homes)],
        **more,
    }
    return json.dumps(tree)


def task(seed: int, *, instance: str | None = None, time_limit_s: float = 20) -> Task:
    """Task of a small instance, or of another one."""
    order = Order(instance=small(seed) if instance is None else instance, time_limit_s=time_limit_s)
    return task_of(f"small-{seed:03}", {"seed": seed}, order)


def tasks(count: int) -> Iterator[Task]:
    """So many different tasks."""
    return (task(seed) for seed in range(1, count + 1))


class Serial:
    """An engine that solves one task after the other in this process: what every other one must agree with."""

    def run(self, tasks: Iterable[Task], tell: Tell, stopped: Flag) -> None:
        for one in tasks:
            if stopped.is_set():
                return
            tell(Event("started", one, 1))
            outcome = Outcome.model_validate_json(work(one.payload, stopped))
            if not stopped.is_set():
                tell(Event("finished", one, 1, outcome))


def objectives(engine: "Serial", given: Iterable[Task]) -> dict[str, float | None]:
    """Objective of each task, as an engine finds it."""
    found = {}

    def hear(event: Event) -> None:
        if event.outcome is not None:
            found[event.task.name] = event.outcome.objective_min

    engine.run(given, hear, Flag())
    return found

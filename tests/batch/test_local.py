import random
import resource
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from threading import Event as Flag

import psutil
import pytest

from batches import Serial, objectives, small, task, tasks
from outreach_optimizer.batch.engine import TRIES_KILLED, Event
from outreach_optimizer.batch.local import Limits, Local, cores, memory_of
from outreach_optimizer.batch.task import Task
from outreach_optimizer.errors import EngineError

LIMITS = Limits(timeout_s=300, memory_mib=4000)
QUARTER_FILE = Path(__file__).parents[2] / "instances" / "quarter.json"
QUARTER = QUARTER_FILE.read_text(encoding="utf-8")


def workers() -> list[psutil.Process]:
    """Processes of the engine that runs here."""
    children = psutil.Process().children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def run(engine: Local, given: Iterable[Task], stopped: Flag | None = None) -> list[Event]:
    told: list[Event] = []
    engine.run(given, told.append, stopped or Flag())
    return told


def test_every_task_is_told_once_and_as_a_serial_run_says_it() -> None:
    told = run(Local(2, LIMITS), tasks(12))
    assert Counter(event.kind for event in told) == {"started": 12, "finished": 12}
    found = {event.task.name: event.outcome.objective_min for event in told if event.outcome}
    assert found == objectives(Serial(), tasks(12))
    assert not workers()


def test_no_task_needs_no_process() -> None:
    assert run(Local(2, LIMITS), []) == []


def test_workers_killed_at_random_times_cost_no_result() -> None:
    """Kills come at random moments after random progress, so that a slow machine gets anywhere, too."""
    over, go, chance, kills = Flag(), Flag(), random.Random(6), 0  # noqa: S311 - no secret
    told: list[Event] = []
    wanted = 0

    def hear(event: Event) -> None:
        if event.outcome:
            told.append(event)
            if len(told) >= wanted:
                go.set()

    def kill() -> None:
        nonlocal kills, wanted
        while go.wait() and not over.wait(chance.uniform(0, 0.5)):
            alive = workers()
            if alive:
                chance.choice(alive).kill()
                kills += 1
            wanted = len(told) + chance.randint(1, 30)
            go.clear()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        Local(2, LIMITS).run(tasks(300), hear, Flag())
    finally:
        over.set()
        go.set()
        killer.join()
    outcomes = {event.task.name: event.outcome for event in told if event.outcome}
    assert kills >= 10
    assert len(told) == len(outcomes) == 300
    assert Counter(outcome.status for outcome in outcomes.values()) == {"OPTIMAL": 300}


def test_a_task_whose_process_is_killed_again_and_again_is_set_aside_and_stops_no_other() -> None:
    told: list[Event] = []

    def hear(event: Event) -> None:
        told.append(event)
        if event.kind == "started" and event.task.name == "small-002":
            workers()[0].kill()

    Local(1, LIMITS).run([task(1), task(2, instance=QUARTER), task(3)], hear, Flag())
    ends = {event.task.name: event for event in told if event.outcome}
    assert [ends[name].kind for name in sorted(ends)] == ["finished", "set_aside", "finished"]
    aside = ends["small-002"]
    assert aside.tries == TRIES_KILLED
    assert aside.outcome is not None
    assert aside.outcome.status == "CRASHED"
    assert "SIGKILL" in aside.outcome.faults[0].en


def test_a_task_that_takes_down_its_process_is_set_aside_after_two_tries() -> None:
    told: list[Event] = []

    def hear(event: Event) -> None:
        told.append(event)
        if event.kind == "started" and event.task.name == "small-002":
            workers()[0].send_signal(signal.SIGSEGV)

    Local(1, LIMITS).run([task(1), task(2, instance=QUARTER), task(3)], hear, Flag())
    assert [event.kind for event in told if event.task.name == "small-002"] == [
        "started",
        "retried",
        "started",
        "set_aside",
    ]
    (fault,) = next(event.outcome.faults for event in told if event.kind == "set_aside" and event.outcome)
    assert "SIGSEGV" in fault.en
    assert "Fatal Python error" in fault.en
    assert sum(event.kind == "finished" for event in told) == 2


def test_a_task_that_takes_too_long_is_ended() -> None:
    told = run(Local(2, LIMITS._replace(timeout_s=2)), [task(1, instance=QUARTER, time_limit_s=600), task(2), task(3)])
    ends = {event.task.name: event.outcome.status for event in told if event.outcome}
    assert ends == {"small-001": "TIMEOUT", "small-002": "OPTIMAL", "small-003": "OPTIMAL"}


def test_a_task_that_takes_too_much_memory_is_ended() -> None:
    told = run(Local(1, LIMITS._replace(memory_mib=64)), [task(1, instance=QUARTER, time_limit_s=600)])
    assert [(event.kind, event.tries) for event in told][-1] == ("set_aside", 2)
    assert told[-1].outcome is not None
    assert told[-1].outcome.status == "OUT_OF_MEMORY"
    assert "64 MiB" in told[-1].outcome.faults[0].en


def test_memory_that_the_system_refuses_is_no_crash() -> None:
    told: list[Event] = []

    def hear(event: Event) -> None:
        told.append(event)
        if event.outcome and event.task.name == "small-001":
            resource.prlimit(workers()[0].pid, resource.RLIMIT_AS, (2**20, 2**20))

    huge = task(2, instance=small(2) + " " * 2**26)
    Local(1, LIMITS).run([task(1), huge], hear, Flag())
    assert {event.task.name: event.outcome.status for event in told if event.outcome} == {
        "small-001": "OPTIMAL",
        "small-002": "OPTIMAL",  # the second try has a process of its own
    }
    assert [event.kind for event in told if event.task.name == "small-002"] == [
        "started",
        "retried",
        "started",
        "finished",
    ]


def test_stopping_ends_all_processes_at_once() -> None:
    stopped, told = Flag(), []

    def hear(event: Event) -> None:
        told.append(event)
        if sum(one.kind == "started" for one in told) == 2:
            stopped.set()

    Local(2, LIMITS).run([task(n, instance=QUARTER, time_limit_s=600) for n in (1, 2, 3)], hear, stopped)
    assert [event.kind for event in told] == ["started", "started"]
    assert not workers()


def test_what_is_raised_while_telling_ends_the_run() -> None:
    class FullError(Exception):
        pass

    def hear(event: Event) -> None:
        if event.outcome:
            raise FullError

    with pytest.raises(FullError):
        Local(2, LIMITS).run(tasks(30), hear, Flag())
    assert not workers()


def test_tasks_are_drawn_as_they_are_needed() -> None:
    drawn, ended, ahead = 0, 0, 0

    def given() -> Iterable[Task]:
        nonlocal drawn
        for one in tasks(20):
            drawn += 1
            yield one

    def hear(event: Event) -> None:
        nonlocal ended, ahead
        ended += event.outcome is not None
        ahead = max(ahead, drawn - ended)

    Local(2, LIMITS).run(given(), hear, Flag())
    assert (drawn, ended) == (20, 20)
    assert ahead <= 8


def test_an_engine_without_processes_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/bin/false")
    with pytest.raises(EngineError) as caught:
        run(Local(1, LIMITS), tasks(1))
    assert caught.value.problem.code == "batch_no_process"


def test_the_machine_is_shared_by_its_processes() -> None:
    assert cores() >= 1
    assert memory_of(2) == pytest.approx(memory_of(1) / 2)
    assert memory_of(1) * 2**20 < psutil.virtual_memory().total


PARENT = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import psutil
from threading import Event
from batches import task
from outreach_optimizer.batch.local import Limits, Local

def hear(event):
    if event.kind == {when!r}:
        print(*[child.pid for child in psutil.Process().children()], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    instance = open({instance!r}).read() if {instance!r} else None
    Local(1, Limits(600, 4000)).run([task(1, instance=instance, time_limit_s=600)], hear, Event())
"""


@pytest.mark.parametrize(("when", "instance"), [("finished", ""), ("started", str(QUARTER_FILE))])
def test_no_process_outlives_its_parent(when: str, instance: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(tests=str(Path(__file__).parents[1]), when=when, instance=instance))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    children = [psutil.Process(int(pid)) for pid in done.stdout.split() if psutil.pid_exists(int(pid))]
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive

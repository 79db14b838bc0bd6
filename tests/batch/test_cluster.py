"""The cluster engine with a real scheduler and real workers: the same results, whoever dies meanwhile."""

import csv
import gc
import io
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import psutil
import pytest
from distributed import Client

from clusters import Nodes, cluster
from outreach_optimizer.batch.cluster import PATIENCE_S, Cluster, Terms
from outreach_optimizer.batch.connection import check_reachable, is_here, is_open
from outreach_optimizer.batch.engine import TRIES_KILLED, Event
from outreach_optimizer.batch.task import Order, Outcome, Task, task_of
from outreach_optimizer.batch.work import work
from outreach_optimizer.cli import main
from outreach_optimizer.cli.exit_codes import BAD_INPUT, REFUSED
from outreach_optimizer.errors import EngineError, InputError
from outreach_optimizer.generate import dump_instance, generate
from tiny import caseworker, client, instance, session, site

SOON_S = 60
"""For what happens within a second or two on a machine that has nothing else to do."""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with cluster(tmp_path_factory.mktemp("dask")) as started:
        yield started


def small(number: int) -> Task:
    """Three clients and one session: solved in a tenth of a second, each at another cost."""
    homes = [{"lat": 50.9 + 0.0011 * number, "lon": 10.3 + 0.01 * place} for place in range(3)]
    whole = instance(
        name=f"number {number}",
        sites=(site("site0"),),
        sessions=(session("s0", "site0"),),
        caseworkers=(caseworker("w0"), caseworker("w1")),
        clients=tuple(client(f"c{place}", home=home) for place, home in enumerate(homes)),
    )
    return task_of(f"small-{number}", {}, Order(instance=whole.model_dump_json(), time_limit_s=60))


def preset(name: str, seed: int, time_limit_s: float = 60) -> Task:
    order = Order(instance=dump_instance(generate(name, seed)), time_limit_s=time_limit_s)
    return task_of(f"{name}-{seed}", {}, order)


def figures(outcome: Outcome) -> tuple[object, ...]:
    """What must not depend on where a task was solved; the plan's text has the versions and seeds as well."""
    return outcome.status, outcome.objective_min, outcome.bound_min, outcome.kpis, outcome.sha256, outcome.terms


def here(task: Task) -> Outcome:
    return Outcome.model_validate_json(work(task.payload))


def run(
    nodes: Nodes,
    tasks: list[Task],
    hear: Callable[[Event], None] = lambda _: None,
    stopped: Flag | None = None,
    **terms: object,
) -> dict[str, Event]:
    """Last event of each task that was told to the end."""
    ended: dict[str, Event] = {}

    def tell(event: Event) -> None:
        if event.outcome is not None:
            assert event.task.name not in ended
            ended[event.task.name] = event
        hear(event)

    wanted = Terms(**({"timeout_s": 300} | terms))
    Cluster(nodes.address, wanted, lambda _: None).run(iter(tasks), tell, stopped or Flag())
    return ended


def has_solver(process: psutil.Process) -> bool:
    return any("ortools" in mapped.path for mapped in process.memory_maps())


def idle(nodes: Nodes) -> bool:
    with Client(nodes.address, set_as_default=False) as client:
        return not any(client.processing().values())


def until(happened: Callable[[], bool], seconds: float = SOON_S) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_results_are_those_of_this_process(nodes: Nodes) -> None:
    tasks = [*(preset("tiny", seed) for seed in range(1, 5)), *map(small, range(10))]
    ended = run(nodes, tasks)
    assert {name: figures(event.outcome) for name, event in ended.items() if event.outcome} == {
        task.name: figures(here(task)) for task in tasks
    }
    assert {(event.kind, event.tries) for event in ended.values()} == {("finished", 1)}


def test_plans_carry_the_real_names_and_pass_here(nodes: Nodes) -> None:
    task = preset("tiny", 9)
    outcome = run(nodes, [task])[task.name].outcome
    assert outcome is not None
    assert outcome.plan == here(task).plan


def test_with_rounded_homes_plans_are_priced_with_the_real_ones_and_proofs_are_theirs(nodes: Nodes) -> None:
    tasks = [*(preset("tiny", seed) for seed in range(1, 4)), *map(small, range(12))]
    ended = run(nodes, tasks, round_homes=True)
    for task in tasks:
        outcome, best = ended[task.name].outcome, here(task).objective_min
        assert outcome is not None
        assert best is not None
        assert outcome.objective_min is not None
        assert outcome.bound_min is not None
        assert outcome.bound_min <= best <= outcome.objective_min
        assert (outcome.status == "OPTIMAL") == (outcome.bound_min == outcome.objective_min)
    assert any(event.outcome and event.outcome.status == "FEASIBLE" for event in ended.values())


def test_a_faulty_instance_is_told_and_never_sent(nodes: Nodes) -> None:
    faulty = task_of("faulty", {}, Order(instance="{", time_limit_s=10))
    ended = run(nodes, [faulty, small(1)])
    outcomes = {name: event.outcome.status for name, event in ended.items() if event.outcome}
    assert outcomes == {"faulty": "INVALID", "small-1": "OPTIMAL"}


def test_workers_killed_at_random_times_cost_no_result(nodes: Nodes) -> None:
    """Kills come at random moments after some progress, so that a slow machine gets anywhere, too."""
    tasks, chance = [small(number) for number in range(300)], random.Random(6)  # noqa: S311 - no secret
    over, finished, kills = Flag(), Flag(), 0

    def hear(event: Event) -> None:
        if event.kind == "finished":
            finished.set()

    def kill() -> None:
        nonlocal kills
        while not over.wait(chance.uniform(0.2, 4)):
            victims = nodes.processes()
            if victims and finished.is_set():
                finished.clear()
                chance.choice(victims).kill()
                kills += 1

    killer = Thread(target=kill)
    killer.start()
    try:
        ended = run(nodes, tasks, hear)
    finally:
        over.set()
        killer.join()
    assert kills >= 3
    assert {name: event.kind for name, event in ended.items()} == {task.name: "finished" for task in tasks}
    sample = chance.sample(tasks, 20)
    assert [figures(outcome) for task in sample if (outcome := ended[task.name].outcome)] == [
        figures(here(task)) for task in sample
    ]


def test_a_worker_gets_its_first_task_when_it_has_imported_what_it_needs(tmp_path: Path) -> None:
    imported: list[bool] = []
    with cluster(tmp_path, workers=1) as nodes:

        def hear(event: Event) -> None:
            if event.kind == "started":
                imported.append(all(has_solver(process) for process in nodes.processes()))
                if len(imported) == 1:
                    for process in nodes.processes():
                        process.kill()

        ended = run(nodes, [small(1)], hear)
    assert imported == [True, True]
    assert (ended["small-1"].kind, ended["small-1"].tries) == ("finished", 2)


def test_a_task_whose_worker_died_is_tried_again_when_the_others_have_had_their_turn(nodes: Nodes) -> None:
    begun: list[tuple[str, int]] = []

    def hear(event: Event) -> None:
        if event.kind == "started":
            begun.append((event.task.name, event.tries))
            if begun[-1] == ("small-0", 1):
                for process in nodes.processes():
                    process.kill()

    tasks = [small(number) for number in range(8)]
    ended = run(nodes, tasks, hear)
    assert [tries for _, tries in begun[: len(tasks)]] == [1] * len(tasks)
    assert ("small-0", 2) in begun
    assert {event.kind for event in ended.values()} == {"finished"}


def test_a_task_with_which_every_worker_dies_is_set_aside_and_the_others_are_solved(nodes: Nodes) -> None:
    deadly = preset("quarter", 1)
    kinds: list[str] = []

    def hear(event: Event) -> None:
        if event.task.name == deadly.name:
            kinds.append(event.kind)
            if event.kind == "started":
                until(lambda: bool(nodes.processes()))
                for process in nodes.processes():
                    process.kill()

    ended = run(nodes, [deadly, *map(small, range(5))], hear)
    assert kinds == ["started", *("retried", "started") * (TRIES_KILLED - 1), "set_aside"]
    outcomes = {name: event.outcome for name, event in ended.items() if event.outcome}
    assert len(outcomes) == 6
    assert (outcomes[deadly.name].status, outcomes[deadly.name].faults[0].code) == ("CRASHED", "batch_crashed")


def test_a_task_that_takes_too_long_is_ended_twice_and_set_aside(nodes: Nodes) -> None:
    ended = run(nodes, [preset("quarter", 2), small(3)], timeout_s=3)
    outcomes = {name: event.outcome.status for name, event in ended.items() if event.outcome}
    assert outcomes == {"quarter-2": "TIMEOUT", "small-3": "OPTIMAL"}


def test_stopping_cancels_what_runs_and_leaves_the_cluster(nodes: Nodes) -> None:
    stopped = Flag()

    def hear(event: Event) -> None:
        if event.kind == "started" and event.task.name == "quarter-3":
            stopped.set()

    begin = time.monotonic()
    ended = run(nodes, [preset("quarter", 3, 600), small(1)], hear, stopped)
    assert "quarter-3" not in ended
    until(lambda: idle(nodes))
    assert time.monotonic() - begin < 300
    assert nodes.scheduler.poll() is None
    assert run(nodes, [small(2)]).keys() == {"small-2"}


def test_workers_that_come_later_are_used(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=0) as nodes:
        with pytest.raises(EngineError) as alone:
            run(nodes, [small(1)], patience_s=1)
        assert alone.value.problem.code == "cluster_no_workers"
        later = Thread(target=nodes.add_worker)
        later.start()
        assert run(nodes, [small(1)], patience_s=PATIENCE_S).keys() == {"small-1"}
        later.join()


@pytest.mark.parametrize(("line", "code"), [("Version: 9.9", "cluster_version"), ("", "cluster_without_program")])
def test_a_worker_with_another_program_or_none_is_named_and_stays(tmp_path: Path, line: str, code: str) -> None:
    about = tmp_path / "other" / "outreach_optimizer-9.9.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Name: outreach-optimizer\n{line}\n", encoding="utf-8")
    with cluster(tmp_path, workers=0) as nodes:
        nodes.add_worker(path=tmp_path / "other")
        with pytest.raises(EngineError) as differs:
            run(nodes, [small(1)])
        assert differs.value.problem.code == code
        assert len(nodes.processes()) == 1


def test_a_lost_scheduler_is_said(tmp_path: Path) -> None:
    with cluster(tmp_path) as nodes:

        def hear(event: Event) -> None:
            if event.outcome is not None:
                nodes.scheduler.send_signal(signal.SIGKILL)

        with pytest.raises(EngineError) as lost:
            run(nodes, [small(number) for number in range(50)], hear)
        assert lost.value.problem.code == "cluster_lost"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("127.0.0.1", "cluster_address"),
        ("127.0.0.1:port", "cluster_address"),
        ("nowhere at all", "cluster_address"),
        ("127.0.0.1:1", "cluster_unreachable"),
        ("tls://127.0.0.1:1", "cluster_unreachable"),
        ("carrier-pigeon://127.0.0.1:1", "cluster_unreachable"),
    ],
)
def test_an_address_without_cluster_is_refused(address: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        check_reachable(address)
    assert [problem.code for problem in refused.value.problems] == [code]
    # One that is left closes whenever it is collected, and may wait for a lock for ever then.
    assert {thing.status for thing in gc.get_objects() if type(thing) is Client} <= {"closed"}


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as refused:
        check_reachable("127.0.0.1:8786")
    assert [problem.code for problem in refused.value.problems] == ["cluster_extra"]


def test_only_loopback_addresses_are_here() -> None:
    assert all(map(is_here, ("127.0.0.1:8786", "tcp://127.3.2.1:1", "tls://[::1]:8786", "localhost:8786")))
    assert not any(map(is_here, ("192.0.2.7:8786", "tls://planner:8786", "tcp://[2001:db8::1]:1", "localhost.de:1")))
    assert [is_open(a) for a in ("127.0.0.1:1", "tcp://planner:1", "planner:1", "tls://planner:1")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_program_writes_the_same_table_as_on_this_machine_and_goes_on_where_it_was(
    nodes: Nodes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = tmp_path / "months"
    months.mkdir()
    for number in range(4):
        text = Order.model_validate_json(small(number).payload).instance
        (months / f"{number}.json").write_text(text, encoding="utf-8")
    (months / "broken.json").write_text("{", encoding="utf-8")
    local, there = tmp_path / "local", tmp_path / "there"
    elsewhere = ("--cluster", nodes.address)
    assert main(["batch", str(months), "-o", str(local), "--lang", "en"]) == REFUSED
    assert main(["batch", str(months), "-o", str(there), "--lang", "en", *elsewhere]) == REFUSED
    assert "Homes leave as they are, under pseudonyms." in capsys.readouterr().err
    told = [
        [{name: value for name, value in row.items() if name not in ("seconds", "peak_mib")} for row in rows_of(folder)]
        for folder in (local, there)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 5
    plans = [[path.read_text(encoding="utf-8") for path in sorted((f / "plans").iterdir())] for f in (local, there)]
    assert plans[0] == plans[1]
    journal = (there / "journal.jsonl").read_bytes()
    assert main(["batch", str(months), "-o", str(there), "--lang", "en", "--resume", *elsewhere]) == REFUSED
    assert (there / "journal.jsonl").read_bytes() == journal


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cluster", "127.0.0.1:1", "--jobs", "2", "--memory", "512"), ("--jobs", "--memory", "together with")),
        (("--round-homes",), ("--round-homes", "only together with --cluster")),
        (("--cluster", "somewhere"), ("--cluster", "no address of a cluster")),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    (tmp_path / "one.json").write_text(Order.model_validate_json(small(1).payload).instance, encoding="utf-8")
    assert main(["batch", str(tmp_path / "one.json"), "-o", str(tmp_path / "out"), "--lang", "en", *words]) == BAD_INPUT
    said = capsys.readouterr().err
    assert all(part in said for part in told)
    assert not (tmp_path / "out").exists()


def rows_of(folder: Path) -> list[dict[str, str]]:
    text = (folder / "results.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))

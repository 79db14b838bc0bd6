"""The command ``certify``: what it prints, its document, its exit codes, and what it makes of forged plans."""

import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from outreach_optimizer.checker import MICRO, check
from outreach_optimizer.cli import main
from outreach_optimizer.errors import CheckError
from outreach_optimizer.generate import dump_instance, generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.certificate import certified_gap
from outreach_optimizer.outputs.documents import plan_text
from outreach_optimizer.relaxation.bound import Bound, bound
from outreach_optimizer.relaxation.prices import certificate_of, default_prices, prices_of
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.solver import solve
from priced import MINUTE, climbed, forged_certificates
from tiny import caseworker, client, instance, only, plan, session, site, table

GOOD = plan("am-w1 am-w2", "c1-am-w1-09:00 c2-am-w2-09:00 c3-am-w1-10:00")
ALONE = plan("am-w1", "c1-am-w1-09:00")
PROOF = Proof(status="OPTIMAL", objective=1, bound=0.5, gap=0.5, seed=0, workers=1, versions={})


def town(walk_in_reserve: int = 1) -> Instance:
    """One session for three of four clients; 2 × 30 min of drive, 30 min of set-up, 20 min of ways for each."""
    names = ["c1", "c2", "c3", "c4"]
    return instance(
        sites=(site("a"),),
        sessions=(session("am", "a"),),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(client(name) for name in names),
        travel=only(table("clients", ["a"], {name: [10] for name in names}), table("offices", ["a"], {"base": [15]})),
        rules={"walk_in_reserve": walk_in_reserve},
    )


def certified(problem: Instance, schedule: Schedule) -> Schedule:
    """With prices of 240 min for every client, at which the bound is the optimum."""
    dear = np.full(len(problem.clients), 240 * MINUTE, dtype=np.int64)
    return schedule.replace(certificate=certificate_of(problem, default_prices(problem)._replace(clients=dear)))


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def written(folder: Path, problem: Instance, schedule: Schedule) -> list[str]:
    paths = folder / "instance.json", folder / "plan.json"
    paths[0].write_text(dump_instance(problem), encoding="utf-8")
    paths[1].write_text(plan_text(schedule), encoding="utf-8")
    return [str(path) for path in paths]


def test_a_certified_plan_in_german(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = written(tmp_path, town(), certified(town(), GOOD))
    assert main(["certify", *files]) == 0
    assert capsys.readouterr().out == (
        "Alle Regeln eingehalten\n"
        "Zielwert, nachgerechnet: 390,000 min\n"
        "Belegte Schranke: 390,000 min; kein Plan, der alle Regeln einhält, kostet weniger\n"
        "Belegter Abstand: 0,000 %\n"
        "Aus den Preisen im Plan nachgerechnet, mit ganzen Zahlen und ohne Löser; falsche Preise beweisen "
        "weniger, nie etwas Falsches.\n"
        "\n"
        "Was der Löser angab; hier nicht geprüft:\n"
        "nichts\n"
    )


def test_claims_stand_apart_from_what_is_certified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schedule = certified(town(), GOOD).replace(proof=PROOF)
    assert main(["certify", *written(tmp_path, town(), schedule), "--lang", "en"]) == 0
    proven, claimed = capsys.readouterr().out.split("What the solver said; not verified here:\n")
    assert "Certified bound: 390.000 min" in proven
    assert claimed == "proven optimal, objective 1.000 min, bound 0.500 min, gap 50.000 %\n"


def test_the_document_has_both_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schedule = certified(town(), GOOD).replace(proof=PROOF)
    assert main(["certify", *written(tmp_path, town(), schedule), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["objective_micro"] == document["bound_micro"] == 390 * MICRO
    assert document["objective_min"] == document["bound_min"] == 390
    assert (document["gap"], document["certificate"], document["violations"]) == (0, True, 0)
    assert document["claimed"] == {"status": "OPTIMAL", "objective_min": 1, "bound_min": 0.5, "gap": 0.5}
    assert sum(document["parts_micro"].values()) == document["bound_micro"]
    assert document["made_for_this_instance"] is None


def test_a_plan_without_certificate_has_a_weak_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = written(tmp_path, town(), GOOD)
    assert main(["certify", *files, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["certificate"], document["claimed"]) == (False, None)
    assert 0 < document["bound_min"] < 390
    assert main(["certify", *files, "--lang", "en"]) == 0
    assert "The plan carries no certificate." in capsys.readouterr().out


def test_a_plan_that_breaks_rules_has_no_gap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = written(tmp_path, town(), certified(town(), ALONE))
    assert main(["certify", *files, "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("Broken rule: min_crew (1 violation)\n")
    assert "No gap: the plan breaks rules.\n" in told
    assert main(["certify", *files, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["gap"] is None


def test_prices_made_for_another_instance_give_a_bound_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = town(walk_in_reserve=0)
    reference = InstanceReference(name=other.name, sha256=other.digest)
    schedule = certified(other, GOOD).replace(instance=reference)
    files = written(tmp_path, town(), schedule)
    assert main(["certify", *files, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert f"The plan belongs to another instance (tiny, SHA-256 {other.digest[:12]}…).\n" in told
    assert "The bound holds for the instance given here, whatever plan the prices come from.\n" in told
    assert main(["certify", *files, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["made_for_this_instance"] is False
    assert document["bound_micro"] <= document["objective_micro"]


def test_a_bound_above_a_plan_that_keeps_all_rules_is_our_bug() -> None:
    report = check(town(), GOOD)
    with pytest.raises(CheckError, match="above the checked objective"):
        certified_gap(report, Bound(report.objective_micro + 1, 0, 0, 0, 0))
    assert certified_gap(report, Bound(report.objective_micro, 0, 0, 0, 0)) == 0


def written_with(certificate: dict[str, object], folder: Path) -> list[str]:
    """The files of a good plan, whose certificate nobody has looked at."""
    files = written(folder, town(), GOOD)
    tree = json.loads(Path(files[1]).read_text(encoding="utf-8")) | {"certificate": certificate}
    Path(files[1]).write_text(json.dumps(tree), encoding="utf-8")
    return files


@pytest.mark.parametrize(
    ("certificate", "told"),
    [
        ({"clients": {"c9": 1}}, "/certificate/clients/c9"),
        ({"duties": {"pm": {"w1": 1}}}, "/certificate/duties/pm"),
        ({"duties": {"am": {"w9": 1}}}, "/certificate/duties/am/w9"),
        ({"balance": {"w9": 1}}, "/certificate/balance/w9"),
        ({"clients": {"c1": 10**16}}, "/certificate/clients/c1"),
        ({"clients": {"c1": 0.5}}, "/certificate/clients/c1"),
        ({"clients": [1, 2]}, "/certificate/clients"),
        ({"budget": "much"}, "/certificate/budget"),
        ({"sessions": {}}, "/certificate/sessions"),
    ],
)
def test_a_certificate_that_cannot_be_read_is_told_so(
    certificate: dict[str, object], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["certify", *written_with(certificate, tmp_path)]) == 2
    assert f"{told}: " in capsys.readouterr().err


@pytest.mark.parametrize("certificate", [{"clients": {"c1": 10**16}}, {"duties": {"am": {"w1": 10**16}}}])
def test_a_price_that_is_too_large_is_told_what_is_allowed(
    certificate: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["certify", *written_with(certificate, tmp_path)]) == 2
    assert f"von -{10**15} bis {10**15}. Gefunden: {10**16}." in capsys.readouterr().err


@cache
def small_town() -> tuple[Instance, Schedule, int]:
    """The smallest preset, its optimal plan with prices that are climbed to, and the optimum in millionths."""
    problem = generate("tiny", 1)
    result = solve(problem, workers=1)
    assert result.status == "OPTIMAL"
    assert result.schedule is not None
    assert result.report is not None
    prices = climbed(problem, random.Random(0), 600)  # noqa: S311 - no secret
    return problem, result.schedule.replace(certificate=certificate_of(problem, prices)), result.report.objective_micro


def test_sixty_forged_certificates_never_reach_above_the_optimum() -> None:
    problem, schedule, optimum = small_town()
    true = bound(problem, prices_of(problem, schedule.certificate)).micro
    assert 0.8 * optimum <= true <= optimum
    assert schedule.certificate is not None
    forged = forged_certificates(schedule.certificate, random.Random(1), 60)  # noqa: S311 - no secret
    bounds = [bound(problem, prices_of(problem, certificate)).micro for certificate in forged]
    assert max(bounds) <= optimum
    assert sum(value < true for value in bounds) > 50


def test_a_forged_plan_file_is_certified_with_a_weaker_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, schedule, optimum = small_town()
    assert schedule.certificate is not None
    for number, forged in enumerate(forged_certificates(schedule.certificate, random.Random(2), 6)):  # noqa: S311 - same
        files = written(tmp_path, problem, schedule.replace(certificate=forged))
        assert main(["certify", *files, "--json"]) == 0, number
        document = json.loads(capsys.readouterr().out)
        assert document["bound_micro"] <= document["objective_micro"] == optimum


def test_neither_solver_nor_model_is_loaded(tmp_path: Path) -> None:
    files = written(tmp_path, town(), certified(town(), GOOD))
    command = [sys.executable, "-X", "importtime", "-m", "outreach_optimizer", "certify", *files]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "outreach_optimizer.relaxation.bound" in loaded
    assert not [
        name for name in loaded if name.startswith(("ortools", "outreach_optimizer.model", "outreach_optimizer.solver"))
    ]

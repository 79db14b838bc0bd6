"""The README's start of two nodes runs as it stands, also encrypted, and leaves nothing behind."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def environment(**more: str) -> dict[str, str]:
    """The program of this Python comes first, as in an activated environment."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return os.environ | {"PATH": path, "PYTHONUTF8": "1", "OUTREACH_LANG": "en"} | more


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -e\n{script}\nwait || true"],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def two_nodes() -> str:
    (block,) = re.findall(r"^```bash\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return str(block)


def solved(folder: Path) -> None:
    plans = sorted((folder / "two-nodes-results" / "plans").iterdir())
    assert [path.name for path in plans] == ["first.json", "second.json"]
    assert [json.loads(path.read_text(encoding="utf-8"))["proof"]["status"] for path in plans] == ["OPTIMAL"] * 2


def test_the_two_nodes_of_the_readme_solve_what_they_get_and_are_gone_in_the_end(tmp_path: Path) -> None:
    told = run(two_nodes(), tmp_path)
    assert told.returncode == 0, told.stderr
    assert "2 of 2 done, 2 with a plan" in told.stdout
    solved(tmp_path)
    nodes = [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if "28786" in " ".join(process.info["cmdline"] or ())
    ]
    assert nodes == []


def test_nothing_of_the_two_nodes_listens_to_other_machines(tmp_path: Path) -> None:
    ours = two_nodes().replace("outreach batch", "python listening.py; outreach batch")
    (tmp_path / "listening.py").write_text(
        "import os, psutil\n"
        "from distributed import Client\n"
        "Client('127.0.0.1:28786', timeout=120).wait_for_workers(2)\n"
        "for process in psutil.Process(os.getppid()).children(recursive=True):\n"
        "    for found in process.net_connections('inet'):\n"
        "        if found.status == psutil.CONN_LISTEN:\n"
        "            print('listens', found.laddr.ip)\n",
        encoding="utf-8",
    )
    told = run(ours, tmp_path)
    listening = re.findall(r"^listens (.*)$", told.stdout, re.MULTILINE)
    assert len(listening) >= 5
    assert set(listening) == {"127.0.0.1"}


def test_encrypted_as_the_readme_says(tmp_path: Path) -> None:
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-keyout", "machine.key", "-out", "machine.pem",
        ],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    shutil.copy(tmp_path / "machine.pem", tmp_path / "authority.pem")
    (settings,) = re.findall(r"^(export DASK_.*?^done)$", README, re.DOTALL | re.MULTILINE)
    encrypted = (
        two_nodes()
        .replace("dask scheduler", "dask scheduler --protocol tls")
        .replace("127.0.0.1:28786", "tls://127.0.0.1:28786")
    )
    told = run(f"{settings}\n{encrypted}", tmp_path)
    assert told.returncode == 0, told.stderr
    solved(tmp_path)

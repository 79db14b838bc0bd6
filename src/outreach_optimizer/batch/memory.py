"""Memory of processes and of the machine, MiB."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

MIB = 2**20
PEAK_RESET = Path("/proc/self/clear_refs")
CONTROL_GROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def forget_peak() -> None:
    """Let `peak_mib` count from now on, where the system can (Linux)."""
    with suppress(OSError):
        PEAK_RESET.write_text("5", encoding="ascii")


def peak_mib() -> float:
    """Highest resident memory of this process since `forget_peak`, elsewhere since its start or, at least, now."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    held = psutil.Process().memory_info()
    return round(getattr(held, "peak_wset", held.rss) / MIB, 1)


def resident_mib(pids: Collection[int]) -> Mapping[int, float]:
    """Resident memory of processes, each with those that it has started itself; 0 if it has ended."""
    held = dict.fromkeys(pids, 0.0)
    for process in psutil.process_iter(["ppid"]):
        owner = process.pid if process.pid in held else process.info["ppid"]
        if owner in held:
            with suppress(psutil.Error):
                held[owner] += process.memory_info().rss / MIB
    return held


def available_mib() -> float:
    """Memory that could be had without swapping."""
    return psutil.virtual_memory().available / MIB


def machine_mib() -> float:
    """Memory of the machine, or of the container if that may use less."""
    limits = [psutil.virtual_memory().total]
    for path in CONTROL_GROUPS:
        with suppress(OSError, ValueError):
            limits.append(int(path.read_text(encoding="ascii")))
    return min(limits) / MIB

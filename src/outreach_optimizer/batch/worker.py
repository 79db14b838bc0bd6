"""A process of the local engine: reads payloads from its connection, writes outcomes."""

import faulthandler
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

OUT_OF_MEMORY = 77
"""Exit code that says that memory was refused."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For the linear algebra of numpy, which would else take all cores."""
READY = b"ready"
GOODBYE = b""


def serve(connection: Connection, complaints: Path) -> None:
    """Do one task after the other until goodbye is said; end at once when the other side is gone, also amid a task.

    Parameters
    ----------
    complaints
        File for what is printed on the standard error.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, not for us
    _redirect(1, Path(os.devnull))
    _redirect(2, complaints)
    faulthandler.enable()
    os.environ.update(ONE_THREAD)
    from outreach_optimizer.batch.work import work  # noqa: PLC0415 - OR-Tools takes a second and may print something

    payloads: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(connection, payloads), name="receive", daemon=True).start()
    try:
        connection.send_bytes(READY)
        while payload := payloads.get():
            connection.send_bytes(work(payload.decode()).encode())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError:
        os._exit(1)  # the parent is gone


def _receive(connection: Connection, payloads: "SimpleQueue[bytes]") -> None:
    """Read on while a task is solved, so that the parent never waits, and its end is noticed."""
    payload = None
    while payload != GOODBYE:
        try:
            payload = connection.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        payloads.put(payload)


def _redirect(stream: int, target: Path) -> None:
    file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, stream)
    os.close(file)

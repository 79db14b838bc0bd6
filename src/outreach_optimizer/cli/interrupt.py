"""What Ctrl-C does: the first one asks, the second one ends."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from outreach_optimizer.cli.exit_codes import BROKEN_OFF
from outreach_optimizer.cli.screen import Screen

LOOK_S = 0.1
"""How often the waiting main thread looks up, seconds; Windows hears Ctrl-C no sooner."""


@contextmanager
def first_interrupt(screen: Screen) -> Iterator[Event]:
    """Event that the first Ctrl-C sets, to ask for an end; the second one ends the program at once."""
    stop = Event()
    last_words = f"\n{screen.texts.say('cli.solve.broken_off')}\n".encode(errors="replace")

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            # Threads may still be at work, so there is no orderly way out; files are written atomically.
            os.write(2, last_words)
            os._exit(BROKEN_OFF)
        stop.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)

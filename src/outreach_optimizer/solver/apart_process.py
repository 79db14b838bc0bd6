"""Program of a process that works for the search: reads pickled tasks from standard input, writes pickled answers.

A task is the name of a function, as ``module:function``, and its arguments. The process ends with its parent, when
standard input does. What a task prints goes nowhere.
"""

import importlib
import os
import pickle
import sys


def main() -> None:
    """Do one task after the other."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    while True:
        try:
            name, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
        except EOFError:
            return
        module, function = name.split(":")
        answer = getattr(importlib.import_module(module), function)(*arguments)
        pickle.dump(answer, told, protocol=pickle.HIGHEST_PROTOCOL)
        told.flush()


if __name__ == "__main__":
    main()

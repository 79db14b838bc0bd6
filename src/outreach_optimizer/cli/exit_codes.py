"""What the program's exit codes mean."""

DONE = 0
REFUSED = 1
"""A plan breaks rules, no plan can keep them, or not everything in a batch has a plan."""
BAD_INPUT = 2
"""A file or the command line is wrong."""
NO_RESULT = 3
"""Time was over before there was a plan, or a batch has lost what it runs on."""
BROKEN_OFF = 130
"""Ctrl-C twice, before the search, or in a batch."""

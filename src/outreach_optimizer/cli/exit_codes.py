"""What the program's exit codes mean."""

DONE = 0
REFUSED = 1
"""A plan breaks rules, or no plan can keep them."""
BAD_INPUT = 2
"""A file or the command line is wrong."""
NO_RESULT = 3
"""Time was over before there was a plan."""
BROKEN_OFF = 130
"""Ctrl-C twice, or before the search."""

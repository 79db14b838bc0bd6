"""The published sets are not part of the repository; tests of them are collected where they are at hand."""

from published_sets import BENCH

collect_ignore = [] if BENCH.is_dir() else ["test_published_sets.py"]

"""The page of a study: what it shows, how sure that is, and every run as a dot."""

from outreach_optimizer.outputs.study.page import render

__all__ = ["render"]

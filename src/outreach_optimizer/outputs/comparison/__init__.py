"""The report of a comparison: one HTML page for people, the first sheet of it for whoever decides."""

from outreach_optimizer.outputs.comparison.page import render

__all__ = ["render"]

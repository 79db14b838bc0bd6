"""Prices for the relaxation: found by subgradient steps in floating point, judged by `relaxation.bound` in integers."""

"""Factorial studies: a specification, its runs, and what they show."""

"""Encode it: the rules and terms as a CP-SAT model. Nothing here reads ``constraints/`` or ``objectives/``."""

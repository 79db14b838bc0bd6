"""Instances that are location problems: which sessions are held, and who goes where, is all there is to decide."""

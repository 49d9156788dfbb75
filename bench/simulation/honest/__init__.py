"""Honest people: who they are and how they come, one group a file."""

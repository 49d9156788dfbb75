"""Rings: the accounts that one operator runs, found by what they share and what honest people would not."""

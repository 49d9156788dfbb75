"""Indicators of rings, shared with partners who agreed on a key: what we tell them, and what becomes of what they tell."""

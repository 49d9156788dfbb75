"""Indicators of rings, shared with partners under a key: what we tell them, and what becomes of what they tell."""

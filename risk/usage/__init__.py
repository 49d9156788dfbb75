"""Use: what gateways report of accounts' calls, in counts and sketches, never in content."""

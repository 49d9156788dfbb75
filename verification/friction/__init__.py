"""Whom signing up costs how much: tallies of groups, rates with intervals, alarms, and thresholds that ease."""

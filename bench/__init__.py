"""Benchmarks: `make bench` runs all; README.md has what they came to."""

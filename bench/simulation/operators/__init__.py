"""Operators: parties that open many accounts, one way of doing it a file."""

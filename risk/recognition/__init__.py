"""Knowing a device again although its browser has changed since. Pure: no Django, no network, no database."""

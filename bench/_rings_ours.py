"""The measured part of bench/rings.py that is ours: find, judge, sweep and judge, as a full round does it."""

import time

import numpy as np

from bench._rings_child import Say, measured
from bench._rings_towns import Records
from risk.rings.columns import Ints
from risk.rings.looking import guessed, swept


def groups_of(records: Records, say: Say) -> Ints:
    """The ring of each account."""
    started = time.perf_counter()
    accounts = records.columns()
    say("columns", time.perf_counter() - started)
    looked = guessed(accounts)
    say("find", time.perf_counter() - started)
    looked = swept(looked)
    say("sweep and judge", time.perf_counter() - started)
    ring = np.full(len(accounts), -1, dtype=np.int64)
    groups = looked.found.groups
    told = looked.told[groups.group]
    ring[accounts.subjects[groups.rows[told]]] = groups.group[told]
    return ring


if __name__ == "__main__":
    measured(groups_of)

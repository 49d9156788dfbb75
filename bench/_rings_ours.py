"""The measured part of bench/rings.py that is ours: find, judge, sweep and judge, as a full round does it."""

import time

import numpy as np

from bench._rings_child import Say, measured
from bench._rings_towns import Records
from risk.rings.columns import Ints
from risk.rings.detection import find, sweep
from risk.rings.judging import judge

KNOWN, SUSPECTED = 0.9, 0.5  # as in risk.rings.rounds, which needs a database; a test holds them together


def groups_of(records: Records, say: Say) -> Ints:
    """The ring of each account."""
    started = time.perf_counter()
    accounts = records.columns()
    say("columns", time.perf_counter() - started)
    found = find(accounts)
    say("find", time.perf_counter() - started)
    found = sweep(found, judge(found).score >= KNOWN)
    judged = judge(found)
    say("sweep and judge", time.perf_counter() - started)
    ring = np.full(len(accounts), -1, dtype=np.int64)
    told = judged.score[found.groups.group] >= SUSPECTED
    ring[accounts.subjects[found.groups.rows[told]]] = found.groups.group[told]
    return ring


if __name__ == "__main__":
    measured(groups_of)

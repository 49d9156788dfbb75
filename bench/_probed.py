"""When a source that tries out what passes is shown, and what it knows by then: a part of bench.detector_attacks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, Final

import numpy as np

from bench._detection_records import Records
from risk.probing import Run, runs
from risk.rings.columns import Floats, Ints, Traces

DAY: Final = 86_400.0
CONFIRM: Final = 0.8  # of honest people, their mailbox within the day; of who tries things out, nobody


@dataclass(frozen=True, slots=True)
class Shown:
    """One attacker: how many tries it made until it was shown, None: it never was; and how many bits it was told."""

    kept: str
    tries: int | None
    by_outcome: float
    by_score: float


def shown(attacker: Mapping[str, Any], records: Records) -> Shown:
    """Let an attacker's tries come among everybody's of the day, one after the other, until it is shown."""
    at, links = np.array(attacker["at"]), np.array([one["links"] for one in attacker["tries"]], dtype=np.int64)
    number = None
    for tried in range(1, len(at) + 1):
        traces = _with(records, at[:tried], links[:tried])
        if any(
            max(run.subjects) >= len(records) for run in runs(traces, unproven=np.ones(len(traces), dtype=np.bool_))
        ):
            number = tried
            break
    heard = attacker["tries"][: number or len(at)]
    return Shown(attacker["kept"], number, _bits(one["outcome"] for one in heard), _bits(one["score"] for one in heard))


def accused(records: Records, luck: np.random.Generator) -> dict[str, int]:
    """Runs among everybody's own signups, day by day: of operators, and of honest people, if none or most confirm."""
    found: Counter[str] = Counter()
    honest = records.honest
    confirmed = honest & (luck.random(len(records)) < CONFIRM)
    for first in np.arange(records.at.min(), records.at.max(), DAY / 2).tolist():
        rows = np.flatnonzero((records.at >= first) & (records.at < first + DAY))
        for name, unproven in (("nobody confirms", np.ones(len(rows), np.bool_)), ("most confirm", ~confirmed[rows])):
            for run in runs(_traces(records, rows), unproven=unproven):
                found[f"{_whose(run, honest)}, {name}"] += 1
    return dict(found)


def _whose(run: Run, honest: np.ndarray[Any, Any]) -> str:
    return "honest" if honest[list(run.subjects)].mean() > 0.5 else "operators"


def _traces(records: Records, rows: Ints) -> Traces:
    """Subjects are rows of the history."""
    return Traces(rows.astype(np.int64), records.at[rows], records.links[rows], records.tells[rows])


def _with(records: Records, at: Floats, links: Ints) -> Traces:
    """Everybody of the day before the last try, and the tries, whose subjects come after all others."""
    day = _traces(records, np.flatnonzero((records.at > at[-1] - DAY) & (records.at <= at[-1])))
    return Traces(
        np.concatenate([day.subjects, len(records) + np.arange(len(at))]),
        np.concatenate([day.at, at]),
        np.concatenate([day.links, links]),
        np.concatenate([day.tells, np.zeros((len(at), day.tells.shape[1]), dtype=np.int64)]),
    )


def _bits(answers: Iterable[Any]) -> float:
    """What answers tell together: their entropy (Shannon 1948), as if each try were chosen as well as it can be."""
    counts = Counter(answers)
    total = counts.total()
    return -sum(count * log2(count / total) for count in counts.values())


def middle(numbers: Sequence[float]) -> float:
    """Of several attackers'."""
    return float(np.median(numbers))

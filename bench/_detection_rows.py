"""Whether single rows give late operators away: then rings would have proved nothing, and the simulator is to blame."""

from collections.abc import Iterable, Sequence
from typing import Any

import lightgbm
import numpy as np

from bench._detection_records import Records
from risk.learning.measures import auc, rows
from risk.rings.columns import Floats, Ints

LATE = ("generator", "antidetect", "all_rotating")
NUMBERS = (
    "local",
    "digits",
    "marks",
    "hour",
    "weekday",
    "hardware_concurrency",
    "device_memory",
    "touch_points",
    "fonts",
    "duration_ms",
    "keystrokes",
    "pastes",
    "pointer_events",
)
COMMON = 5  # rows that show a word before it counts as known
TREES: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.8,
    "lambda_l2": 1.0,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "verbosity": -1,
}
ROUNDS = 200


def row_auc(learn_from: Sequence[Records], measured_on: Sequence[Records], kinds: Sequence[str] = LATE) -> float:
    """How well single rows tell operators of some kinds from honest people, as the area under the curve."""
    words = _words(learn_from)
    taught = lightgbm.train(
        TREES,
        lightgbm.Dataset(
            _table(learn_from, words, kinds),
            label=_labels(learn_from, kinds),
            categorical_feature=list(range(len(NUMBERS), len(NUMBERS) + len(words))),
        ),
        num_boost_round=ROUNDS,
    )
    told = np.asarray(taught.predict(_table(measured_on, words, kinds)))
    return auc(rows(told, _labels(measured_on, kinds) > 0))


def _asked(records: Records, kinds: Sequence[str]) -> Ints:
    return np.flatnonzero(records.honest | np.isin(records.kind, kinds))


def _labels(several: Sequence[Records], kinds: Sequence[str]) -> Floats:
    return np.concatenate([(~records.honest)[_asked(records, kinds)] for records in several]).astype(np.float64)


def _words(several: Sequence[Records]) -> dict[str, dict[Any, int]]:
    """Every word that is common enough, by field, numbered."""
    first = several[0].shown[0]
    return {
        name: _numbered(row[name] for records in several for row in records.shown) for name in first.keys() - NUMBERS
    }


def _numbered(words: Iterable[Any]) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return {word: place for place, word in enumerate(word for word, count in counts.items() if count >= COMMON)}


def _table(several: Sequence[Records], words: dict[str, dict[Any, int]], kinds: Sequence[str]) -> Floats:
    table = [_row(records.shown[row], words) for records in several for row in _asked(records, kinds)]
    return np.array(table, dtype=np.float64)


def _row(shown: dict[str, Any], words: dict[str, dict[Any, int]]) -> list[float]:
    numbers = [np.nan if shown[name] is None else float(shown[name]) for name in NUMBERS]
    return numbers + [known.get(shown[name], np.nan) for name, known in sorted(words.items())]

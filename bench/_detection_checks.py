"""Whether what was measured may be believed.

Placebo rings of honest people, a classifier of single rows, and weights that never met a kind of operator.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from scipy.optimize import minimize

from bench._detection_measures import Numbers
from bench._detection_records import KNOWN, SUSPECTED, Records
from bench.simulation.honest.singles import SINGLES
from bench.simulation.population import OPERATORS
from risk.learning.measures import auc, rows
from risk.rings.columns import Columns, Flags, Floats, Ints
from risk.rings.detection import Found, by_group, find, sweep
from risk.rings.judging import CROWD, LEAST_MEMBERS, features, judge
from risk.rings.links import Link
from risk.rings.profiles import ASPECTS, Groups, profiles

LATE = ("generator", "antidetect", "all_rotating")
RANDOM_SIZES = (6, 60)
SEED = 1
NUMBERS = ("local", "digits", "marks", "hour", "weekday", "hardware_concurrency", "device_memory", "touch_points")
NUMBERS += ("fonts", "duration_ms", "keystrokes", "pastes", "pointer_events")
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
# Of the fit of the judging: a large group weighs no more than HEAVIEST members, an honest one HONEST_WEIGHT times as much
# as an operator's, and RIDGE pulls weights to nothing.
HEAVIEST, HONEST_WEIGHT, RIDGE, SCALE = 60, 3.0, 0.1, 100.0


# Placebo rings


def placebos(records: Records) -> Numbers:
    """Of honest people who are made into groups, the share in groups that are judged to be rings."""
    accounts, honest = records.columns(), np.flatnonzero(records.honest)
    crowds = ~np.isin(records.group[honest], [*SINGLES, "ordinary"])
    address = records.links[honest, Link.ADDRESS]
    dice = np.random.default_rng(SEED)
    sizes = dice.integers(*RANDOM_SIZES, size=len(honest))
    lot = np.repeat(np.arange(len(sizes)), sizes)[: len(honest)]
    return {
        "placebo crowd": _accused(accounts, honest[crowds], records.party[honest[crowds]]),
        "placebo address": _accused(accounts, honest[address != 0], address[address != 0]),
        "placebo random": _accused(accounts, dice.permutation(honest), lot),
    }


def _accused(accounts: Columns, people: Ints, of: Ints) -> float:
    """The share of the people in groups that are large enough who stand in one that is told as a ring."""
    _, group, size = np.unique(of, return_inverse=True, return_counts=True)
    large = size[group] >= LEAST_MEMBERS
    numbers, group = np.unique(group[large], return_inverse=True)
    groups = Groups(people[large], group.astype(np.int64), len(numbers))
    if not groups.number:
        return 0.0
    learnt = profiles(accounts, groups)
    score = judge(Found(learnt, learnt.fit(groups.rows, groups.group))).score
    return float((score[groups.group] >= SUSPECTED).mean())


# A classifier of single rows


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


# Weights that never met a kind


@dataclass(frozen=True, slots=True)
class Groupings:
    """The groups that were found in one history, before anything was judged."""

    found: Found
    features: Floats  # groups by features
    size: Ints
    kind: Sequence[str]  # of operator whose accounts are most of the group, "" for none


def groupings(records: Records) -> Groupings:
    """Look for groups, and name who is behind each."""
    found = find(records.columns())
    groups, kinds, row_kind = found.groups, ["", *OPERATORS], records.kind
    shares = [by_group(found, (row_kind[groups.rows] == kind).astype(np.float64)) for kind in kinds]
    most = np.array(shares).argmax(axis=0) if groups.number else np.empty(0, dtype=np.int64)
    operated = np.array(shares[1:]).sum(axis=0) > 0.5
    kind = [kinds[place] if place and theirs else "" for place, theirs in zip(most, operated, strict=True)]
    return Groupings(found, _features(found), groups.size, kind)


def _features(found: Found) -> Floats:
    nats = np.array([by_group(found, line) for line in found.fit.nats]).reshape(len(ASPECTS), -1)
    program = by_group(found, found.profiles.accounts.program[found.groups.rows].astype(np.float64))
    return features(nats, found.groups.size, program)


def without(kind: str, learn_from: Sequence[Groupings]) -> Floats:
    """Weights, the base last, that are learnt from all groups but those of one kind of operator.

    A logistic regression in which no aspect, no program and no size may speak against a ring, and no crowd for one.
    """
    some = [np.array([of != kind for of in each.kind]) & (each.size >= LEAST_MEMBERS) for each in learn_from]
    known = np.concatenate([each.features[keep] for each, keep in zip(learn_from, some, strict=True)])
    operated = [np.array([of != "" for of in each.kind]) for each in learn_from]
    theirs = np.concatenate([each[keep] for each, keep in zip(operated, some, strict=True)])
    size = np.concatenate([each.size[keep] for each, keep in zip(learn_from, some, strict=True)])
    return _fitted(np.column_stack([known, np.ones(len(known))]), theirs.astype(np.float64), size)


def _fitted(known: Floats, theirs: Floats, size: Ints) -> Floats:
    heavy = np.minimum(size, HEAVIEST) * np.where(theirs > 0, 1.0, HONEST_WEIGHT)
    heavy = heavy / heavy.sum() * SCALE
    pulled = np.append(np.full(known.shape[1] - 1, RIDGE), 0.0)
    bounds = [(0, 3)] * (len(ASPECTS) + 2) + [(-3, 0)] * len(CROWD) + [(-30, 5)]

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = known @ weights
        chance = 1 / (1 + np.exp(-odds))
        wrong = float((heavy * (np.logaddexp(0, odds) - theirs * odds)).sum() + (pulled * weights**2).sum())
        slope: Floats = known.T @ (heavy * (chance - theirs)) + 2 * pulled * weights
        return wrong, slope

    found = minimize(loss, np.zeros(known.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    weights: Floats = found.x
    return weights


def judged_by(weights: Floats, grouping: Groupings, accounts: int) -> Flags:
    """Who stands in a ring when groups are judged by these weights."""
    found = sweep(grouping.found, _chance(weights, grouping.found) >= KNOWN)
    told = _chance(weights, found) >= SUSPECTED
    hit = np.zeros(accounts, dtype=bool)
    hit[found.groups.rows[told[found.groups.group]]] = True
    return hit


def _chance(weights: Floats, found: Found) -> Floats:
    odds = np.clip(_features(found) @ weights[:-1] + weights[-1], -50.0, 50.0)
    return np.where(found.groups.size >= LEAST_MEMBERS, 1 / (1 + np.exp(-odds)), 0.0)

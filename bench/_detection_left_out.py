"""Whether weights of the judging that never met a kind of operator find it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from bench._detection_records import Records
from bench.simulation.population import OPERATORS
from risk.rings.columns import Flags, Floats, Ints
from risk.rings.detection import Found, by_group, find, sweep
from risk.rings.judging import LEAST_MEMBERS, features, shown
from risk.rings.looking import KNOWN, SUSPECTED
from risk.rings.profiles import ASPECTS

# Of the fit of the judging: a large group weighs no more than HEAVIEST members, an honest one HONEST_WEIGHT times as
# much as an operator's, and RIDGE pulls weights to nothing.
HEAVIEST, HONEST_WEIGHT, RIDGE, SCALE = 60, 3.0, 0.1, 100.0


@dataclass(frozen=True, slots=True)
class Groupings:
    """The groups that were found in one history, before anything was judged."""

    found: Found
    features: Floats  # honest causes by groups by features
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
    return Groupings(found, features(shown(found)), groups.size, kind)


def without(kind: str, learn_from: Sequence[Groupings]) -> Floats:
    """Weights, the base last, that are learnt from all groups but those of one kind of operator.

    A logistic regression in which nothing may speak against a ring; the lower odds of the honest causes count.
    """
    some = [np.array([of != kind for of in each.kind]) & (each.size >= LEAST_MEMBERS) for each in learn_from]
    known = np.concatenate([each.features[:, keep] for each, keep in zip(learn_from, some, strict=True)], axis=1)
    operated = [np.array([of != "" for of in each.kind]) for each in learn_from]
    theirs = np.concatenate([each[keep] for each, keep in zip(operated, some, strict=True)])
    size = np.concatenate([each.size[keep] for each, keep in zip(learn_from, some, strict=True)])
    return _fitted(np.append(known, np.ones((*known.shape[:2], 1)), axis=2), theirs.astype(np.float64), size)


def _fitted(known: Floats, theirs: Floats, size: Ints) -> Floats:
    heavy = np.minimum(size, HEAVIEST) * np.where(theirs > 0, 1.0, HONEST_WEIGHT)
    heavy = heavy / heavy.sum() * SCALE
    pulled = np.append(np.full(known.shape[2] - 1, RIDGE), 0.0)
    bounds = [(0, 3)] * (len(ASPECTS) + 2) + [(-30, 5)]

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = known @ weights
        cause, groups = odds.argmin(axis=0), np.arange(odds.shape[1])
        odds, of = odds[cause, groups], known[cause, groups]
        chance = 1 / (1 + np.exp(-odds))
        wrong = float((heavy * (np.logaddexp(0, odds) - theirs * odds)).sum() + (pulled * weights**2).sum())
        slope: Floats = of.T @ (heavy * (chance - theirs)) + 2 * pulled * weights
        return wrong, slope

    found = minimize(loss, np.zeros(known.shape[2]), jac=True, bounds=bounds, method="L-BFGS-B")
    weights: Floats = found.x
    weights[-1] += np.log(HONEST_WEIGHT)  # honest groups were weighed up: without that the chance would be too low
    return weights


def judged_by(weights: Floats, grouping: Groupings, accounts: int) -> Flags:
    """Who stands in a ring when groups are judged by these weights."""
    found = sweep(grouping.found, _chance(weights, grouping.found) >= KNOWN)
    told = _chance(weights, found) >= SUSPECTED
    hit = np.zeros(accounts, dtype=bool)
    hit[found.groups.rows[told[found.groups.group]]] = True
    return hit


def _chance(weights: Floats, found: Found) -> Floats:
    odds = np.clip((features(shown(found)) @ weights[:-1] + weights[-1]).min(axis=0), -50.0, 50.0)
    return np.where(found.groups.size >= LEAST_MEMBERS, 1 / (1 + np.exp(-odds)), 0.0)

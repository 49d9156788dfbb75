"""Weights learnt from labels: logistic regression that knows the caps and keeps to what is known by hand. Pure.

The score is the one of risk.scoring: log-odds = prior + for each family the smaller of its cap and the sum of its
reasons against the person + the reasons that speak for them. What is fitted are the prior and the weights, by the most
likely values under a normal prior around the weights of the policy in force (ridge regression towards them; Hoerl and
Kennard 1970): a reason that labels say little of stays where people put it. Signs are kept: what speaks against a
person never learns to speak for them (monotone), and no reason alone says more than its family may.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from risk.learning.rows import Floats, Table, Terms

SPREADS = (0.25, 0.5, 1.0, 2.0)  # log-odds: how far weights may stray from those set by hand
MOST_FOR = 6.0  # log-odds: what one reason can speak for a person; e^-6 is 400 times less likely
STEPS = 500


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights by column, and the prior, in log-odds; `spread` is how far they were let to stray."""

    weights: Floats
    prior: float
    spread: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """How columns come together: which are cut with which family, and which are added as they are."""

    cut: Floats  # column by capped family, 1 where it belongs to it
    caps: Floats
    plain: Floats  # by column, 1 where it is added as it is


def log_odds(table: Table, terms: Terms, weights: Floats, prior: float) -> Floats:
    """The score of every row in log-odds, as risk.scoring would have it under these weights."""
    total, _ = _total(table, _shape(terms), weights, prior)
    return total


def learn(table: Table, terms: Terms, *, spread: float, highest: float = inf) -> Learnt:
    """Fit the weights of those columns that learn, and the prior, which stays under `highest` (log-odds)."""
    shape, free = _shape(terms), terms.learns
    start = np.append(terms.weights[free], min(terms.prior, highest))
    bounds = [*_bounds(terms), (-inf, highest)]
    truth = table.abuse.astype(np.float64)

    def loss(values: Floats) -> tuple[float, Floats]:
        weights = terms.weights.copy()
        weights[free] = values[:-1]
        total, below = _total(table, shape, weights, values[-1])
        off = values[:-1] - terms.weights[free]
        wrong = table.trust * (expit(total) - truth)
        # log(1 + e^x) - y x, without overflow
        surprise = table.trust @ (np.logaddexp(0, total) - truth * total)
        slope = _slope(table, shape, wrong, below)[free] + off / spread**2
        return float(surprise + off @ off / (2 * spread**2)), np.append(slope, wrong.sum())

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS})
    weights = terms.weights.copy()
    weights[free] = found.x[:-1]
    return Learnt(weights, float(found.x[-1]), spread)


def log_loss(table: Table, total: Floats) -> float:
    """How surprising the rows are under scores in log-odds: the mean in nats, weighed by trust."""
    truth = table.abuse.astype(np.float64)
    return float(table.trust @ (np.logaddexp(0, total) - truth * total) / table.trust.sum())


def best_spread(earlier: Table, later: Table, terms: Terms, *, highest: float = inf) -> float:
    """The spread under which what was learnt from the earlier rows surprises least on the later ones."""

    def surprise(spread: float) -> float:
        learnt = learn(earlier, terms, spread=spread, highest=highest)
        return log_loss(later, log_odds(later, terms, learnt.weights, learnt.prior))

    return min(SPREADS, key=surprise)


def _bounds(terms: Terms) -> list[tuple[float, float]]:
    return [
        (0.0, terms.caps.get(family, inf)) if weight > 0 else (-MOST_FOR, 0.0)
        for family, weight, free in zip(terms.families, terms.weights, terms.learns, strict=True)
        if free
    ]


def _shape(terms: Terms) -> _Shape:
    """What speaks for the person is never cut (risk.scoring), and is told from the rest by its sign."""
    capped = list(terms.caps)
    against = terms.weights > 0
    cut = np.array([[each == family for family in capped] for each in terms.families], dtype=np.float64)
    cut = cut.reshape(len(terms.codes), len(capped)) * against[:, None]
    return _Shape(cut, np.array([terms.caps[family] for family in capped]), 1 - cut.sum(axis=1))


def _total(table: Table, shape: _Shape, weights: Floats, prior: float) -> tuple[Floats, NDArray[np.bool_]]:
    """The score of each row, and in which families it is still below the cap."""
    sums = np.asarray(table.given @ (shape.cut * weights[:, None]))
    plain = np.asarray(table.given @ (shape.plain * weights))
    return prior + plain + np.minimum(sums, shape.caps).sum(axis=1), sums < shape.caps


def _slope(table: Table, shape: _Shape, wrong: Floats, below: NDArray[np.bool_]) -> Floats:
    """How the loss changes with each weight: at its cap, a family's weights change nothing."""
    through = np.asarray(table.given.T @ (wrong[:, None] * below))
    plain = np.asarray(table.given.T @ wrong)
    return np.asarray((shape.cut * through).sum(axis=1) + shape.plain * plain)

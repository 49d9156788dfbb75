"""How good are scores that were given, now that it is known what became of the people?

Two questions, kept apart. *Calibration*: of those given 30 %, did 30 % abuse? Brier score, expected calibration error
and the reliability curve answer it, and want probabilities. *Ranking*: do those who abuse stand above those who do not?
The area under the curve and the share caught at a given share of honest people hit answer it, and take any score.

Equal scores are never told apart: a threshold takes all of them or none, and a bin holds all of them or none.

Sources: Brier (1950), Verification of forecasts expressed in terms of probability; Naeini, Cooper and Hauskrecht
(2015), Obtaining well calibrated probabilities using Bayesian binning; Guo, Pleiss, Sun and Weinberger (2017), On
calibration of modern neural networks; Wilson (1927), Probable inference; Kish (1965), Survey sampling, 8.2.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.intervals import wilson

BINS = 15  # as Guo et al. have it

Floats = NDArray[np.float64]


class NotMeasurable(ValueError):
    """The rows cannot answer: there are none, they are all of one kind, or they are not what is asked for."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Scores beside what came of them: one entry a person, the arrays equally long. Made by `rows`."""

    predicted: Floats
    happened: NDArray[np.bool_]
    weights: Floats

    def __len__(self) -> int:
        return len(self.predicted)


def rows(predicted: ArrayLike, happened: ArrayLike, *, weights: ArrayLike | None = None) -> Rows:
    """Take scores and what happened (true or 1: abuse) together; every row weighs 1 where no weights are given.

    Raises:
        NotMeasurable: nothing given, unequal lengths, a score that is no number, or a weight that is not above zero.

    """
    scores = np.asarray(predicted, dtype=np.float64)
    truth = np.asarray(happened).astype(np.bool_)
    heavy = np.ones_like(scores) if weights is None else np.asarray(weights, dtype=np.float64)
    if not scores.size or scores.ndim != 1 or scores.shape != truth.shape or scores.shape != heavy.shape:
        raise NotMeasurable("scores, outcomes and weights must be lists of one length, and not empty")
    if not (np.isfinite(scores).all() and np.isfinite(heavy).all() and (heavy > 0).all()):
        raise NotMeasurable("every score must be a number, and every weight a number above zero")
    return Rows(scores, truth, heavy)


# Calibration


def base_rate(rows: Rows) -> float:
    """The share that abused, 0 to 1."""
    return float(np.average(rows.happened, weights=rows.weights))


def brier(rows: Rows) -> float:
    """Mean squared distance between probability and what happened: 0 is perfect, 0.25 is saying 50 % always.

    Raises:
        NotMeasurable: a score is no probability.

    """
    _probabilities(rows)
    return float(np.average((rows.predicted - rows.happened) ** 2, weights=rows.weights))


def brier_skill(rows: Rows) -> float:
    """How much better than always saying the base rate: 1 is perfect, 0 no better, below 0 worse.

    Raises:
        NotMeasurable: a score is no probability, or everybody did the same, so that the base rate is perfect.

    """
    rate = base_rate(rows)
    _both_kinds(rows)
    return 1 - brier(rows) / (rate * (1 - rate))


class Binning(StrEnum):
    """How scores are put into bins. Guo et al. have equal width; with equal mass no bin is nearly empty."""

    EQUAL_WIDTH = "equal_width"
    EQUAL_MASS = "equal_mass"


@dataclass(frozen=True, slots=True)
class Bin:
    """Those whose score is above `low` and at most `high` (0 belongs to the first), none left out.

    `predicted` is their mean score, `observed` the share that abused, `n` how many rows, `weight` their weights' sum;
    `interval` is Wilson's for `observed` at 95 %.
    """

    low: float
    high: float
    predicted: float
    observed: float
    n: int
    weight: float
    interval: tuple[float, float]


def reliability(rows: Rows, *, binning: Binning = Binning.EQUAL_WIDTH, bins: int = BINS) -> list[Bin]:
    """Give the reliability curve: what was said against what happened, bin by bin, empty bins left out.

    Bins of equal mass are fewer than asked for where many share one score.

    Raises:
        NotMeasurable: a score is no probability.

    """
    _probabilities(rows)
    edges = np.linspace(0, 1, bins + 1) if binning is Binning.EQUAL_WIDTH else _mass_edges(rows, bins)
    # With side="left" a score equal to an edge belongs to the bin below it, and zero to the first.
    bin_of = np.clip(np.searchsorted(edges, rows.predicted, side="left") - 1, 0, len(edges) - 2)
    return [_bin(rows, bin_of == i, float(edges[i]), float(edges[i + 1])) for i in np.unique(bin_of)]


def _bin(rows: Rows, inside: NDArray[np.bool_], low: float, high: float) -> Bin:
    weights, happened = rows.weights[inside], rows.happened[inside]
    observed = float(np.average(happened, weights=weights))
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    predicted = float(np.average(rows.predicted[inside], weights=weights))
    return Bin(low, high, predicted, observed, int(inside.sum()), float(weights.sum()), wilson(observed, n=effective))


def _mass_edges(rows: Rows, bins: int) -> Floats:
    """Cut where the running weight passes each k/bins of all, on scores that occur."""
    order = np.argsort(rows.predicted, kind="stable")
    running = np.cumsum(rows.weights[order])
    # A hair below, so that sums of floats that should be equal do not push a cut one row on.
    wanted = running[-1] * np.arange(1, bins) / bins * (1 - 1e-12)
    cuts = rows.predicted[order][np.searchsorted(running, wanted, side="left")]
    return np.unique(np.concatenate(([0.0], cuts, [1.0])))


def calibration_error(rows: Rows, *, binning: Binning = Binning.EQUAL_WIDTH, bins: int = BINS) -> float:
    """Give the expected calibration error: the mean over the rows of |observed - predicted| of their bin, 0 to 1.

    ECE as Naeini et al. (2015) and Guo et al. (2017, equation 3) define it, with `bins` bins. It says nothing of
    ranking: always saying the base rate has an ECE of zero.

    Raises:
        NotMeasurable: a score is no probability.

    """
    curve = reliability(rows, binning=binning, bins=bins)
    off = sum(each.weight * abs(each.observed - each.predicted) for each in curve)
    return float(off / rows.weights.sum())


# Ranking


def auc(rows: Rows) -> float:
    """Give the chance that somebody who abuses scores above somebody who does not; equal scores count half.

    Raises:
        NotMeasurable: everybody did the same.

    """
    _both_kinds(rows)
    bad, good = _by_score(rows)
    below = np.cumsum(good) - good
    return float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))


@dataclass(frozen=True, slots=True)
class Caught:
    """What a threshold does: hit those at or above `threshold`, `tpr` of the abusers and `fpr` of the honest."""

    threshold: float
    tpr: float
    fpr: float


def tpr_at_fpr(rows: Rows, *, fpr: float) -> Caught:
    """Give the lowest threshold that hits at most the share `fpr` of the honest, and what it catches.

    No line is drawn between two thresholds: where a crowd shares one score, it is hit as a whole or not at all, so the
    `fpr` of the answer may be well below what was allowed. An infinite threshold hits nobody.

    Raises:
        NotMeasurable: everybody did the same.

    """
    _both_kinds(rows)
    bad, good = _by_score(rows)
    allowed, tprs, fprs = _from_the_top(bad, good, fpr)
    if not allowed:
        return Caught(inf, 0.0, 0.0)
    return Caught(float(np.unique(rows.predicted)[-allowed]), float(tprs[allowed - 1]), float(fprs[allowed - 1]))


def tpr_interval(rows: Rows, *, fpr: float, draws: int = 200, seed: int = 0) -> tuple[float, float]:
    """Give the 95 % interval of what `tpr_at_fpr` catches, from a percentile bootstrap (Efron 1979).

    Each draw takes as many abusers and as many honest people as there are, each kind from its own, and finds its own
    threshold, so that the luck in the threshold counts too. The same seed gives the same interval. About 55 ms a draw
    for a million rows.

    Raises:
        NotMeasurable: everybody did the same.

    """
    _both_kinds(rows)
    _, score_of = np.unique(rows.predicted, return_inverse=True)
    kinds = (np.flatnonzero(rows.happened), np.flatnonzero(~rows.happened))
    luck = np.random.default_rng(seed)
    caught = []
    for _ in range(draws):
        bad, good = (_drawn(luck.choice(kind, len(kind)), rows, score_of) for kind in kinds)
        allowed, tprs, _fprs = _from_the_top(bad, good, fpr)
        caught.append(tprs[allowed - 1] if allowed else 0.0)
    low, high = np.percentile(caught, [2.5, 97.5])
    return float(low), float(high)


def _drawn(chosen: NDArray[np.intp], rows: Rows, score_of: NDArray[np.intp]) -> Floats:
    scores = int(score_of.max()) + 1
    return _weighed(score_of[chosen], rows.weights[chosen], scores)


def _by_score(rows: Rows) -> tuple[Floats, Floats]:
    """Weigh the abusers and the honest at each score that occurs, from the lowest."""
    different, score_of = np.unique(rows.predicted, return_inverse=True)
    bad = _weighed(score_of, rows.weights * rows.happened, len(different))
    return bad, _weighed(score_of, rows.weights * ~rows.happened, len(different))


def _weighed(score_of: NDArray[np.intp], weights: Floats, scores: int) -> Floats:
    return np.bincount(score_of, weights=weights, minlength=scores).astype(np.float64)


def _from_the_top(bad: Floats, good: Floats, fpr: float) -> tuple[int, Floats, Floats]:
    """How many different scores from the highest may be hit, and the shares hit at each."""
    tprs = np.cumsum(bad[::-1]) / bad.sum()
    fprs = np.cumsum(good[::-1]) / good.sum()
    return int(np.searchsorted(fprs, fpr * (1 + 1e-12), side="right")), tprs, fprs


def _probabilities(rows: Rows) -> None:
    if rows.predicted.min() < 0 or rows.predicted.max() > 1:
        raise NotMeasurable("calibration is measured on probabilities, 0 to 1")


def _both_kinds(rows: Rows) -> None:
    if rows.happened.all() or not rows.happened.any():
        raise NotMeasurable("everybody did the same: both abusers and honest people are needed")

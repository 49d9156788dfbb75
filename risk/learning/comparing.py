"""Two policies on the same rows: what was learnt beside what is in force, with how sure the difference is. Pure."""

from dataclasses import dataclass

import numpy as np

from risk.learning.measures import (
    NotMeasurable,
    Rows,
    auc,
    brier,
    calibration_error,
    tpr_at_fpr,
    tpr_interval,
)

FPR = 0.001  # one honest person in a thousand
DRAWS = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """How good the scores of one policy are. `recall` is the share of the abusive caught at FPR."""

    brier: float
    ece: float
    auc: float
    recall: float
    recall_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both, and the ratio of their recalls, after to before; None where before catches nobody."""

    before: Measured
    after: Measured
    ratio: float | None
    ratio_interval: tuple[float, float] | None


def measured(rows: Rows) -> Measured:
    """The measures of one policy's scores.

    Raises:
        NotMeasurable: everybody did the same, or a score is no probability.

    """
    return Measured(
        brier=brier(rows),
        ece=calibration_error(rows),
        auc=auc(rows),
        recall=tpr_at_fpr(rows, fpr=FPR).tpr,
        recall_interval=tpr_interval(rows, fpr=FPR, draws=DRAWS),
    )


def log_loss(rows: Rows) -> float:
    """How surprising what happened is under the scores: the mean in nats. A score is never 0 or 1 (risk.scoring)."""
    said = np.where(rows.happened, rows.predicted, 1 - rows.predicted)
    return float(-(rows.weights @ np.log(said)) / rows.weights.sum())


def compared(before: Rows, after: Rows) -> Compared:
    """Both policies' scores of the same people in the same order.

    Raises:
        NotMeasurable: as `measured`, or the rows are not the same people's.

    """
    if not np.array_equal(before.happened, after.happened):
        raise NotMeasurable("both policies must have scored the same people in the same order")
    one, other = measured(before), measured(after)
    if not one.recall:
        return Compared(one, other, None, None)
    return Compared(one, other, other.recall / one.recall, _ratio_interval(before, after))


def _ratio_interval(before: Rows, after: Rows) -> tuple[float, float]:
    """The 95 % interval of the ratio of recalls, by a percentile bootstrap over people: both see the same draw."""
    kinds = (np.flatnonzero(before.happened), np.flatnonzero(~before.happened))
    luck = np.random.default_rng(0)
    ratios = []
    for _ in range(DRAWS):
        drawn = np.concatenate([luck.choice(kind, len(kind)) for kind in kinds])
        one, other = (tpr_at_fpr(_of(rows, drawn), fpr=FPR).tpr for rows in (before, after))
        ratios.append(other / one if one else np.inf)
    low, high = np.percentile(ratios, [2.5, 97.5], method="nearest")
    return float(low), float(high)


def _of(rows: Rows, drawn: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Rows:
    return Rows(rows.predicted[drawn], rows.happened[drawn], rows.weights[drawn])

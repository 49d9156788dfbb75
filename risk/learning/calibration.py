"""A calibration report: do scores mean what they say? Its figures, and where its picture has what. Pure.

The picture is the reliability curve (DeGroot and Fienberg 1983; Guo et al. 2017, figure 1): what was said across, what
happened upwards, so that scores that mean what they say lie on the diagonal. Under it stands how many had each score.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from risk.learning.measures import (
    Bin,
    Binning,
    Rows,
    auc,
    base_rate,
    brier,
    brier_skill,
    calibration_error,
    reliability,
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The figures. `brier_skill` and `auc` are None where all did the same, and nothing can be told apart."""

    n: int
    abuse: int
    base_rate: float
    mean_score: float  # 0 to 1
    brier: float
    brier_skill: float | None
    ece: float  # bins of equal width
    ece_equal_mass: float
    auc: float | None
    bins: Sequence[Bin]  # of equal width


def calibrate(rows: Rows) -> Calibration:
    """Measure first scores against what came of them.

    Raises:
        NotMeasurable: a score is no probability.

    """
    rate = base_rate(rows)
    told_apart = 0 < rate < 1
    return Calibration(
        n=len(rows),
        abuse=int(rows.happened.sum()),
        base_rate=rate,
        mean_score=float(rows.predicted.mean()),
        brier=brier(rows),
        brier_skill=brier_skill(rows) if told_apart else None,
        ece=calibration_error(rows),
        ece_equal_mass=calibration_error(rows, binning=Binning.EQUAL_MASS),
        auc=auc(rows) if told_apart else None,
        bins=reliability(rows),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One bin in words."""

    score: str
    people: str
    said: str
    happened: str
    interval: str


def figures_of(calibration: Calibration, *, labelled: int) -> list[tuple[str, str]]:
    """Give the figures in words, with their names."""

    def number(value: float | None) -> str:
        return "all did the same" if value is None else f"{value:.4f}"

    return [
        ("people", f"{calibration.n:,}"),
        ("of them labelled", f"{labelled:,}"),
        ("abusive", f"{calibration.abuse:,}"),
        ("base rate", f"{calibration.base_rate:.2%}"),
        ("mean score", f"{calibration.mean_score:.2%}"),
        ("Brier score", number(calibration.brier)),
        ("Brier skill", number(calibration.brier_skill)),
        ("calibration error, equal width", number(calibration.ece)),
        ("calibration error, equal mass", number(calibration.ece_equal_mass)),
        ("area under the curve", number(calibration.auc)),
    ]


def lines_of(calibration: Calibration) -> list[Line]:
    """Give the bins in words, the lowest scores first."""
    return [
        Line(
            score=f"{100 * each.low:.0f} to {100 * each.high:.0f}",
            people=f"{each.n:,}",
            said=f"{each.predicted:.2%}",
            happened=f"{each.observed:.2%}",
            interval=f"{each.interval[0]:.2%} to {each.interval[1]:.2%}",
        )
        for each in calibration.bins
    ]


# The picture, in its own units: 720 wide, 620 high; the template draws the axes at the same places.
LEFT, WIDTH = 80.0, 600.0
TOP, HEIGHT = 30.0, 400.0
FLOOR, TALLEST = 570.0, 90.0  # of the bars under the curve


@dataclass(frozen=True, slots=True)
class Point:
    """One bin of the curve: its dot, the ends of its interval, and its words."""

    x: str
    y: str
    low: str
    high: str
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    """How many had a score in one bin: on a logarithmic scale, for most people have a low score."""

    x: str
    y: str
    width: str
    height: str
    n: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Where everything is, as text that SVG reads."""

    points: Sequence[Point]
    line: str
    columns: Sequence[Column]
    words: str


def picture(calibration: Calibration) -> Picture:
    """Place the reliability curve and the numbers of people under it."""
    points = [_point(each) for each in calibration.bins]
    most = math.log10(1 + max((each.n for each in calibration.bins), default=1))
    return Picture(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        columns=[_column(each, most) for each in calibration.bins],
        words=f"{calibration.n:,} people, {calibration.abuse:,} of them abusive; ECE {calibration.ece:.4f}, "
        f"Brier score {calibration.brier:.4f}",
    )


def _point(each: Bin) -> Point:
    low, high = each.interval
    words = (
        f"Said {each.predicted:.1%}, happened {each.observed:.1%} (95 %: {low:.1%} to {high:.1%}), {each.n:,} people"
    )
    return Point(_across(each.predicted), _up(each.observed), _up(low), _up(high), words)


def _column(each: Bin, most: float) -> Column:
    height = TALLEST * math.log10(1 + each.n) / most
    return Column(
        x=_across(each.low + (each.high - each.low) * 0.06),
        y=f"{FLOOR - height:.1f}",
        width=f"{(each.high - each.low) * 0.88 * WIDTH:.1f}",
        height=f"{height:.1f}",
        n=f"{each.n:,}" if each.n < 10_000 else f"{each.n / 1000:,.0f}k",
    )


def _across(share: float) -> str:
    return f"{LEFT + share * WIDTH:.1f}"


def _up(share: float) -> str:
    return f"{TOP + (1 - share) * HEIGHT:.1f}"


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, the same far across and upwards."""

    percent: int
    x: str
    y: str


AXIS: Sequence[Tick] = [Tick(percent, _across(percent / 100), _up(percent / 100)) for percent in range(0, 101, 20)]

"""An assessment as a picture: from what was likely before anything was known, reason by reason, to the score.

Lengths are in log-odds, in which reasons add up, and placed in percent of the picture's width. Pure.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk.explaining import words_of
from risk.findings import EvidenceValue, ReasonKind
from risk.policy import Policy
from risk.scoring import CAP
from risk.signals import SIGNALS

MARGIN = 0.9  # log-odds left free at both ends: room for the words of a mark that stands there
NARROWEST = 0.4  # percent: a bar that weighs next to nothing is still seen

KINDS: Mapping[str, ReasonKind] = {kind.code: kind for signal in SIGNALS for kind in signal.reasons}


@dataclass(frozen=True, slots=True)
class Mark:
    """A line through the whole picture: from here on, an outcome applies."""

    outcome: str
    percent: str  # the probability
    at: str  # the place
    anchor: str  # which end of its words stands there, as SVG says it: they go where there is more room


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture. `start`, `width` and `end` are places in percent, as text that SVG reads."""

    words: str
    code: str
    family: str
    honest: str
    evidence: Sequence[tuple[str, EvidenceValue]]
    direction: str  # against, for or cap
    weight: str
    multiplier: str
    start: str
    width: str
    end: str
    score: str  # what the score would be, had judging ended here


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The picture: where it begins, its bars from the top, where it ends, and the marks."""

    prior: str
    prior_weight: str
    prior_at: str
    bars: Sequence[Bar]
    total: str
    total_weight: str
    total_at: str
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    @classmethod
    def over(cls, points: Iterable[float]) -> "_Scale":
        lying = list(points)
        return cls(min(lying) - MARGIN, max(lying) + MARGIN)

    def place(self, log_odds: float) -> float:
        return 100 * (log_odds - self.low) / (self.high - self.low)


def draw(
    prior: float,
    reasons: Sequence[Mapping[str, Any]],
    thresholds: Mapping[str, float],
    *,
    policy: Policy | None = None,
) -> Waterfall:
    """The picture of a prior in log-odds and the stored reasons; thresholds are probabilities, by outcome.

    `policy` is the version that judged: it alone knows the words of its own rules and lists.
    """
    weights = [float(line["weight"]) for line in reasons]
    sums = [math.fsum((prior, *weights[:count])) for count in range(len(weights) + 1)]
    lines = {outcome: math.log(share / (1 - share)) for outcome, share in thresholds.items()}
    scale = _Scale.over([*sums, *lines.values()])
    return Waterfall(
        prior=score_text(sums[0]),
        prior_weight=f"{prior:+.2f}",
        prior_at=_text(scale.place(sums[0])),
        bars=[_bar(line, scale, (sums[place], sums[place + 1]), policy) for place, line in enumerate(reasons)],
        total=score_text(sums[-1]),
        total_weight=f"{sums[-1]:+.2f}",
        total_at=_text(scale.place(sums[-1])),
        marks=[_mark(outcome, thresholds[outcome], scale.place(at)) for outcome, at in lines.items()],
    )


def score_text(log_odds: float) -> str:
    """Log-odds as a score, 0 to 100."""
    return f"{100 / (1 + math.exp(-log_odds)):.1f}"


def multiplier_text(weight: float) -> str:
    """A weight (natural log-odds) in words: how many times likelier, or less likely, abuse becomes."""
    times = f"{math.exp(abs(weight)):.1f}".removesuffix(".0")
    if times == "1":
        return "about as likely as before"
    if weight > 0:
        return "twice as likely" if times == "2" else f"{times} times likelier"
    return "half as likely" if times == "2" else f"{times} times less likely"


def _bar(line: Mapping[str, Any], scale: _Scale, sums: tuple[float, float], policy: Policy | None) -> Bar:
    code, family = str(line["code"]), str(line["family"])
    before, after = sums
    capped = code.startswith(CAP)
    kind = KINDS.get(code)
    start, width = scale.place(min(before, after)), scale.place(max(before, after)) - scale.place(min(before, after))
    return Bar(
        words=words_of(code, family, policy),
        code=code,
        family=family,
        honest=kind.honest if kind else "",
        evidence=[(str(name).replace("_", " "), value) for name, value in line.get("evidence") or ()],
        direction="cap" if capped else "against" if after > before else "for",
        weight=f"{line['weight']:+.2f}",
        multiplier=multiplier_text(line["weight"]),
        start=_text(start),
        width=_text(max(width, NARROWEST)),
        end=_text(scale.place(after)),
        score=score_text(after),
    )


def _mark(outcome: str, probability: float, place: float) -> Mark:
    return Mark(outcome, f"{100 * probability:g}", _text(place), "start" if place < 50 else "end")


def _text(percent: float) -> str:
    return f"{percent:.2f}"

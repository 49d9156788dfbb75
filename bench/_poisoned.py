"""What lies do where reports are taken in and where weights are learnt from labels, for bench.detector_attacks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.special import expit

from risk.learning.measures import rows, tpr_at_fpr
from risk.learning.rows import Example, Floats, table_of, terms_of
from risk.learning.weights import best_spread, learn, log_odds
from risk.outcome import Outcome
from risk.policies.source import read
from risk.policy import Policy, parse
from risk.signals import REASON_CODES

POLICY: Final = Path("risk/policies/default.yaml")
REPORTED: Final = 0.8  # of operators' accounts, as bench.judgement has it
TRUST: Final = 0.8  # of a report of abuse (risk.labels)
LATER: Final = 0.25  # of those who teach, by whom it is seen how far to go (verification.training)
FPR: Final = 0.001
SHARES: Final = (0.1, 0.3, 0.5)
CLEARS, ACCUSES = "clears its own", "reports innocents"

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lies:
    """So many of the labels of abuse are taken away from one kind of operator, or as many more put on innocents."""

    way: str
    share: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """How good weights are that were learnt, on another history."""

    recall: float  # of operators' accounts where one honest person in a thousand is hit
    own: float  # the same, of the kind of operator that lies
    stopped: float  # of honest people, challenged or worse by the policy's threshold
    weights: Floats

    def moved(self, other: "Learnt") -> float:
        """The furthest that any weight went, in log-odds."""
        return float(np.abs(self.weights - other.weights).max())


HONESTLY: Final = Lies("nobody lies", 0.0)
ATTACKS: Final = (HONESTLY, *(Lies(way, share) for way in (CLEARS, ACCUSES) for share in SHARES))


def outcomes(lines: Sequence[Line]) -> dict[str, Counter[str]]:
    """What becomes of honest people who are allowed: after one report of abuse, and after all kinds of reports."""
    honest = [line for line in lines if not line["operator"] and line["outcome"] == Outcome.ALLOW]
    return {name: Counter(line[name] for line in honest) for name in ("once", "often")}


def learnt(teach: Sequence[Line], measure: Sequence[Line], lies: Lies, luck: np.random.Generator) -> Learnt:
    """Learn from one history with lies among its labels, and hold what was learnt against another."""
    policy = parse(read(POLICY).document, known_reasons=REASON_CODES)
    terms = terms_of(policy)
    liar = _most_shown(teach)
    examples = _examples(teach, _labels(teach, liar, lies, luck))
    earlier, later = examples[: -int(LATER * len(examples))], examples[-int(LATER * len(examples)) :]
    spread = best_spread(table_of(earlier, terms), table_of(later, terms), terms)
    found = learn(table_of(examples, terms), terms, spread=spread)
    truth = np.array([bool(line["operator"]) for line in measure])
    scores = expit(log_odds(table_of(_examples(measure, truth.tolist()), terms), terms, found.weights, found.prior))
    caught = tpr_at_fpr(rows(scores, truth), fpr=FPR)
    own = np.array([_kind(line) == liar for line in measure])
    return Learnt(
        recall=caught.tpr,
        own=float((scores[own] >= caught.threshold).mean()),
        stopped=_stopped(scores[~truth], policy),
        weights=found.weights,
    )


def _stopped(scores: Floats, policy: Policy) -> float:
    return float((scores >= policy.thresholds[Outcome.CHALLENGE]).mean())


def _labels(teach: Sequence[Line], liar: str, lies: Lies, luck: np.random.Generator) -> list[bool]:
    """Who is labelled abusive: operators as far as they are reported, less or more what is lied."""
    operators = np.array([bool(line["operator"]) for line in teach])
    labels = operators & (luck.random(len(teach)) < REPORTED)
    number = round(lies.share * labels.sum())
    if lies.way == CLEARS:
        own = np.flatnonzero(labels & np.array([_kind(line) == liar for line in teach]))
        labels[luck.permutation(own)[:number]] = False
    elif lies.way == ACCUSES:
        labels[luck.choice(np.flatnonzero(~operators), number, replace=False)] = True
    return [bool(label) for label in labels]


def _examples(lines: Sequence[Line], abuse: Sequence[bool]) -> list[Example]:
    """In the order in which they came, which is that of the lines."""
    return [
        Example(datetime.fromtimestamp(line["at"], UTC), tuple(line["codes"]), bad, TRUST if bad else 1.0)
        for line, bad in zip(lines, abuse, strict=True)
    ]


def _most_shown(lines: Sequence[Line]) -> str:
    """The kind of operator of whom signals find most in all: it has the most to gain by having that unlearnt."""
    return Counter(_kind(line) for line in lines if line["operator"] for _ in line["codes"]).most_common(1)[0][0]


def _kind(line: Line) -> str:
    return str(line["operator"] or "").rpartition("-")[0]

"""What would change the answer: a check passed, or a reason that was not there, under the policy that judged.

Each is tried alone, with all else as it is, and nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk.explaining import words_of
from risk.facts import Facts
from risk.models import Assessment
from risk.outcome import Outcome
from risk.policy import Policy
from risk.scoring import CAP, Reason, Verdict, caps_of, foresee, if_worse, probability
from tiers.ladder import CheckKind
from verification.proving import on_offer

REASONS_MOST = 8  # the weightiest


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A thing that could be otherwise, and what would be decided then."""

    what: str
    outcome: str
    score: str
    changes: bool  # the outcome


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would change the answer. `nearest` says how far the next milder outcome is; empty where there is none."""

    nearest: str
    checks: Sequence[Otherwise]
    reasons: Sequence[Otherwise]


def what_if(assessment: Assessment, policy: Policy | None) -> WhatIf | None:
    """For an assessment under its policy; None where that is gone, or an analyst's word or a test key decides."""
    if policy is None or assessment.facts.get("word") or assessment.facts.get("forced"):
        return None
    facts = Facts.from_json(assessment.facts)
    return WhatIf(
        nearest=_nearest(assessment, policy),
        checks=list(_checks(facts, assessment, policy)),
        reasons=list(_reasons(facts, assessment, policy)),
    )


def _nearest(assessment: Assessment, policy: Policy) -> str:
    line = policy.thresholds.get(Outcome(assessment.outcome))
    if line is None or assessment.score < 100 * line:
        return ""  # allowed, or held there by something else than the score
    milder = Outcome(assessment.outcome)
    before = [each for each in Outcome if each.severity < milder.severity][-1]
    return f"{before} at most needs a score below {100 * line:g}; it is {assessment.score:.1f}."


def _checks(facts: Facts, assessment: Assessment, policy: Policy) -> Iterator[Otherwise]:
    judged = foresee(facts, policy)
    for kind in CheckKind:
        if kind not in facts.proofs and on_offer(kind):
            outcome, score = judged({*facts.proofs, kind})
            yield _otherwise(f"With {kind.replace('_', ' ')} passed", outcome, score, assessment)


def _reasons(facts: Facts, assessment: Assessment, policy: Policy) -> Iterator[Otherwise]:
    """Without each of the weightiest reasons against; caps are reckoned anew."""
    lines = [line for line in assessment.reasons if not line["code"].startswith(CAP)]
    against = sorted((line for line in lines if line["weight"] > 0), key=lambda line: -float(line["weight"]))
    for left_out in against[:REASONS_MOST]:
        hits = tuple(_reason(line) for line in lines if line is not left_out)
        reasons = (*hits, *caps_of(hits, policy))
        score = 100 * probability(policy.prior, reasons)
        supposed = Verdict(Outcome.ALLOW, score, policy.prior, reasons, {}, policy.digest)
        outcome, _ = if_worse(facts, supposed, 0.0, policy)
        words = words_of(left_out["code"], left_out["family"], policy)
        yield _otherwise(f"Were it not so: {words}", outcome, score, assessment)


def _reason(line: Mapping[str, Any]) -> Reason:
    return Reason(line["code"], line["family"], line["weight"])


def _otherwise(what: str, outcome: Outcome, score: float, assessment: Assessment) -> Otherwise:
    return Otherwise(what, outcome, f"{score:.1f}", changes=outcome != assessment.outcome)

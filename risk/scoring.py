"""Findings to a verdict: weights of evidence added up in log-odds, families capped, then a ladder to the outcome.

The method is Good's weight of evidence (I. J. Good, Probability and the Weighing of Evidence, 1950): each reason adds
the logarithm of how much likelier abuse becomes. The lines of a verdict, prior and caps included, add up to its score.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from risk.facts import Facts, Word
from risk.findings import EvidenceValue, Family, Finding, Hit, Signal, Unknown
from risk.friction import EASED_CODE, within
from risk.lists import Effect
from risk.outcome import Outcome, harsher
from risk.policy import Policy
from risk.rules import Rule, look
from risk.signals import SIGNALS

FRICTION = "friction"  # the family of the line that tells of an eased threshold; no signal is of it
CAP = "cap_"  # how the code of a line begins that takes back what a family says beyond its cap
WORD_OUTCOMES: Mapping[Word, Outcome] = {
    Word.APPROVE: Outcome.ALLOW,
    Word.DENY: Outcome.DENY,
    Word.HOLD: Outcome.REVIEW,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the explanation. `weight` is in log-odds; `multiplier` says the same in times likelier."""

    code: str
    family: str
    weight: float
    evidence: tuple[tuple[str, EvidenceValue], ...] = ()

    @property
    def multiplier(self) -> float:
        """How much likelier abuse becomes; under 1 it speaks for the person."""
        return math.exp(self.weight)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judging returns. `score` is 100 times the probability of abuse."""

    outcome: Outcome
    score: float
    prior: float  # log-odds
    reasons: tuple[Reason, ...]  # the weightiest first, cap lines last, and one that tells of an eased threshold
    unknown: Mapping[str, str]  # signal -> what it could not see
    policy: str  # digest


def judge(facts: Facts, policy: Policy) -> Verdict:
    """Look at the facts with every signal and say what they come to under the policy."""
    return weigh(facts, examine(facts), policy)


def examine(facts: Facts) -> list[tuple[Signal, Finding]]:
    """What every signal finds, the same under any policy: judging by several looks once."""
    return [(signal, signal.look(facts)) for signal in SIGNALS]


def weigh(facts: Facts, findings: Sequence[tuple[Signal, Finding]], policy: Policy) -> Verdict:
    """What the findings on the facts come to under the policy, with its own rules."""
    ruled = look(policy.rules, facts)
    hits = (*_hits(findings, policy), *_ruled(ruled), *_listed(facts, policy))
    reasons = (
        *sorted(hits, key=lambda reason: (-abs(reason.weight), reason.code)),
        *caps_of(hits, policy),
        *_eased(facts, policy),
    )
    score = probability(policy.prior, reasons)
    return Verdict(
        outcome=_outcome(facts, score, hits, policy),
        score=100 * score,
        prior=policy.prior,
        reasons=reasons,
        unknown=_unknown(findings, ruled),
        policy=policy.digest,
    )


def foresee(facts: Facts, policy: Policy) -> Callable[[Collection[str]], tuple[Outcome, float]]:
    """Which outcome and binding score the same facts would have if the proofs were others: kinds of checks in.

    Only what speaks for the person looks at proofs (a test holds the signals to it), and such rules of the policy as
    name them; the rest is looked at once.
    """
    standing = [signal for signal in SIGNALS if signal.family is Family.STANDING]
    findings = [(signal, signal.look(facts)) for signal in SIGNALS if signal.family is not Family.STANDING]
    ruled = look([rule for rule in policy.rules if not rule.asks_proofs], facts)
    given = (*_hits(findings, policy), *_ruled(ruled), *_listed(facts, policy))
    asking = [rule for rule in policy.rules if rule.asks_proofs]

    def outcome(proofs: Collection[str]) -> tuple[Outcome, float]:
        supposed = replace(facts, proofs=tuple(sorted(proofs)))
        changing = (
            *_hits([(signal, signal.look(supposed)) for signal in standing], policy),
            *_ruled(look(asking, supposed)),
        )
        hits = (*given, *changing)
        score = probability(policy.prior, (*hits, *caps_of(hits, policy)))
        return _outcome(facts, score, hits, policy), binding(facts, 100 * score, hits, policy)

    return outcome


def binding(facts: Facts, score: float, reasons: Iterable[Reason], policy: Policy) -> float:
    """The score that lines of the ladder go by, 0 to 100: 0 where a word, a test key or an allow-list outweighs it."""
    outweighed = facts.word is not None or facts.forced is not None or _allowed(tuple(reasons), policy)
    return 0.0 if outweighed else score


def if_worse(facts: Facts, verdict: Verdict, points: float, policy: Policy) -> tuple[Outcome, float]:
    """Which outcome and binding score a verdict would have come to, were its score worse by so many points."""
    score = min(100.0, verdict.score + points)
    outcome = _outcome(facts, score / 100, verdict.reasons, policy)
    return outcome, binding(facts, score, verdict.reasons, policy)


def probability(prior: float, reasons: Iterable[Reason]) -> float:
    """Log-odds summed exactly (fsum: the order of the reasons does not matter), as a probability."""
    return 1 / (1 + math.exp(-math.fsum((prior, *(reason.weight for reason in reasons)))))


def _hits(findings: Iterable[tuple[Signal, Finding]], policy: Policy) -> Iterable[Reason]:
    given = {
        finding.reason: (signal.family, finding.evidence)
        for signal, finding in findings
        if isinstance(finding, Hit) and finding.reason in policy.weights  # a policy of the past may lack it
    }
    weights = weights_of({code: family for code, (family, _) in given.items()}, policy)
    for code, (family, evidence) in given.items():
        yield Reason(code, family, weights[code], evidence)


def weights_of(given: Mapping[str, str], policy: Policy) -> Mapping[str, float]:
    """What reasons weigh that were given together, each with its family: as the trees say, else the multipliers.

    Trees are not told of what speaks for the person. Proofs come after the signup, and each speaks for itself: what a
    check opens must not hang on what else was found.
    """
    if policy.model is None:
        return policy.weights
    asked = [code for code, family in given.items() if family != Family.STANDING]
    return {**policy.weights, **policy.model.weights(asked)}


def _ruled(ruled: Iterable[tuple[Rule, Finding]]) -> Iterable[Reason]:
    for rule, finding in ruled:
        if isinstance(finding, Hit):
            yield Reason(rule.code, Family.RULE, rule.weight, finding.evidence)


def _listed(facts: Facts, policy: Policy) -> Iterable[Reason]:
    """One line for each list that the facts stand on, by the first entry that matches."""
    for one in policy.lists if facts.listed else ():
        if listed := one.match(facts):
            evidence = (("list", one.name), ("entry", listed.entry), ("of", listed.of))
            yield Reason(one.code, Family.LIST, one.weight, evidence)


def _allowed(hits: Iterable[Reason], policy: Policy) -> bool:
    """Whether an allow-list beats the score. What was reported after the fact came later than its entry."""
    allowing = {one.code for one in policy.lists if one.effect is Effect.ALLOW}
    codes = {hit.code for hit in hits}
    reported = any(hit.family == Family.REPORT and hit.weight > 0 for hit in hits)
    return not reported and not allowing.isdisjoint(codes)


def _unknown(findings: Iterable[tuple[Signal, Finding]], ruled: Iterable[tuple[Rule, Finding]]) -> dict[str, str]:
    seen = [
        *((signal.name, finding) for signal, finding in findings),
        *((rule.code, finding) for rule, finding in ruled),
    ]
    return {name: finding.why for name, finding in seen if isinstance(finding, Unknown)}


def caps_of(hits: Iterable[Reason], policy: Policy) -> Iterable[Reason]:
    """A line that takes back what a family says beyond its cap. What speaks for the person is not capped."""
    for family, cap in policy.caps.items():
        against = math.fsum(hit.weight for hit in hits if hit.family == family and hit.weight > 0)
        if against > cap:
            yield Reason(f"{CAP}{family}", family, cap - against)


def _eased(facts: Facts, policy: Policy) -> Iterable[Reason]:
    """A line without weight where the threshold of challenge is another than the policy's."""
    threshold = policy.thresholds[Outcome.CHALLENGE]
    if facts.eased is not None and (points := within(facts.eased.points, policy.friction)):
        told: tuple[tuple[str, EvidenceValue], ...] = (
            ("dimension", facts.eased.dimension),
            ("group", facts.eased.group),
            ("threshold", round(100 * threshold + points, 4)),
            ("instead_of", round(100 * threshold, 4)),
        )
        yield Reason(EASED_CODE, FRICTION, 0.0, told)


def _outcome(facts: Facts, score: float, hits: Iterable[Reason], policy: Policy) -> Outcome:
    if facts.word is not None:
        return WORD_OUTCOMES[facts.word]
    if facts.forced is not None:
        return facts.forced
    hits, floors = tuple(hits), policy.floors
    outcome = Outcome.ALLOW if _allowed(hits, policy) else _graded(score, facts, policy)
    for hit in hits:
        outcome = harsher(outcome, floors.get(hit.code, Outcome.ALLOW))
    return outcome


def _graded(score: float, facts: Facts, policy: Policy) -> Outcome:
    """By the thresholds. Only that of challenge gives way, and never as far as that of review (risk.friction)."""
    if score >= policy.thresholds[Outcome.DENY]:
        return Outcome.DENY
    if score >= policy.thresholds[Outcome.REVIEW]:
        return Outcome.REVIEW
    eased = within(facts.eased.points, policy.friction) / 100 if facts.eased else 0.0
    if score >= policy.thresholds[Outcome.CHALLENGE] + eased:
        return Outcome.CHALLENGE
    return Outcome.ALLOW

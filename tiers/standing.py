"""The ladder in force, the active policy's; and where facts put an account on it."""

import logging
from collections.abc import Callable
from functools import lru_cache

from risk.facts import Facts
from risk.outcome import Outcome
from risk.policies.store import Version, active
from risk.scoring import Verdict, binding, foresee, if_worse
from tiers import movement
from tiers.ladder import CheckKind, Ladder, Merits, NextStep, Placement, Proofs
from tiers.table import gives_less, parse

log = logging.getLogger(__name__)


def ladder() -> Ladder:
    """The ladder of the active policy."""
    return ladder_of(active())


@lru_cache(maxsize=32)
def ladder_of(version: Version) -> Ladder:
    """The ladder of a version of the policy, parsed once."""
    parsed = parse(version.document)
    _warn(version.policy.digest, (*parsed.dead_ends(), *gives_less(parsed)))
    return parsed


def stand(facts: Facts, verdict: Verdict, version: Version) -> Placement:
    """Where an account stands by a verdict on its facts: with what it was before, and what was set by hand."""
    policy = version.policy
    score = binding(facts, verdict.score, verdict.reasons, policy)

    def worse(points: float) -> Merits:
        return _merits(facts, *if_worse(facts, verdict, points, policy))

    return movement.stand(ladder_of(version), _merits(facts, verdict.outcome, score), worse, facts)


def next_steps(facts: Facts, outcome: Outcome, score: float, *, possible: Proofs) -> tuple[NextStep, ...]:
    """What opens more to the account with these facts, outcome and score: truly, as it would be judged then.

    Proofs speak for the person, so what is allowed stays allowed; else the account is judged with each set of proofs.
    Where an analyst set the tier by hand, nothing opens more until that ends.
    """
    if facts.override is not None:
        return ()
    version, proofs = active(), frozenset(map(CheckKind, facts.proofs))
    current = ladder_of(version)
    possible &= current.asked_under(outcome) | proofs
    age = current.age(facts.earned_days)
    asking = any(rule.asks_proofs for rule in version.policy.rules)
    if outcome is Outcome.ALLOW and not asking and score <= _lowest_line(version):
        return _allowed(version, proofs, possible, age)
    return current.next_steps(proofs, _foresight(facts, version), possible=possible)


def _merits(facts: Facts, outcome: Outcome, score: float) -> Merits:
    return Merits(frozenset(map(CheckKind, facts.proofs)), outcome, score, facts.earned_days)


def _foresight(facts: Facts, version: Version) -> Callable[[Proofs], Merits]:
    judged = foresee(facts, version.policy)
    return lambda proofs: Merits(proofs, *judged(proofs), facts.earned_days)


@lru_cache(maxsize=32)
def _lowest_line(version: Version) -> float:
    """The lowest score that any rung stops at: up to it, nobody is stopped by a score."""
    lines = [rung.highest_score for rung in ladder_of(version).rungs]
    return min((line for line in lines if line is not None), default=100.0)


@lru_cache(maxsize=64)
def _allowed(version: Version, proofs: Proofs, possible: Proofs, age: int) -> tuple[NextStep, ...]:
    """The same for everybody with the same proofs and age, and asked for at every signup."""
    return ladder_of(version).next_steps(proofs, lambda kinds: Merits(kinds, earned_days=age), possible=possible)


@lru_cache(maxsize=16)
def _warn(digest: str, faults: tuple[str, ...]) -> None:
    """Once for each policy: one in force cannot be refused."""
    if faults:
        log.warning("The ladder is not fit to be put in force.", extra={"policy": digest, "faults": faults})

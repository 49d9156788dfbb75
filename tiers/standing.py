"""The ladder in force: the active policy's."""

import logging
from functools import lru_cache

from risk.facts import Facts
from risk.outcome import Outcome
from risk.policies.store import Version, active
from risk.scoring import foresee
from tiers.ladder import CheckKind, Ladder, NextStep, Proofs, parse

log = logging.getLogger(__name__)


def ladder() -> Ladder:
    """The ladder of the active policy."""
    return ladder_of(active())


@lru_cache(maxsize=32)
def ladder_of(version: Version) -> Ladder:
    """The ladder of a version of the policy, parsed once."""
    parsed = parse(version.document)
    _warn(version.policy.digest, parsed.dead_ends())
    return parsed


def next_steps(facts: Facts, outcome: Outcome, *, possible: Proofs) -> tuple[NextStep, ...]:
    """What opens more to the account with these facts and this outcome: truly, as it would be judged then.

    Proofs speak for the person, so what is allowed stays allowed; else the account is judged with each set of proofs.
    """
    version, proofs = active(), frozenset(map(CheckKind, facts.proofs))
    possible &= ladder_of(version).asked_under(outcome) | proofs
    if outcome is Outcome.ALLOW and not any(rule.asks_proofs for rule in version.policy.rules):
        return _allowed(version, proofs, possible)
    return ladder_of(version).next_steps(proofs, foresee(facts, version.policy), possible=possible)


@lru_cache(maxsize=64)
def _allowed(version: Version, proofs: Proofs, possible: Proofs) -> tuple[NextStep, ...]:
    """The same for everybody with the same proofs, and asked for at every signup."""
    return ladder_of(version).next_steps(proofs, lambda _: Outcome.ALLOW, possible=possible)


@lru_cache(maxsize=16)
def _warn(digest: str, dead_ends: tuple[str, ...]) -> None:
    """Once for each policy: one in force cannot be refused."""
    if dead_ends:
        log.warning("The policy leads some people nowhere.", extra={"policy": digest, "dead_ends": dead_ends})

"""What a verdict says in words, and what changed from one to the next: for analysts and for who integrates. Pure.

The person is told something else, made of less (verification.explanation).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from risk.friction import EASED_CODE, EASED_WORDS
from risk.policy import Policy
from risk.scoring import CAP
from risk.signals import WORDS

PRIOR = "prior"


@dataclass(frozen=True, slots=True)
class Moved:
    """A reason that does not weigh the same in both: its weights in log-odds, None where it was not given."""

    code: str
    before: float | None
    after: float | None


def words_of(code: str, family: str, policy: Policy | None) -> str:
    """A reason in an analyst's words, by the policy that gave it: it alone knows its rules and lists."""
    if code in WORDS:
        return WORDS[code]
    if code == EASED_CODE:
        return EASED_WORDS
    if code.startswith(CAP):
        return f"Together, {family} signals count no more than the policy's cap"
    own = _own(policy).get(code) if policy else None
    return own or code.replace("_", " ")  # of a version that is gone, or a reason that later ones no longer have


def moved(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[Moved, ...]:
    """The reasons whose weights differ, the most changed first."""
    changed = [
        Moved(code, before.get(code), after.get(code))
        for code in before.keys() | after.keys()
        if before.get(code) != after.get(code)
    ]
    return tuple(sorted(changed, key=lambda each: (-abs((each.after or 0) - (each.before or 0)), each.code)))


def _own(policy: Policy) -> dict[str, str]:
    rules = {rule.code: rule.words or f"The policy's rule {rule.name.replace('_', ' ')}" for rule in policy.rules}
    return rules | {one.code: f"It stands on the policy's list {one.name.replace('_', ' ')}" for one in policy.lists}

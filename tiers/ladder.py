"""The ladder: which tier a set of proofs and an outcome open, and what would open a higher one. Pure.

Its table stands in the policy document (`ladder` and `checks`, see docs/policy.md), versioned with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from risk.outcome import Outcome
from risk.policy import PolicyError

HELD_BACK = (Outcome.REVIEW, Outcome.DENY)


class CheckKind(StrEnum):
    """What a person can be asked to pass."""

    EMAIL = "email"
    PHONE = "phone"
    PAYMENT = "payment"
    PROOF_OF_WORK = "proof_of_work"
    PASSKEY = "passkey"
    DOCUMENT = "document"


Proofs = frozenset[CheckKind]


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the ladder. Any of the sets in `needs` is enough, as long as the outcome is no worse than `worst`."""

    tier: str
    needs: tuple[Proofs, ...]
    worst: Outcome
    limits: Mapping[str, int]

    def proven(self, proofs: Proofs) -> bool:
        """Whether the proofs alone would do."""
        return any(need <= proofs for need in self.needs)

    def admits(self, outcome: Outcome) -> bool:
        """Whether the outcome alone would do."""
        return outcome.severity <= self.worst.severity


@dataclass(frozen=True, slots=True)
class NextStep:
    """A tier within reach, and the sets of checks any one of which opens it."""

    tier: str
    any_of: tuple[tuple[CheckKind, ...], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an account stands. `held` says that risk, not lack of proof, keeps it below what its proofs would open."""

    rung: Rung
    held: bool
    next_steps: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the top, and the half-life of each kind of proof."""

    rungs: tuple[Rung, ...]
    half_lives: Mapping[CheckKind, timedelta]

    def place(self, proofs: Proofs, outcome: Outcome) -> Placement:
        """The first rung from the top that proofs and outcome both reach."""
        standing = next(rung for rung in self.rungs if rung.proven(proofs) and rung.admits(outcome))
        deserved = next(rung for rung in self.rungs if rung.proven(proofs))
        return Placement(
            rung=standing,
            held=self.height(deserved.tier) > self.height(standing.tier),
            next_steps=self._next_steps(standing, proofs, outcome),
        )

    def height(self, tier: str) -> int:
        """0 for the lowest rung. Raises KeyError for a tier that the ladder does not have."""
        for height, rung in enumerate(reversed(self.rungs)):
            if rung.tier == tier:
                return height
        raise KeyError(tier)

    def limits_of(self, tier: str) -> Mapping[str, int]:
        """What a tier may do. One that the ladder no longer has may do what the lowest may, until decided anew."""
        return next((rung.limits for rung in self.rungs if rung.tier == tier), self.rungs[-1].limits)

    def _next_steps(self, standing: Rung, proofs: Proofs, outcome: Outcome) -> tuple[NextStep, ...]:
        """Higher rungs that this outcome admits, the nearest first. Held back by risk, proofs alone open nothing."""
        if outcome in HELD_BACK:
            return ()
        above = [rung for rung in self.rungs[: self.rungs.index(standing)] if rung.admits(outcome)]
        return tuple(NextStep(rung.tier, _missing(rung.needs, proofs)) for rung in reversed(above))


def _missing(needs: Iterable[Proofs], proofs: Proofs) -> tuple[tuple[CheckKind, ...], ...]:
    gaps = [tuple(kind for kind in CheckKind if kind in need - proofs) for need in needs]
    return tuple(sorted((gap for gap in gaps if gap), key=len))


def parse(document: Mapping[str, Any]) -> Ladder:
    """The ladder of a policy document.

    Raises:
        PolicyError: a line is not of the form, or somebody could stand on no rung at all.

    """
    rungs = tuple(_rung(line, place) for place, line in enumerate(_lines(document)))
    lowest = rungs[-1]
    if not lowest.proven(frozenset()) or lowest.worst is not Outcome.DENY:
        raise PolicyError("ladder: the last line has to take everybody: needs [[]], worst_outcome deny")
    if len({rung.tier for rung in rungs}) < len(rungs):
        raise PolicyError("ladder: a tier stands on one line only")
    return Ladder(rungs, _half_lives(document))


def _lines(document: Mapping[str, Any]) -> Sequence[Any]:
    lines = document.get("ladder")
    if not isinstance(lines, list) or not lines:
        raise PolicyError("ladder: a list of rungs from the top is needed")
    return lines


def _rung(line: Any, place: int) -> Rung:
    try:
        return Rung(
            tier=str(line["tier"]),
            needs=tuple(frozenset(CheckKind(kind) for kind in need) for need in line["needs"]),
            worst=Outcome(line["worst_outcome"]),
            limits={str(name): int(value) for name, value in line["limits"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(f"ladder line {place + 1}: {error}") from None


def _half_lives(document: Mapping[str, Any]) -> dict[CheckKind, timedelta]:
    checks = document.get("checks")
    if not isinstance(checks, Mapping) or set(checks) != set(CheckKind):
        raise PolicyError(f"checks: a line for each of {', '.join(CheckKind)} is needed")
    try:
        half_lives = {CheckKind(kind): timedelta(days=line["half_life_days"]) for kind, line in checks.items()}
    except (KeyError, TypeError, OverflowError) as error:
        raise PolicyError(f"checks: half_life_days is a number of days ({error})") from None
    if min(half_lives.values()) <= timedelta(0):
        raise PolicyError("checks: half_life_days is above 0")
    return half_lives

"""The ladder: which tier a set of proofs and an outcome open, and what would open a higher one. Pure.

Its table stands in the policy document (`ladder` and `checks`, see docs/policy.md), versioned with it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any

from risk.outcome import Outcome
from risk.policyerror import PolicyError


class CheckKind(StrEnum):
    """What a person can be asked to pass."""

    EMAIL = "email"
    PHONE = "phone"
    PAYMENT = "payment"
    PROOF_OF_WORK = "proof_of_work"
    PASSKEY = "passkey"
    DOCUMENT = "document"


# What some people do not have or will not show. None of them may be the only way to a tier.
LACKED = (CheckKind.PHONE, CheckKind.PAYMENT, CheckKind.DOCUMENT, CheckKind.PASSKEY)

Proofs = frozenset[CheckKind]
Foresight = Callable[[Proofs], Outcome]  # which outcome an account would have if its proofs were these


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the ladder. Any of the sets in `needs` is enough, as long as the outcome is no worse than `worst`.

    Where the outcome is worse than allow, `challenged_needs`, if there are any, count in place of `needs`.
    """

    tier: str
    needs: tuple[Proofs, ...]
    worst: Outcome
    limits: Mapping[str, int]
    challenged_needs: tuple[Proofs, ...] | None = None

    def proven(self, proofs: Proofs, outcome: Outcome = Outcome.ALLOW) -> bool:
        """Whether the proofs would do under an outcome that the rung admits."""
        plain = self.challenged_needs is None or outcome is Outcome.ALLOW
        return any(need <= proofs for need in (self.needs if plain else self.challenged_needs or ()))

    def admits(self, outcome: Outcome) -> bool:
        """Whether the outcome alone would do."""
        return outcome.severity <= self.worst.severity


@dataclass(frozen=True, slots=True)
class NextStep:
    """A tier within reach, and the sets of checks any one of which opens it, the cheapest first."""

    tier: str
    any_of: tuple[tuple[CheckKind, ...], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an account stands. `held` says that risk, not lack of proof, keeps it below what its proofs would open."""

    rung: Rung
    held: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the top, the half-life of each kind of proof, and what a check costs (US cents; docs/policy.md).

    `asks` are the checks that may be asked for under an outcome; all of them where it names none.
    """

    rungs: tuple[Rung, ...]
    half_lives: Mapping[CheckKind, timedelta]
    costs: Mapping[CheckKind, float]
    asks: Mapping[Outcome, Proofs] = field(default_factory=dict)

    def place(self, proofs: Proofs, outcome: Outcome) -> Placement:
        """The first rung from the top that proofs and outcome both reach."""
        place = self._reached(proofs, outcome)
        above = self.rungs[:place]
        held = any(rung.proven(proofs) and not rung.admits(outcome) for rung in above)
        return Placement(rung=self.rungs[place], held=held)

    def next_steps(self, proofs: Proofs, foresight: Foresight, *, possible: Proofs) -> tuple[NextStep, ...]:
        """The higher rungs that further checks open, the nearest first, each with the smallest sets that do.

        A check counts twice: it is a proof, and by it the outcome may change. `possible` are the checks that can be
        asked for here.
        """
        standing = self._reached(proofs, foresight(proofs))
        reached = self._reached_with(proofs, foresight, possible - proofs)
        steps: list[NextStep] = []
        for place in range(standing):
            ways = self._cheapest_first(_smallest(kinds for kinds, there in reached.items() if there <= place))
            if ways and (not steps or ways != steps[-1].any_of):  # else the same checks lead higher at once
                steps.append(NextStep(self.rungs[place].tier, ways))
        return tuple(reversed(steps))

    def asked_under(self, outcome: Outcome) -> Proofs:
        """The checks that may be asked for under an outcome."""
        return self.asks.get(outcome, frozenset(CheckKind))

    def cost(self, kinds: Iterable[CheckKind]) -> float:
        """What passing all of these costs, in US cents."""
        return math.fsum(self.costs.get(kind, 0.0) for kind in kinds)

    def height(self, tier: str) -> int:
        """0 for the lowest rung. Raises KeyError for a tier that the ladder does not have."""
        for height, rung in enumerate(reversed(self.rungs)):
            if rung.tier == tier:
                return height
        raise KeyError(tier)

    def limits_of(self, tier: str) -> Mapping[str, int]:
        """What a tier may do. One that the ladder no longer has may do what the lowest may, until decided anew."""
        return next((rung.limits for rung in self.rungs if rung.tier == tier), self.rungs[-1].limits)

    def dead_ends(self, possible: Proofs = frozenset(CheckKind)) -> tuple[str, ...]:
        """The tiers that nobody reaches who lacks one thing, in words, where only `possible` checks can be passed."""
        return tuple(
            f"ladder, {rung.tier}: who has no {kind.replace('_', ' ')} cannot get there; add a way without it"
            for rung in self.rungs
            for kind in LACKED
            if any(
                rung.admits(outcome) and not self._leads_there(rung, outcome, possible - {kind})
                for outcome in (Outcome.ALLOW, Outcome.CHALLENGE)
            )
        )

    def _leads_there(self, rung: Rung, outcome: Outcome, possible: Proofs) -> bool:
        return rung.proven(possible & self.asked_under(outcome), outcome)

    def _reached(self, proofs: Proofs, outcome: Outcome) -> int:
        """The place of the first rung, from the top, that proofs and outcome both reach."""
        return next(
            place for place, rung in enumerate(self.rungs) if rung.admits(outcome) and rung.proven(proofs, outcome)
        )

    def _reached_with(self, proofs: Proofs, foresight: Foresight, missing: Proofs) -> dict[Proofs, int]:
        """The place that each set of further checks reaches, the small sets first.

        What holds a set that reaches the top is left out: it asks for more, and nothing is above.
        """
        reached: dict[Proofs, int] = {}
        enough: list[Proofs] = []
        for size in range(1, len(missing) + 1):
            for kinds in map(frozenset, combinations(sorted(missing), size)):
                if any(top <= kinds for top in enough):
                    continue
                reached[kinds] = self._reached(proofs | kinds, foresight(proofs | kinds))
                if reached[kinds] == 0:
                    enough.append(kinds)
        return reached

    def _cheapest_first(self, ways: Iterable[Proofs]) -> tuple[tuple[CheckKind, ...], ...]:
        ordered = [tuple(kind for kind in CheckKind if kind in way) for way in ways]
        return tuple(sorted(ordered, key=lambda way: (self.cost(way), len(way), list(map(list(CheckKind).index, way)))))


def _smallest(ways: Iterable[Proofs]) -> list[Proofs]:
    """Those that hold no other; they come with the small ones first."""
    found: list[Proofs] = []
    for way in ways:
        if not any(smaller <= way for smaller in found):
            found.append(way)
    return found


def parse(document: Mapping[str, Any]) -> Ladder:
    """The ladder of a policy document. One with dead ends (`Ladder.dead_ends`) is read: it may be in force.

    Raises:
        PolicyError: a line is not of the form, or somebody could stand on no rung at all.

    """
    rungs = tuple(_rung(line, place) for place, line in enumerate(_lines(document)))
    lowest = rungs[-1]
    if not lowest.proven(frozenset()) or lowest.worst is not Outcome.DENY:
        raise PolicyError("ladder: the last line has to take everybody: needs [[]], worst_outcome deny")
    if len({rung.tier for rung in rungs}) < len(rungs):
        raise PolicyError("ladder: a tier stands on one line only")
    checks = _checks(document)
    costs = {kind: _cost(line.get("cost", 0), kind) for kind, line in checks.items()}
    return Ladder(rungs, _half_lives(checks), costs, _asks(document))


def without_dead_ends(ladder: Ladder) -> Ladder:
    """The ladder, fit to be put in force. Raises PolicyError where it leads some people nowhere."""
    if dead_ends := ladder.dead_ends():
        raise PolicyError("; ".join(dead_ends))
    return ladder


def _asks(document: Mapping[str, Any]) -> dict[Outcome, Proofs]:
    given = document.get("asks") or {}
    if not isinstance(given, Mapping):
        raise PolicyError("asks: a table of outcomes and lists of checks is needed")
    asks: dict[Outcome, Proofs] = {}
    for outcome, kinds in given.items():
        try:
            asks[Outcome(outcome)] = frozenset(map(CheckKind, kinds))
        except (ValueError, TypeError) as error:
            raise PolicyError(f"asks.{outcome}: {error}") from None
    return asks


def _lines(document: Mapping[str, Any]) -> Sequence[Any]:
    lines = document.get("ladder")
    if not isinstance(lines, list) or not lines:
        raise PolicyError("ladder: a list of rungs from the top is needed")
    return lines


def _rung(line: Any, place: int) -> Rung:
    try:
        needs, challenged = _needs(line["needs"]), line.get("challenged_needs")
        rung = Rung(
            tier=str(line["tier"]),
            needs=needs,
            worst=Outcome(line["worst_outcome"]),
            limits={str(name): int(value) for name, value in line["limits"].items()},
            challenged_needs=None if challenged is None else _needs(challenged),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(f"ladder.{place}: {error}") from None
    if any(not rung.proven(need) for need in rung.challenged_needs or ()):
        raise PolicyError(f"ladder.{place}: challenged_needs asks for less than needs")
    return rung


def _needs(lists: Any) -> tuple[Proofs, ...]:
    return tuple(frozenset(CheckKind(kind) for kind in need) for need in lists)


def _checks(document: Mapping[str, Any]) -> dict[CheckKind, Mapping[str, Any]]:
    checks = document.get("checks")
    if not isinstance(checks, Mapping) or set(checks) != set(CheckKind):
        raise PolicyError(f"checks: a line for each of {', '.join(CheckKind)} is needed")
    if not all(isinstance(line, Mapping) for line in checks.values()):
        raise PolicyError("checks: each line is a table with half_life_days, and cost where it is known")
    return {CheckKind(kind): line for kind, line in checks.items()}


def _half_lives(checks: Mapping[CheckKind, Mapping[str, Any]]) -> dict[CheckKind, timedelta]:
    try:
        half_lives = {kind: timedelta(days=line["half_life_days"]) for kind, line in checks.items()}
    except (KeyError, TypeError, OverflowError) as error:
        raise PolicyError(f"checks: half_life_days is a number of days ({error})") from None
    if min(half_lives.values()) <= timedelta(0):
        raise PolicyError("checks: half_life_days is above 0")
    return half_lives


def _cost(given: Any, kind: CheckKind) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < math.inf:
        raise PolicyError(f"checks.{kind}.cost: {given!r} is not a number of US cents, 0 or above")
    return float(given)

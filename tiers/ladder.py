"""The ladder: which tier an account's merits open, and what would open a higher one. Pure.

Its table stands in the policy document (`ladder`, `checks` and `movement`, see docs/policy.md) versioned with it;
tiers.table reads it, tiers.movement says how an account goes from one rung to another.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from risk.outcome import Outcome


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
Entitlement = int | float | str | tuple[str, ...]
SETS = ("models", "scopes")  # entitlements that Gatehouse knows: what is allowed; left out, all of it is


@dataclass(frozen=True, slots=True)
class Merits:
    """What an account is placed by: checks passed, what judging came to, and days of ordinary, varied use.

    `score` is 100 times a probability; 0 where an analyst's word, a list or a test key spoke in its place.
    """

    proofs: Proofs = frozenset()
    outcome: Outcome = Outcome.ALLOW
    score: float = 0.0
    earned_days: int = 0


Foresight = Callable[[Proofs], Merits]  # which merits an account would have if its proofs were these


@dataclass(frozen=True, slots=True)
class Need:
    """One sufficient set: the checks, and the earned days that it asks for besides."""

    proofs: Proofs
    earned_days: int = 0

    def met(self, merits: Merits) -> bool:
        """Whether an account has all of it."""
        return self.proofs <= merits.proofs and self.earned_days <= merits.earned_days

    def asks_no_less(self, other: "Need") -> bool:
        """Whether whoever meets this meets the other."""
        return other.proofs <= self.proofs and other.earned_days <= self.earned_days


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the ladder. Any of the sets in `needs` is enough, where outcome and score are no worse than allowed.

    Where the outcome is worse than allow, `challenged_needs`, if there are any, count in place of `needs`.
    `earned_days` is asked of everybody: each of the sets has it already. `highest_score` None: whatever the score.
    """

    tier: str
    needs: tuple[Need, ...]
    worst: Outcome
    limits: Mapping[str, int]
    challenged_needs: tuple[Need, ...] | None = None
    highest_score: float | None = None
    earned_days: int = 0
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)

    def needs_under(self, outcome: Outcome) -> tuple[Need, ...]:
        """The sets that count under an outcome."""
        plain = self.challenged_needs is None or outcome is Outcome.ALLOW
        return self.needs if plain else self.challenged_needs or ()

    def proven(self, merits: Merits) -> bool:
        """Whether proofs and earned days would do under an outcome that the rung admits."""
        return any(need.met(merits) for need in self.needs_under(merits.outcome))

    def admits(self, merits: Merits) -> bool:
        """Whether outcome and score would do."""
        return merits.outcome.severity <= self.worst.severity and (
            self.highest_score is None or merits.score <= self.highest_score
        )


@dataclass(frozen=True, slots=True)
class NextStep:
    """A tier within reach, and the sets of checks any one of which opens it, the cheapest first."""

    tier: str
    any_of: tuple[tuple[CheckKind, ...], ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """An account has reached a higher rung, and stands on it if it still does after a time."""

    tier: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an account stands. `held` says that risk, not lack of proof, keeps it below what its proofs would open."""

    rung: Rung
    held: bool
    rising: Rising | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """How accounts go from rung to rung (docs/policy.md). Left out of a policy, nobody waits, and everybody is told.

    `rise_margin` is in points of score; `at_once` are causes of decisions after which nobody waits.
    """

    rise_margin: float = 0.0
    rise_after: timedelta = timedelta(0)
    at_once: frozenset[str] = frozenset()
    notice: timedelta = timedelta(days=14)
    grace: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the top, the half-life of each kind of proof, and what a check costs (US cents; docs/policy.md).

    `asks` are the checks that may be asked for under an outcome; all of them where it names none.
    """

    rungs: tuple[Rung, ...]
    half_lives: Mapping[CheckKind, timedelta]
    costs: Mapping[CheckKind, float]
    asks: Mapping[Outcome, Proofs] = field(default_factory=dict)
    movement: Movement = field(default_factory=Movement)

    def place(self, merits: Merits) -> Placement:
        """The first rung from the top that the merits reach, whatever was before."""
        place = self.reached(merits)
        return Placement(rung=self.rungs[place], held=self.held(place, merits))

    def reached(self, merits: Merits) -> int:
        """The place of the first rung, from the top, that merits reach."""
        return next(place for place, rung in enumerate(self.rungs) if rung.admits(merits) and rung.proven(merits))

    def held(self, place: int, merits: Merits) -> bool:
        """Whether proofs would open a rung above a place, and outcome or score forbid it."""
        allowed = replace(merits, outcome=Outcome.ALLOW)
        return any(rung.proven(allowed) and not rung.admits(merits) for rung in self.rungs[:place])

    def next_steps(self, proofs: Proofs, foresight: Foresight, *, possible: Proofs) -> tuple[NextStep, ...]:
        """The higher rungs that further checks open, the nearest first, each with the smallest sets that do.

        A check counts twice: it is a proof, and by it outcome and score may change. `possible` are the checks that can
        be asked for here.
        """
        standing = self.reached(foresight(proofs))
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

    def place_of(self, tier: str) -> int | None:
        """The place of a tier from the top; None for one that the ladder does not have."""
        return next((place for place, rung in enumerate(self.rungs) if rung.tier == tier), None)

    def height(self, tier: str) -> int:
        """0 for the lowest rung. Raises KeyError for a tier that the ladder does not have."""
        place = self.place_of(tier)
        if place is None:
            raise KeyError(tier)
        return len(self.rungs) - 1 - place

    def rung_of(self, tier: str) -> Rung:
        """The rung of a tier. One that the ladder no longer has may do what the lowest may, until decided anew."""
        place = self.place_of(tier)
        return self.rungs[-1 if place is None else place]

    def limits_of(self, tier: str) -> Mapping[str, int]:
        """What a tier may do, as `rung_of` says."""
        return self.rung_of(tier).limits

    @property
    def ages(self) -> tuple[int, ...]:
        """Every number of earned days that some set asks for, the fewest first."""
        sets = (need for rung in self.rungs for need in (*rung.needs, *(rung.challenged_needs or ())))
        return tuple(sorted({need.earned_days for need in sets} - {0}))

    def age(self, earned_days: int) -> int:
        """The most of `ages` that so many days come to: what is between two of them opens nothing."""
        return max((age for age in self.ages if age <= earned_days), default=0)

    def dead_ends(self, possible: Proofs = frozenset(CheckKind)) -> tuple[str, ...]:
        """The tiers that nobody reaches who lacks one thing, in words, where only `possible` checks can be passed.

        A set that asks for more earned days than its rung does is no way out: nobody is to wait for want of a phone.
        """
        return tuple(
            f"ladder, {rung.tier}: who has no {kind.replace('_', ' ')} cannot get there; add a way without it"
            for rung in self.rungs
            for kind in LACKED
            if any(
                rung.worst.severity >= outcome.severity and not self._leads_there(rung, outcome, possible - {kind})
                for outcome in (Outcome.ALLOW, Outcome.CHALLENGE)
            )
        )

    def _leads_there(self, rung: Rung, outcome: Outcome, possible: Proofs) -> bool:
        return rung.proven(Merits(possible & self.asked_under(outcome), outcome, earned_days=rung.earned_days))

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
                reached[kinds] = self.reached(foresight(proofs | kinds))
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

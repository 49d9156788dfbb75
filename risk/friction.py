"""The policy's `friction`: how many of a group may be challenged, and how far its threshold may give way. Pure.

docs/policy.md describes the section, docs/fairness.md what it does.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeGuard

from risk.groups import Dimension
from risk.intervals import wilson
from risk.outcome import Outcome
from risk.policyerror import PolicyError

FIELDS = frozenset({"budget", "most_eased", "fewest", "dimensions"})
MOST_EASED = 20.0  # points of score; more is another policy, which is for people to write
FEWEST = 100  # accounts: with fewer, an interval tells nothing
FEWEST_LEAST = 30
EASED_DIMENSIONS = frozenset(Dimension) - {Dimension.NETWORK}  # a kind of network is itself what signals speak of
STEP = 1.0  # points; small, so that what a step does is seen before the next
STEP_EVERY = timedelta(days=1)
EARLIER_WEEKS = 4  # before the last one, that tell a group's usual pace
WEEKS = 1 + EARLIER_WEEKS
FLOOD_TIMES = 2.0
EASED_CODE = "challenge_eased"  # the line of a verdict that tells it; it weighs nothing
EASED_WORDS = "A group of this account was over its budget of challenges: it is challenged at a higher score"


@dataclass(frozen=True, slots=True)
class Friction:
    """What a policy says of friction. Without a budget nothing eases."""

    budget: float | None = None  # the share of a group's signups that may be challenged
    most_eased: float = 0.0  # points of score by which the threshold of challenge may rise
    fewest: int = FEWEST  # accounts of a group, in the days that are looked at, before anything is concluded
    dimensions: frozenset[Dimension] = EASED_DIMENSIONS  # whose groups may be eased

    @property
    def eases(self) -> bool:
        """Whether any threshold can give way."""
        return self.budget is not None and self.most_eased > 0


NO_FRICTION = Friction()


class Why(StrEnum):
    """Why a threshold moves."""

    OVER = "over its budget"
    UNDER = "back under its budget"
    FEW = "too few to tell"
    FLOOD = "more signups than twice its usual pace"
    POLICY = "the policy allows no more"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a group: the last week, and the four before it. Accounts by their signups.

    `cleared` had no worse than a challenge, and those that were challenged (`proven`) passed a check that no program
    passes alone. `abusive` are accounts found to be so, those of both times together.
    """

    accounts: int = 0
    cleared: int = 0
    proven: int = 0
    abusive: int = 0
    earlier_accounts: int = 0
    earlier_cleared: int = 0

    @property
    def challenged(self) -> tuple[float, float]:
        """(proven, cleared), without a week's worth of the abusive, all of whom are taken to have proven something."""
        found = self.abusive / WEEKS
        return max(0.0, self.proven - found), max(0.0, self.cleared - found)

    @property
    def flooded(self) -> bool:
        """Whether more sign up, or are let in, than twice the pace of before: then it is not the same people.

        Of those let in too: a pace of signups can be raised for weeks by bots that nobody lets in.
        """
        times = FLOOD_TIMES / EARLIER_WEEKS
        return self.accounts > times * self.earlier_accounts or self.cleared > times * self.earlier_cleared


def step(points: float, evidence: Evidence, friction: Friction) -> tuple[float, Why | None]:
    """By how many points a threshold gives way next, a STEP_EVERY later, and why; the same and None: it stays.

    Up while the share of proven people is over the budget beyond doubt (the lower end of Wilson's interval), down once
    it is under it beyond doubt, so that it does not swing between the two; at once to nothing under a flood.
    """
    if points and evidence.flooded:
        return 0.0, Why.FLOOD
    proven, cleared = evidence.challenged
    if friction.budget is None or cleared < friction.fewest or evidence.earlier_cleared < friction.fewest:
        return _moved(points, points - STEP, friction, Why.FEW)
    low, high = wilson(proven / cleared, n=cleared)
    if low > friction.budget and not evidence.flooded:
        return _moved(points, points + STEP, friction, Why.OVER)
    return _moved(points, points - STEP if high < friction.budget else points, friction, Why.UNDER)


def within(points: float, friction: Friction) -> float:
    """As many points as a policy allows."""
    return max(0.0, min(points, friction.most_eased)) if friction.eases else 0.0


def _moved(before: float, wanted: float, friction: Friction, why: Why) -> tuple[float, Why | None]:
    after = within(wanted, friction)
    return after, None if after == before else why


def parse_friction(document: Mapping[str, Any]) -> Friction:
    """The section of a policy document; NO_FRICTION where it has none.

    Raises:
        PolicyError: it is not of the form, or easing could reach the threshold of review.

    """
    section = document.get("friction")
    if section is None:
        return NO_FRICTION
    if not isinstance(section, Mapping):
        raise PolicyError("friction: a table with budget, most_eased, fewest and dimensions is needed")
    if unknown := sorted(set(map(str, section)) - FIELDS):
        raise PolicyError(f"friction.{unknown[0]}: not known here; known are {', '.join(sorted(FIELDS))}")
    found = Friction(
        budget=_budget(section.get("budget")),
        most_eased=_most_eased(section),
        fewest=_fewest(section.get("fewest", FEWEST)),
        dimensions=_dimensions(section.get("dimensions")),
    )
    _within_challenge(found, document.get("thresholds"))
    return found


def _number(given: Any) -> TypeGuard[int | float]:
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)


def _budget(given: Any) -> float | None:
    if given is None:
        return None
    if not _number(given) or not 0 < given < 1:
        raise PolicyError(f"friction.budget: {given!r} is not a share between 0 and 1")
    return float(given)


def _most_eased(section: Mapping[str, Any]) -> float:
    given = section.get("most_eased", 0)
    if not _number(given) or not 0 <= given <= MOST_EASED:
        raise PolicyError(f"friction.most_eased: {given!r} is not a number of points from 0 to {MOST_EASED:g}")
    if given and section.get("budget") is None:
        raise PolicyError("friction.most_eased: without a budget nothing eases; give one, or leave this out")
    return float(given)


def _fewest(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < FEWEST_LEAST:
        raise PolicyError(f"friction.fewest: {given!r} is not a number of accounts of at least {FEWEST_LEAST}")
    return given


def _dimensions(given: Any) -> frozenset[Dimension]:
    if given is None:
        return EASED_DIMENSIONS
    if not isinstance(given, list) or any(not isinstance(each, str) or each not in set(Dimension) for each in given):
        raise PolicyError(f"friction.dimensions: a list of some of {', '.join(Dimension)} is needed")
    return frozenset(map(Dimension, given))


def _within_challenge(friction: Friction, thresholds: Any) -> None:
    """What is reviewed stays reviewed, and between allow and review there stay some who are challenged."""
    if not isinstance(thresholds, Mapping):
        return  # told elsewhere
    given = [thresholds.get(outcome) for outcome in (Outcome.CHALLENGE, Outcome.REVIEW)]
    numbers = [each for each in given if _number(each)]
    if len(numbers) == 2 and numbers[0] + friction.most_eased / 100 >= numbers[1]:
        raise PolicyError("friction.most_eased: the threshold of challenge would reach that of review; give less")

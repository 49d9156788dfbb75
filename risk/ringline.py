"""The policy's `rings`: from where on the members of a ring are held together. Pure.

docs/policy.md describes the section.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from risk.policyerror import PolicyError

FIELDS = frozenset({"contain", "contain_at", "least_members"})
LEAST = 2  # one account is no ring
SLACK = 2.0  # a contained ring is let go where odds or members fall under the line by more than this many times


@dataclass(frozen=True, slots=True)
class RingLine:
    """From where on a ring is contained without anybody's doing. `contain_at` is a probability."""

    contain: bool = True
    contain_at: float = 0.9
    least_members: int = 5

    def passed(self, score: float, size: int) -> bool:
        """Whether a ring of this score (0 to 100) and so many members is to be contained."""
        return self.contain and score >= 100 * self.contain_at and size >= self.least_members

    def holds(self, score: float, size: int) -> bool:
        """Whether a ring stays contained that was: down to half the line's odds and half its members.

        So that a ring that stands at the line is not let go and taken back with each account that comes.
        """
        return (
            self.contain
            and SLACK * _odds(score) >= _odds(100 * self.contain_at)
            and SLACK * size >= (self.least_members)
        )


DEFAULT_LINE = RingLine()


def _odds(score: float) -> float:
    return math.inf if score >= 100 else score / (100 - score)


def parse_rings(document: Mapping[str, Any]) -> RingLine:
    """The section of a policy document; the defaults for what it does not say.

    Raises:
        PolicyError: it is not of the form.

    """
    section = document.get("rings")
    if section is None:
        return DEFAULT_LINE
    if not isinstance(section, Mapping):
        raise PolicyError("rings: a table with contain, contain_at and least_members is needed")
    if unknown := sorted(set(map(str, section)) - FIELDS):
        raise PolicyError(f"rings.{unknown[0]}: not known here; known are {', '.join(sorted(FIELDS))}")
    return RingLine(
        contain=_contain(section.get("contain", DEFAULT_LINE.contain)),
        contain_at=_contain_at(section.get("contain_at", DEFAULT_LINE.contain_at)),
        least_members=_least_members(section.get("least_members", DEFAULT_LINE.least_members)),
    )


def _contain(given: Any) -> bool:
    if not isinstance(given, bool):
        raise PolicyError(f"rings.contain: {given!r} is neither true nor false")
    return given


def _contain_at(given: Any) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given < 1:
        raise PolicyError(f"rings.contain_at: {given!r} is not a probability between 0 and 1")
    return float(given)


def _least_members(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < LEAST:
        raise PolicyError(f"rings.least_members: {given!r} is not a number of accounts of at least {LEAST}")
    return given

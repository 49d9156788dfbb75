"""The policy's `retention`: for how many days each kind of data is kept. Pure.

docs/policy.md describes the section.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from risk.policyerror import PolicyError

LEAST_DAYS, MOST_DAYS = 7, 3650  # detection looks a week back at the least


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept. Usage windows lie in weeks, and go by the week."""

    usage_days: int = 365

    @property
    def usage(self) -> timedelta:
        """How long a usage window is kept."""
        return timedelta(days=self.usage_days)


DEFAULT_RETENTION = Retention()
FIELDS = frozenset({"usage_days"})


def parse_retention(document: Mapping[str, Any]) -> Retention:
    """The section of a policy document; the defaults for what it does not say.

    Raises:
        PolicyError: it is not of the form.

    """
    section = document.get("retention")
    if section is None:
        return DEFAULT_RETENTION
    if not isinstance(section, Mapping):
        raise PolicyError("retention: a table with usage_days is needed")
    if unknown := sorted(set(map(str, section)) - FIELDS):
        raise PolicyError(f"retention.{unknown[0]}: not known here; known are {', '.join(sorted(FIELDS))}")
    return Retention(**{str(name): _days(name, days) for name, days in section.items()})


def _days(name: str, given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not LEAST_DAYS <= given <= MOST_DAYS:
        raise PolicyError(f"retention.{name}: {given!r} is not a number of days from {LEAST_DAYS} to {MOST_DAYS}")
    return given

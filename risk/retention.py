"""The policy's `retention`: for how many days each kind of data is kept. Pure.

docs/policy.md describes the section; `verification.retaining` deletes by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from risk.policyerror import PolicyError

LEAST_DAYS, MOST_DAYS = 7, 3650  # detection looks a week back at the least
# What needs more to do its work: receivers can have a month sent again, and an answer is compared with the last.
LEAST: Mapping[str, int] = {"events_days": 30, "lookups_days": 30, "decisions_days": 30, "checks_days": 30}


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept. Usage windows lie in weeks, and go by the week.

    What is of none of these kinds is kept as long as the account: what was sent, keyed hashes of what was shown,
    proofs, the first and the last decision, what people said of it.
    """

    usage_days: int = 365  # windows of use
    decisions_days: int = 1095  # decisions but an account's first and last: three years, in which most claims lapse
    events_days: int = 400  # what has happened, with what was delivered of it
    sightings_days: int = 180  # what the page saw of the device
    checks_days: int = 400  # checks that ended, with the messages that were sent for them
    lookups_days: int = 400  # answers of outside parties
    callbacks_days: int = 30
    tombstone_days: int = 365  # of somebody who was held and asked to be erased

    @property
    def usage(self) -> timedelta:
        """How long a usage window is kept."""
        return timedelta(days=self.usage_days)

    def of(self, kind: str) -> timedelta:
        """How long a kind is kept, by its field without `_days`."""
        return timedelta(days=getattr(self, f"{kind}_days"))

    @property
    def tombstones(self) -> timedelta:
        """How long a tombstone stands."""
        return timedelta(days=self.tombstone_days)


DEFAULT_RETENTION = Retention()
FIELDS = frozenset(field.name for field in fields(Retention))


def parse_retention(document: Mapping[str, Any]) -> Retention:
    """The section of a policy document; the defaults for what it does not say.

    Raises:
        PolicyError: it is not of the form.

    """
    section = document.get("retention")
    if section is None:
        return DEFAULT_RETENTION
    if not isinstance(section, Mapping):
        raise PolicyError("retention: a table with usage_days and others is needed")
    if unknown := sorted(set(map(str, section)) - FIELDS):
        raise PolicyError(f"retention.{unknown[0]}: not known here; known are {', '.join(sorted(FIELDS))}")
    return Retention(**{str(name): _days(name, days) for name, days in section.items()})


def _days(name: str, given: Any) -> int:
    least = LEAST.get(name, LEAST_DAYS)
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= MOST_DAYS:
        raise PolicyError(f"retention.{name}: {given!r} is not a number of days from {least} to {MOST_DAYS}")
    return given

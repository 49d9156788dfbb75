"""Which days of use count as ordinary and varied: the days that an account earns trust by (docs/usage.md). Pure.

Extraction that is spread over many accounts looks light in each; what it lacks is a person's day. So a day counts where
the account called in several hours and slept in others, and asked for more than one thing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

LEAST_REQUESTS: Final = 5
LEAST_HOURS, MOST_HOURS = 2, 18  # hours of a day, in UTC, in which it called: who never sleeps is no person
LEAST_TEMPLATES: Final = 2  # where the gateway sketches prompts
LEAST_HOURS_UNTOLD: Final = 4  # where it does not, hours have to speak alone


@dataclass(frozen=True, slots=True)
class UsedDay:
    """A subject's day, in UTC, as its windows tell it. `templates` is how many unlike sketches; 0: none were sent."""

    subject: int
    day: date
    requests: int
    hours: int
    templates: int


def is_ordinary(used: UsedDay) -> bool:
    """Whether a day is one of ordinary, varied use."""
    if used.requests < LEAST_REQUESTS or used.hours > MOST_HOURS:
        return False
    if not used.templates:
        return used.hours >= LEAST_HOURS_UNTOLD
    return used.hours >= LEAST_HOURS and used.templates >= LEAST_TEMPLATES

"""How often and how soon an outside party that is away is tried again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """At most `tries`; the pause doubles from `pause_seconds` on, up to `longest_seconds`."""

    tries: int
    pause_seconds: float
    longest_seconds: float

    def pause(self, tried: int) -> float | None:
        """Seconds until the next try, after this many; None when there is none.

        Half of each pause is chance, so that those who failed together do not come back together.
        """
        if tried >= self.tries:
            return None
        whole = min(self.longest_seconds, self.pause_seconds * 2.0 ** (tried - 1))
        return float(whole) * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing


CODES = Patience(tries=5, pause_seconds=4, longest_seconds=60)  # a person waits: over in about a minute
SESSIONS = Patience(tries=6, pause_seconds=3, longest_seconds=120)
SETTLING = Patience(tries=12, pause_seconds=3, longest_seconds=600)  # over in less than the hour a card check lives
TELLING = Patience(tries=6, pause_seconds=2, longest_seconds=600)
NOTICES = Patience(tries=12, pause_seconds=60, longest_seconds=14_400)  # days are left: over in about a day
LOOKUPS = Patience(tries=12, pause_seconds=10, longest_seconds=3600)  # nobody waits: over in about four hours

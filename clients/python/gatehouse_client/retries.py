"""How long to wait for an answer, how often to ask, and how long to pause in between."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds and tries. Only what is safe to repeat is: reading, and every POST, which carries an idempotency key."""

    connect: float = 1.0
    read: float = 3.0
    tries: int = 3
    first_pause: float = 0.1
    longest_pause: float = 1.0
    leave_alone: float = 2.0  # after a call that failed in every try, lookups do not ask for so long

    def pause(self, failed: int, *, asked: float | None = None) -> float | None:
        """Seconds before the next try, after so many failed; None where there is none.

        All of it is chance, so that callers that failed together do not come back together. What the answer asked for
        is waited for where that is not too long.
        """
        if failed >= self.tries or (asked is not None and asked > self.longest_pause):
            return None
        return max(asked or 0.0, random.uniform(0, min(self.longest_pause, self.first_pause * 2.0**failed)))  # noqa: S311 - no secret

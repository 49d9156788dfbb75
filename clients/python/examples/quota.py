"""Counts requests by the minute for each quota, in one process: use your Redis or your gateway's counter."""

import threading
import time
from collections import Counter

from gatehouse_client import Tier

MINUTE = 60


class Quota:
    """Accounts of one ring have one budget key, and so one quota between them."""

    def __init__(self) -> None:
        self._minute = 0
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, tier: Tier) -> bool:
        """Take one request; whether there was one left."""
        with self._lock:
            minute = int(time.time() // MINUTE)
            if minute != self._minute:
                self._minute = minute
                self._taken.clear()
            self._taken[tier.budget_key] += 1
            return self._taken[tier.budget_key] <= tier.limits.get("requests_per_minute", 0)

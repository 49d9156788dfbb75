"""The versions that the feed told of, for as long as a token of a lower one could still be good."""

import threading
import time
from collections import OrderedDict
from typing import Final

from gatehouse_client.answers import TierChange

KEPT_SECONDS: Final = 1200.0  # docs/tier-tokens.md: what a reader without a cursor is told of; no token lives longer


class Versions:
    """The newest change of each account that had one lately. Safe to use from many threads."""

    def __init__(self, kept_seconds: float = KEPT_SECONDS) -> None:
        self._kept_seconds = kept_seconds
        self._newest: OrderedDict[str, tuple[TierChange, float]] = OrderedDict()  # the oldest told first
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._newest)

    def note(self, change: TierChange) -> None:
        """The feed tells of a change. One of a lower version than is known changes nothing."""
        now = time.monotonic()
        with self._lock:
            known = self._newest.get(change.account_id)
            if known is None or known[0].version <= change.version:
                self._newest[change.account_id] = (change, now)
                self._newest.move_to_end(change.account_id)
            while self._newest and next(iter(self._newest.values()))[1] < now - self._kept_seconds:
                self._newest.popitem(last=False)

    def newer(self, account_id: str, version: int) -> TierChange | None:
        """The change that makes this version of an account one of the past, where one is known."""
        known = self._newest.get(account_id)
        return known[0] if known is not None and known[0].version > version else None

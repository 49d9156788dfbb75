"""What was answered of accounts, kept for a while: no more than so many, and each only so long."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from gatehouse_client.answers import Tier


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, its tag, and when it came (time.monotonic)."""

    tier: Tier
    etag: str
    at: float

    @property
    def age(self) -> float:
        """Seconds since it came."""
        return time.monotonic() - self.at


class Cache:
    """The least lately used go first. Safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, account_id: str) -> Kept | None:
        """What is kept of an account, however old."""
        with self._lock:
            kept = self._kept.get(account_id)
            if kept is not None:
                self._kept.move_to_end(account_id)
            return kept

    def put(self, tier: Tier, etag: str = "") -> None:
        """Keep an answer that came now."""
        with self._lock:
            self._kept[tier.account_id] = Kept(tier, etag, time.monotonic())
            self._kept.move_to_end(tier.account_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop(self, account_id: str) -> None:
        """Keep nothing of an account."""
        with self._lock:
            self._kept.pop(account_id, None)

    def drop_below(self, account_id: str, version: int) -> None:
        """Keep nothing of an account that is of a lower version."""
        with self._lock:
            if (kept := self._kept.get(account_id)) is not None and kept.tier.version < version:
                del self._kept[account_id]

    def clear(self) -> None:
        """Keep nothing at all."""
        with self._lock:
            self._kept.clear()

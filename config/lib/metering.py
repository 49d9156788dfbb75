"""Quotas of calls that come thousands of times a second: drawn from Valkey in blocks, and spent in this process.

A block is BLOCKS-th of the limit. So a caller gets at most its limit, and with n processes up to n blocks of it lie
where they are not asked for. A small limit has blocks of one call and is counted as exactly as any other.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from config.lib.errors import RATE_LIMITED, Problem
from config.lib.models import ApiKey
from config.lib.ratelimit import Quota, Standing, fields, spend

POLICY: Final = "lookups"  # its limit stands in settings.API_LIMITS
BLOCKS: Final = 1000
REMEMBERED: Final = 4096  # meters
ASK_AGAIN_SECONDS: Final = 1.0  # how long a refusal is given without asking again


@dataclass(slots=True)
class Meter:
    """What one key may still spend here."""

    quota: Quota
    left: int = 0
    until: float = 0.0  # what is left is lost then; a refusal too
    standing: Standing | None = None
    policy: str = ""  # the header RateLimit-Policy
    lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, cost: int = 1) -> bool:
        """Whether so many calls more are within the limit."""
        with self.lock:
            if self.left >= cost and time.monotonic() < self.until:
                self.left -= cost
                return True
            return self._draw(cost)

    def headers(self) -> list[tuple[str, str]]:
        """The RateLimit headers of an answer after `spend`: config.lib.ratelimit.fields, with what is left here."""
        if self.standing is None:
            return []
        left = f'"{POLICY}";r={self.standing.remaining + self.left};t={self.standing.resets}'
        return [("RateLimit-Policy", self.policy), ("RateLimit", left)]

    @property
    def resets(self) -> int:
        """Seconds until there is more."""
        return self.standing.resets if self.standing else 1

    def refusal(self) -> Problem:
        """The answer where `spend` says no."""
        return RATE_LIMITED.problem(headers={"Retry-After": str(self.resets)}, violated_policies=[self.quota.policy])

    def _draw(self, cost: int) -> bool:
        now, item = time.monotonic(), self.quota.item()
        refused = self.standing is not None and not self.standing.granted
        if refused and now < self.until:
            return False
        block = max(1, cost, item.amount // BLOCKS)
        standing = spend(self.quota, cost=block)
        if not standing.granted and block > cost:
            block = cost
            standing = spend(self.quota, cost=block)
        self.standing, self.policy = standing, fields([standing])["RateLimit-Policy"]
        self.left = block - cost if standing.granted else 0
        self.until = now + (item.get_expiry() if standing.granted else ASK_AGAIN_SECONDS)
        return standing.granted


class MeteredThrottle(BaseThrottle):
    """The throttle of views whose calls are metered: the same quota as at the door."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises Problem: rate_limited."""
        key = request.auth
        if not isinstance(key, ApiKey):
            return True  # refused already, and counted there
        meter = meter_of(key)
        granted = meter.spend()
        view.headers.update(meter.headers())
        if not granted:
            raise meter.refusal()
        return True


def meter_of(key: ApiKey) -> Meter:
    """The meter of a key in this process."""
    meter = _meters.get(key.public_id)
    if meter is None:
        if len(_meters) >= REMEMBERED:
            _meters.clear()
        meter = _meters[key.public_id] = Meter(Quota(POLICY, key.public_id))
    return meter


def start_anew() -> None:
    """Meter as a process does that has just started."""
    _meters.clear()


_meters: dict[str, Meter] = {}

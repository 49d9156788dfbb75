"""How often one may call. The table is settings.API_LIMITS, such as {"secret": "6000/minute"}; counting is by `limits`.

    secret               a secret key
    publishable          a publishable key
    publishable_address  a publishable key from one address: the key of a page is everybody's, so each has a share
    anonymous            one address, calls without a good key
    lookups              a secret key, where gateways ask for tiers and draw on budgets (config.lib.metering)
    paid_lookups         lookups that cost money, all together
    reports              a secret key, where it tells what became of accounts
    mail_probes          conversations with one mail server that a stranger named

Windows slide, so nobody gets twice the limit around a full minute. Counts are kept in Valkey. While it is away each
process counts for itself: with n processes a caller can get n times the limit, never more, and nobody is shut out.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from config.lib.errors import RATE_LIMITED, Problem
from config.lib.http import client_ip
from config.lib.models import ApiKey

log = structlog.get_logger(__name__)

VALKEY_TIMEOUT_SECONDS: Final = 0.25  # a hundred times what it takes when it is well
LEAVE_ALONE_SECONDS: Final = 5.0  # how long Valkey is not asked after it failed
SAY_EVERY_SECONDS: Final = 60.0
# A household or a server has a whole /64 to itself (RFC 6177), so one address in it says nothing.
IPV6_PREFIX: Final = 64


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit that a call draws on: `policy` names it in API_LIMITS, `partition` says whose it is."""

    policy: str
    partition: str

    def item(self) -> RateLimitItem:
        """The limit as the table has it. Raises ValueError where it cannot be read."""
        return _parsed(settings.API_LIMITS[self.policy])


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a quota after a call. `resets` is in seconds from now."""

    quota: Quota
    granted: bool
    remaining: int
    resets: int


class KeyThrottle(BaseThrottle):
    """The throttle of views: counts the call and tells in the headers of its answer what is left."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises Problem: rate_limited."""
        del view
        key = request.auth
        if refusal := counted(request, key if isinstance(key, ApiKey) else None):
            raise refusal
        return True


def counted(request: Request, key: ApiKey | None) -> Problem | None:
    """Count a call, set the RateLimit headers of its answer, and return the refusal where it is one too many."""
    standings: list[Standing] = []
    for quota in quotas(request, key):
        standings.append(_counter.spend(quota))
        if not standings[-1].granted:  # what is refused here draws on no further quota: a flood is the flooder's alone
            break
    request.parser_context["view"].headers.update(fields(standings))
    last = standings[-1]
    if last.granted:
        return None
    return RATE_LIMITED.problem(headers={"Retry-After": str(last.resets)}, violated_policies=[last.quota.policy])


def quotas(request: Request, key: ApiKey | None) -> list[Quota]:
    """What a call draws on, the narrowest first."""
    if key is None:
        return [Quota("anonymous", network_of(client_ip(request)))]
    if key.kind == "secret":
        return [Quota("secret", key.public_id)]
    visitor = f"{key.public_id}:{network_of(client_ip(request))}"
    return [Quota("publishable_address", visitor), Quota("publishable", key.public_id)]


def network_of(address: str) -> str:
    """Whose an address is: an IPv4 address stands for itself, an IPv6 address for its /64."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def spend(quota: Quota, *, cost: int = 1) -> Standing:
    """Draw on a quota that no view's throttle draws on."""
    return _counter.spend(quota, cost=cost)


def draw(quota: Quota) -> None:
    """Draw on a quota, or refuse the call. Raises Problem: rate_limited."""
    standing = _counter.spend(quota)
    if not standing.granted:
        raise RATE_LIMITED.problem(headers={"Retry-After": str(standing.resets)}, violated_policies=[quota.policy])


def left(quota: Quota) -> float:
    """The share of a quota that is left, 0 to 1. Asking draws on nothing."""
    return _counter.left(quota)


def fields(standings: Sequence[Standing]) -> dict[str, str]:
    """RateLimit-Policy and RateLimit as in draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4."""
    policies, limits = [], []
    for standing in standings:
        item = standing.quota.item()
        policies.append(f'"{standing.quota.policy}";q={item.amount};w={item.get_expiry()}')
        limits.append(f'"{standing.quota.policy}";r={standing.remaining};t={standing.resets}')
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(limits)}


@dataclass(slots=True)
class _Counter:
    """Counts in Valkey, and while that is away in this process."""

    shared: dict[str, SlidingWindowCounterRateLimiter] = field(default_factory=dict)
    own: SlidingWindowCounterRateLimiter | None = None
    away_until: float = 0.0
    said_at: float = -math.inf
    lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, quota: Quota, *, cost: int = 1) -> Standing:
        if time.monotonic() >= self.away_until:
            try:
                return _spend(self._valkey(settings.REDIS_URL), quota, cost)
            except StorageError as error:
                self._leave_alone(error)
        return _spend(self._memory(), quota, cost)

    def left(self, quota: Quota) -> float:
        if time.monotonic() >= self.away_until:
            try:
                return _left(self._valkey(settings.REDIS_URL), quota)
            except StorageError as error:
                self._leave_alone(error)
        return _left(self._memory(), quota)

    def _valkey(self, url: str) -> SlidingWindowCounterRateLimiter:
        with self.lock:
            if url not in self.shared:
                self.shared[url] = SlidingWindowCounterRateLimiter(_storage(url))
            return self.shared[url]

    def _memory(self) -> SlidingWindowCounterRateLimiter:
        with self.lock:
            self.own = self.own or SlidingWindowCounterRateLimiter(MemoryStorage())
            return self.own

    def _leave_alone(self, error: StorageError) -> None:
        now = time.monotonic()
        self.away_until = now + LEAVE_ALONE_SECONDS
        if now - self.said_at >= SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("limits_counted_in_process", reason=type(error.storage_error).__name__)


def _storage(url: str) -> RedisStorage:
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=VALKEY_TIMEOUT_SECONDS,
        socket_connect_timeout=VALKEY_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),  # redis-py would try for seconds, and the caller waits
    )
    return RedisStorage(url, connection_pool=pool, wrap_exceptions=True, key_prefix="gatehouse:limits")


@cache
def _parsed(limit: str) -> RateLimitItem:
    return parse(limit)


def _spend(limiter: SlidingWindowCounterRateLimiter, quota: Quota, cost: int) -> Standing:
    item = quota.item()
    granted = limiter.hit(item, quota.policy, quota.partition, cost=cost)
    stats = limiter.get_window_stats(item, quota.policy, quota.partition)
    resets = max(1, math.ceil(stats.reset_time - time.time()))
    return Standing(quota, granted, stats.remaining if granted else 0, resets)


def _left(limiter: SlidingWindowCounterRateLimiter, quota: Quota) -> float:
    item = quota.item()
    return float(limiter.get_window_stats(item, quota.policy, quota.partition).remaining / item.amount)


def start_anew() -> None:
    """Count as a process does that has just started: with no count of its own, and Valkey asked again."""
    _counter.own, _counter.away_until, _counter.said_at = None, 0.0, -math.inf


_counter = _Counter()

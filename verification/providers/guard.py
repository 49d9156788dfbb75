"""A circuit breaker for each outside party: one that keeps failing is left alone for a while, by every worker.

The state is in Valkey, so that workers learn of it from each other; with Valkey away each call goes through.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from django.conf import settings
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitRedisStorage

from verification.providers.interface import ProviderRefused, ProviderUnavailable

FAILURES = 5  # in a row, until a party is left alone
REST_SECONDS = 30  # until one call tries again
NAMESPACE = "gatehouse"  # of the keys in Valkey
Answer = TypeVar("Answer")


def guarded(party: str, call: Callable[[], Answer]) -> Answer:
    """Make a call to a party, unless it has been failing.

    Raises:
        ProviderUnavailable: the call raised it, or the party is left alone.
        ProviderRefused: the call raised it; the party works, and says no.

    """
    try:
        breaker = breaker_of(party)
    except redis.RedisError:
        return call()
    try:
        answer: Answer = breaker.call(call)
    except CircuitBreakerError:
        raise ProviderUnavailable(f"{party} is left alone") from None
    return answer


@lru_cache(maxsize=32)
def breaker_of(party: str) -> CircuitBreaker:
    """The breaker of a party, shared by all processes through Valkey."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return CircuitBreaker(
        fail_max=FAILURES,
        reset_timeout=REST_SECONDS,
        exclude=[ProviderRefused],
        state_storage=CircuitRedisStorage(STATE_CLOSED, client, namespace=f"{NAMESPACE}:{party}"),
        name=party,
        throw_new_error_on_trip=False,
    )

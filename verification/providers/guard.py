"""A circuit breaker for each outside party: one that keeps failing is left alone for a while, by every worker.

The state is in Valkey, so that workers learn of it from each other; with Valkey away each call goes through. Its keys
are `gatehouse:<party>:pybreaker:state` and so on; deleting them closes the breaker by hand. Every call is counted and
timed for /metrics.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final, TypeVar

import redis
from django.conf import settings
from opentelemetry.trace import Span, SpanKind
from prometheus_client import Histogram
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitRedisStorage

from config.lib import tracing
from verification.providers.interface import ProviderRefused, ProviderUnavailable, ValueUnavailable

FAILURES = 5  # in a row, until a party is left alone
REST_SECONDS = 30  # until one call tries again
NAMESPACE = "gatehouse"  # of the keys in Valkey
BUCKETS: Final = (
    0.005,
    0.025,
    0.1,
    0.25,
    0.5,
    1.0,
    2.0,
    3.0,
    5.0,
    10.0,
    25.0,
)  # seconds; no call is let run for longer
Answer = TypeVar("Answer")

CALL_SECONDS: Final = Histogram(
    "gatehouse_outside_seconds",
    "How long calls to outside parties took, by party and what came of them: answered, refused (it says no for good), "
    "unanswered (it works, but not for this value), away, left_alone (its breaker is open: not called), fault (ours).",
    ["party", "result"],
    buckets=BUCKETS,
)


class LeftAlone(ProviderUnavailable):
    """The party has been failing, and was not called."""


# What a call's exception counts as; the first that fits.
RESULTS: Final = (
    (LeftAlone, "left_alone"),
    (ValueUnavailable, "unanswered"),
    (ProviderUnavailable, "away"),
    (ProviderRefused, "refused"),
)


def guarded(party: str, call: Callable[[], Answer]) -> Answer:
    """Make a call to a party, unless it has been failing.

    Raises:
        ProviderUnavailable: the call raised it, or the party is left alone.
        ProviderRefused: the call raised it; the party works, and says no.

    """
    with tracing.span("ask outside", kind=SpanKind.CLIENT, party=party) as step, _counted(party, step):
        try:
            breaker = breaker_of(party)
        except redis.RedisError:
            return call()
        try:
            answer: Answer = breaker.call(call)
        except CircuitBreakerError:
            raise LeftAlone(f"{party} is left alone") from None
        return answer


def left_alone(parties: Iterable[str]) -> list[str]:
    """Those of the parties whose breaker is open or about to try. Raises redis.RedisError."""
    return [party for party in parties if breaker_of(party).current_state != STATE_CLOSED]


@lru_cache(maxsize=32)
def breaker_of(party: str) -> CircuitBreaker:
    """The breaker of a party, shared by all processes through Valkey."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return CircuitBreaker(
        fail_max=FAILURES,
        reset_timeout=REST_SECONDS,
        exclude=[ProviderRefused, ValueUnavailable],
        state_storage=CircuitRedisStorage(STATE_CLOSED, client, namespace=f"{NAMESPACE}:{party}"),
        name=party,
        throw_new_error_on_trip=False,
    )


@contextmanager
def _counted(party: str, step: Span) -> Iterator[None]:
    begun, result = time.perf_counter(), "answered"
    try:
        yield
    except Exception as error:
        result = next((word for kind, word in RESULTS if isinstance(error, kind)), "fault")
        raise
    finally:
        step.set_attribute("gatehouse.result", result)
        CALL_SECONDS.labels(party, result).observe(time.perf_counter() - begun)

"""How often and how soon what was not delivered is sent again, and when an endpoint is left alone.

The pauses are those of the Standard Webhooks specification ("Deliverability and reliability", version 1.0.0). They add
up to 75 hours and 35 minutes: a receiver that is down from Friday evening to Monday morning misses nothing.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

# After the first try, which is made at once, the pause before the second, the third ...
PAUSES: Final[Sequence[timedelta]] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES: Final = len(PAUSES) + 1
JITTER: Final = 0.1  # each pause is longer or shorter by up to this share, so that those who failed together part
RETRY_AFTER_MOST: Final = timedelta(hours=24)  # a receiver can ask for no longer pause than the longest of ours

FAILING: Final = timedelta(days=3)  # nothing was delivered for so long: the endpoint is disabled
HELD: Final = timedelta(days=3)  # what waits for a disabled endpoint is given up after so long

# An endpoint that nobody answers at is left alone for a while as a whole, and then tried with one delivery.
UNREACHED_MOST: Final = 5  # attempts in a row, until it is
REST: Final = timedelta(seconds=5)
REST_MOST: Final = timedelta(seconds=60)
# These say that the receiver as a whole is away or has too much to do; any other status is about one message.
BUSY: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def pause(tried: int, *, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after this many tries; None: no more. `asked` is what the receiver asked for by Retry-After."""
    if tried > len(PAUSES):
        return None
    spread = 1 + JITTER * (2 * random.random() - 1)  # noqa: S311 - spreads load, guards nothing
    return max(PAUSES[tried - 1] * spread, min(asked or timedelta(), RETRY_AFTER_MOST))


def rest(unreached: int, *, asked: timedelta | None = None) -> timedelta | None:
    """How long an endpoint is left alone after so many attempts in a row that nobody took; None: it is not."""
    # Where it asks for a pause, that is taken for as long as we leave anybody alone; the delivery itself waits longer.
    doubled = REST * 2 ** min(unreached - UNREACHED_MOST, 10) if unreached >= UNREACHED_MOST else timedelta()
    wanted = max(doubled, asked or timedelta())
    return min(wanted, REST_MOST) if wanted else None


def retry_after(headers: Mapping[str, str], *, at: datetime) -> timedelta | None:
    """What a Retry-After header asks for, as seconds or as a date (RFC 9110, section 10.2.3); None without one."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal() and len(said) <= 9:
        return timedelta(seconds=int(said))
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(timedelta(), (until if until.tzinfo else until.replace(tzinfo=UTC)) - at)

"""Cards and documents without an outside party, for machines with no way out and for the signups of test keys.

The page shows a form of its own in place of Stripe's; what is chosen there comes with the answer (`choice`) and is kept
for a day. As with Stripe's test cards, each choice shows something else; one that nobody knows is the first.

| card | what comes of it |
|---|---|
| `visa` | passed: a credit card of the United States |
| `prepaid` | passed, and prepaid |
| `cvc_fails` | passed, though the security code was wrong |
| `secured` | passed with 3-D Secure |
| `declined` | declined; the person can try another |
| `not_secured` | 3-D Secure failed; the person can try another |
| `canceled` | failed for good |

| document | what comes of it |
|---|---|
| `verified` | passed |
| `unreadable` | the photograph could not be read; the person can try again |
| `canceled` | failed for good |

A choice can name whose card it is after a colon, as `visa:alice`: the same name is the same card.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

from verification.providers.interface import Progress, ProviderRefused, ProviderUnavailable, Session, SessionResult

KEPT_SECONDS = 86_400
NOTHING_CHOSEN = ""
BEGINNING = "offline_"  # of every reference
Kept = TypeVar("Kept")

_CARD: Mapping[str, Any] = {
    "provider": "offline",
    "brand": "visa",
    "funding": "credit",
    "issuer_country": "US",
    "cvc_check": "pass",
    "postal_check": "pass",
}
CARDS: Mapping[str, SessionResult] = {
    "visa": SessionResult(Progress.PASSED, _CARD),
    "prepaid": SessionResult(Progress.PASSED, {**_CARD, "funding": "prepaid"}),
    "cvc_fails": SessionResult(Progress.PASSED, {**_CARD, "cvc_check": "fail"}),
    "secured": SessionResult(Progress.PASSED, {**_CARD, "three_d_secure": "authenticated"}),
    "declined": SessionResult(Progress.OPEN),
    "not_secured": SessionResult(Progress.OPEN),
    "canceled": SessionResult(Progress.FAILED),
}
DOCUMENTS: Mapping[str, SessionResult] = {
    "verified": SessionResult(Progress.PASSED),
    "unreadable": SessionResult(Progress.OPEN),
    "canceled": SessionResult(Progress.FAILED),
}


class OfflineSessions:
    """Stands in for a party that holds sessions. `choices` is what can be chosen there."""

    def __init__(self, choices: Mapping[str, SessionResult]) -> None:
        self._choices = choices

    def open(self, key: str, account_id: str) -> Session:
        """A session of its own for each key."""
        del account_id
        reference = f"{BEGINNING}{key}"
        _kept(lambda: cache.add(_name(reference), NOTHING_CHOSEN, KEPT_SECONDS))
        return Session(reference, {"form": "offline", "choices": list(self._choices)})

    def result(self, reference: str) -> SessionResult:
        """What the choice comes to; open until something was chosen."""
        chosen = _kept(lambda: cache.get(_name(reference)))
        if chosen is None:
            raise ProviderRefused("offline: no such session")
        choice, _, owner = chosen.partition(":")
        if not choice:
            return SessionResult(Progress.OPEN)
        result = self._choices.get(choice, next(iter(self._choices.values())))
        if not result.told:
            return result
        return SessionResult(result.progress, {**result.told, "fingerprint": owner or f"of {reference}"})


def choose(reference: str, choice: str) -> None:
    """Keep what was chosen in a session that is open here. Of any other session nothing is kept."""
    if reference.startswith(BEGINNING):
        with suppress(RedisError):  # nothing is chosen then, and the person chooses again
            cache.set(_name(reference), choice, KEPT_SECONDS)


def _name(reference: str) -> str:
    return f"offline-session:{reference}"


def _kept(work: Callable[[], Kept]) -> Kept:
    try:
        return work()
    except RedisError as error:
        raise ProviderUnavailable(f"offline: {type(error).__name__}") from None

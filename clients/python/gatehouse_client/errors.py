"""What can go wrong, by what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Any


class GatehouseError(Exception):
    """Everything that this package raises of its own."""


class Unavailable(GatehouseError):
    """Gatehouse cannot be asked now: it does not answer, or says that the fault is its own. Asking later can help."""


class FeedStale(Unavailable):
    """What is known of changes is too old to go by: the feed is not followed, or could not be read lately."""


class Refused(GatehouseError):
    """Gatehouse answered, and the answer is no (4xx). It is never a reason to let somebody through."""

    def __init__(self, status: int, problem: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.title = str(problem.get("title", "refused"))
        self.detail = problem.get("detail")
        self.fix = problem.get("fix")
        self.request_id = problem.get("request_id")
        self.errors: Sequence[Mapping[str, str]] = problem.get("errors", [])
        self.retry_after = retry_after
        super().__init__(f"{status} {self.code}: {self.detail or self.title}")


class KeyRefused(Refused):
    """401 or 403: the API key is missing, not valid, or may not do this."""


class NotFound(Refused):
    """404: there is no such thing, or it is not yours to see."""


class CursorExpired(Refused):
    """410: the feed cannot be followed from this cursor any more."""


class RateLimited(Refused):
    """429: too many calls; `retry_after` says for how many seconds to wait."""


class TokenRefused(GatehouseError):
    """The tier token is not one to go by."""


class TokenInvalid(TokenRefused):
    """Not signed by this Gatehouse, not of this kind, not for this application, or not of this form."""


class TokenExpired(TokenRefused):
    """It was good, and its time is over. Have another signed."""


class TokenRevoked(TokenRefused):
    """It is of a version that its account no longer has. `tier` is the account's tier since."""

    def __init__(self, account_id: str, version: int, tier: str) -> None:
        self.account_id, self.version, self.tier = account_id, version, tier
        super().__init__(f"the account is {tier} since version {version}")


class WebhookRefused(GatehouseError):
    """The delivery is not signed with one of the keys, or not lately."""

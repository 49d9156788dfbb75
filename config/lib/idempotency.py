"""A POST that may be repeated: under one Idempotency-Key it runs once, and its answer is given again.

After draft-ietf-httpapi-idempotency-key-header. Answers are kept for KEPT, per API key. An attempt that never answered,
because its process died, holds its key for ABANDONED_AFTER. 429 and 5xx answers are not kept: a repeat tries again.

The answer is stored after the work was committed. A process killed between the two leaves work done and no answer:
the repeat runs, and what the work itself keeps unique says so (`account_id_taken`).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.errors import Problem, StrictJSONParser, declare, refuse_large
from config.lib.models import ApiKey, IdempotentAnswer

log = structlog.get_logger(__name__)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT: Final = timedelta(hours=24)
ABANDONED_AFTER: Final = timedelta(seconds=60)  # twice the longest that any call may take
SHAPE: Final = re.compile(r"[!-~]{1,255}")
# What of the headers belongs to the answer; the others belong to the call, and are made anew.
KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag", "Retry-After", "WWW-Authenticate")

KEY_MALFORMED = declare(
    "idempotency_key_malformed",
    status=400,
    title="The Idempotency-Key cannot be used",
    fix="Send 1 to 255 visible ASCII characters, such as a UUID.",
)
KEY_REUSED = declare(
    "idempotency_key_reused",
    status=422,
    title="The Idempotency-Key was used for another request",
    fix="Use a new key for each new request, and the same key only to repeat the very same bytes.",
)
IN_PROGRESS = declare(
    "idempotency_in_progress",
    status=409,
    title="The first request under this Idempotency-Key is still at work",
    fix="Wait for the seconds in Retry-After and repeat it.",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run, and to store the answer unless a later attempt has taken over."""

    row: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One call under an Idempotency-Key."""

    api_key: int
    key: str
    digest: str
    at: datetime


class _ReplayedError(Exception):
    """Leaves the view early with the stored answer."""

    def __init__(self, answer: IdempotentAnswer) -> None:
        super().__init__()
        self.answer = answer


class IdempotentMixin(APIView):
    """Makes the POST of a view one that may be repeated. Stands before APIView. Two queries a call."""

    _claim: Claim | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After keys, scopes and limits: claim the Idempotency-Key, or leave with what is stored under it."""
        super().initial(request, *args, **kwargs)
        self._claim = None
        if request.method == "POST" and HEADER in request.headers and isinstance(request.auth, ApiKey):
            self._claim = claim(_ask(request, request.auth))

    def handle_exception(self, exc: Exception) -> Response:
        """Turn the stored answer into the answer."""
        if isinstance(exc, _ReplayedError):
            return _replayed(exc.answer)  # type: ignore[return-value] # DRF passes any HttpResponse on
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Store the answer of the one that ran."""
        answered = super().finalize_response(request, response, *args, **kwargs)
        if self._claim is not None:
            if isinstance(answered, Response):
                answered.render()
            _settle(self._claim, answered)
        return answered


def claim(ask: Ask) -> Claim:
    """Take the right to run.

    Raises:
        Problem: idempotency_key_reused, idempotency_in_progress.
        _ReplayedError: the call has run and this is its answer.

    """
    with connection.cursor() as cursor:
        # Free is a new key, one past its time, and the same call given up on. All others lose in the WHERE.
        cursor.execute(
            """
            INSERT INTO lib_idempotentanswer AS kept
                (api_key_id, key, request_digest, attempt, started_at, expires_at, headers)
            VALUES (%(api_key)s, %(key)s, %(digest)s, 1, %(at)s, %(expires)s, '{}')
            ON CONFLICT (api_key_id, key) DO UPDATE
            SET request_digest = excluded.request_digest, attempt = kept.attempt + 1, status = NULL, body = NULL,
                started_at = excluded.started_at, expires_at = excluded.expires_at
            WHERE kept.expires_at <= %(at)s
                OR (kept.status IS NULL AND kept.started_at <= %(abandoned)s
                    AND kept.request_digest = excluded.request_digest)
            RETURNING id, attempt
            """,
            {
                "api_key": ask.api_key,
                "key": ask.key,
                "digest": ask.digest,
                "at": ask.at,
                "expires": ask.at + KEPT,
                "abandoned": ask.at - ABANDONED_AFTER,
            },
        )
        won = cursor.fetchone()
    if won is not None:
        return Claim(*won)
    raise _lost(ask)


def settle(claim: Claim, response: HttpResponse) -> None:
    """Store the answer, or free the key where the next may be another.

    An attempt that a later one has taken over from changes nothing.
    """
    mine = IdempotentAnswer.objects.filter(pk=claim.row, attempt=claim.attempt, status=None)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        mine.delete()
        return
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    mine.update(status=response.status_code, headers=headers, body=response.content.decode("latin-1"))


def _settle(claim: Claim, response: HttpResponse) -> None:
    """The work is done: a database that went away since keeps nobody from the answer, only a repeat from having it."""
    try:
        settle(claim, response)
    except (OperationalError, InterfaceError) as away:
        log.warning("answer_not_kept", reason=type(away).__name__)


def forget_expired(now: datetime) -> int:
    """Delete answers past their time. Returns how many."""
    deleted, _ = IdempotentAnswer.objects.filter(expires_at__lte=now).delete()
    return deleted


def _ask(request: Request, key: ApiKey) -> Ask:
    sent = request.headers[HEADER]
    if not SHAPE.fullmatch(sent):
        raise KEY_MALFORMED.problem()
    return Ask(api_key=key.pk, key=sent, digest=_digest(request), at=timezone.now())


def _digest(request: Request) -> str:
    """The same for the same method, address and bytes only."""
    sent: HttpRequest = request._request  # noqa: SLF001 - no public name
    longest = [parser.most() for parser in request.parsers or [] if isinstance(parser, StrictJSONParser)]
    refuse_large(sent, most=max(longest, default=StrictJSONParser.most()))
    line = f"{sent.method} {sent.get_full_path()}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(line + sent.body).hexdigest()


def _lost(ask: Ask) -> Exception:
    kept = IdempotentAnswer.objects.filter(api_key_id=ask.api_key, key=ask.key).first()
    if kept is not None and kept.request_digest != ask.digest:
        return KEY_REUSED.problem()
    if kept is None or kept.status is None:
        return _in_progress(ask, kept)
    return _ReplayedError(kept)


def _in_progress(ask: Ask, kept: IdempotentAnswer | None) -> Problem:
    """Most calls are done within a second; one given up on is free when its time is over."""
    left = ABANDONED_AFTER - (ask.at - kept.started_at) if kept is not None else timedelta()
    wait = 1 if left > ABANDONED_AFTER / 2 else max(1, round(left.total_seconds()))
    return IN_PROGRESS.problem(headers={"Retry-After": str(wait)})


def _replayed(answer: IdempotentAnswer) -> HttpResponse:
    headers: Mapping[str, str] = answer.headers
    return HttpResponse(answer.body.encode("latin-1"), status=answer.status, headers={**headers, REPLAYED: "true"})

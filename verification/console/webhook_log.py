"""The log of a webhook endpoint as the console shows it: its deliveries, page by page, and all about one of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from config.lib.crypto import DecryptionError
from verification.console.readonly import moment
from verification.webhook_models import DeliveryStatus, Result, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from verification.webhooks import messages

LINES = 50  # a page
COLOURS = {
    DeliveryStatus.WAITING: "challenge",
    DeliveryStatus.DELIVERED: "allow",
    DeliveryStatus.GIVEN_UP: "deny",
}
WORDS = {
    Result.DELIVERED: "delivered",
    Result.REFUSED: "answered",
    Result.TIMED_OUT: "no answer in time",
    Result.UNREACHABLE: "could not be reached",
    Result.FORBIDDEN: "leads to an address where we never go",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as the table shows it. `last` is what came of the last attempt, in words."""

    pk: int
    type: str
    about: str
    status: str
    colour: str
    happened: str | None
    tries: int
    last: str
    next_try: str | None


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt as the page of a delivery shows it."""

    at: str | None
    words: str
    milliseconds: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log. `chosen` is the status it is narrowed to; after `following` the next page goes on."""

    lines: Sequence[Line]
    following: int | None
    chosen: str
    paged: bool
    statuses: Sequence[str] = tuple(DeliveryStatus)


def page_of(endpoint: WebhookEndpoint, asked: Mapping[str, str]) -> Page:
    """What `?status=` and `?after=` ask for, the newest first; what makes no sense asks for nothing."""
    status, after = asked.get("status", ""), asked.get("after", "")
    rows = with_attempts(endpoint.deliveries.all()).order_by("-pk")
    if status in set(DeliveryStatus):
        rows = rows.filter(status=status)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: LINES + 1])
    shown = found[:LINES]
    following = shown[-1].pk if len(found) > LINES else None
    return Page(
        [line_of(row) for row in shown], following, status if status in set(DeliveryStatus) else "", bool(after)
    )


def with_attempts(rows: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """With their events, and their attempts without what was answered."""
    attempts = Prefetch("attempts", WebhookAttempt.objects.defer("excerpt").order_by("-pk"))
    return rows.select_related("event").prefetch_related(attempts)


def line_of(row: WebhookDelivery) -> Line:
    """One delivery of `with_attempts`."""
    attempts = list(row.attempts.all())
    waits = row.status == DeliveryStatus.WAITING
    return Line(
        pk=row.pk,
        type=row.event.type,
        about=str(row.event.data.get("account_id") or row.event.data.get("ring") or "-"),
        status=row.status.replace("_", " "),
        colour=COLOURS[DeliveryStatus(row.status)],
        happened=moment(row.at),
        tries=row.tries,
        last=_said(attempts[0]) if attempts else "not tried yet",
        next_try=moment(row.due_at) if waits else None,
    )


def tries_of(row: WebhookDelivery) -> Sequence[Try]:
    """Every attempt of a delivery, the newest first."""
    attempts = row.attempts.order_by("-pk").defer("excerpt")
    return [Try(moment(each.at), _said(each), each.milliseconds, _excerpt(each)) for each in attempts]


def body_of(row: WebhookDelivery) -> str:
    """What is sent of it, in lines."""
    return json.dumps(json.loads(messages.body(row.event)), indent=2, ensure_ascii=False)


def state_of(endpoint: WebhookEndpoint, at: datetime) -> tuple[str, str]:
    """How an endpoint stands, in words, and the colour of it."""
    if endpoint.disabled_at is not None:
        return (f"off: {endpoint.disabled_why}", "hold" if endpoint.disabled_why == "asked" else "deny")
    if endpoint.missed_after is not None:
        return "catching up", "challenge"
    if endpoint.rests_until is not None and endpoint.rests_until > at:
        return "on, nobody answers", "review"
    return ("on, failing", "review") if endpoint.failing_since else ("on", "allow")


def _said(attempt: WebhookAttempt) -> str:
    words = WORDS[Result(attempt.result)]
    return words if attempt.status is None else f"{words} {attempt.status}".replace("delivered", "taken,")


def _excerpt(attempt: WebhookAttempt) -> str:
    try:
        return attempt.excerpt or ""
    except DecryptionError:
        return "cannot be read"

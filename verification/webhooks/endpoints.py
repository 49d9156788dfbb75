"""What people do with endpoints: make one, change it, turn it off and on, give it another key, delete it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from config.lib import audit
from verification import outbox
from verification.events import WebhookEndpointDisabled
from verification.models import Event
from verification.webhook_models import Algorithm, DisabledWhy, WebhookEndpoint
from verification.webhooks import keys
from verification.webhooks.addresses import parse
from verification.webhooks.filters import ALL, tidy

ENDPOINTS_MOST: Final = 50  # of each mode: every event is made a delivery for each that wants it
OVERLAP: Final = timedelta(hours=24)  # how long two keys sign, unless something else is asked for
OVERLAP_MOST: Final = timedelta(days=30)
# Numbers of events are given before they can be seen: catching up begins so many earlier than the newest that was.
MARGIN: Final = 100_000


class EndpointRefused(Exception):
    """What was asked for does not fit how things stand. The text says why."""


class TooMany(EndpointRefused):
    """There are ENDPOINTS_MOST already."""


class KeysOverlap(EndpointRefused):
    """An older key lives still."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new endpoint is to be."""

    url: str
    events: Sequence[str] = field(default=(ALL,))
    description: str = ""
    algorithm: Algorithm = Algorithm.HMAC
    test: bool = False


def on() -> QuerySet[WebhookEndpoint]:
    """The endpoints that events are sent to."""
    return standing().filter(disabled_at=None)


def standing(*, test: bool | None = None) -> QuerySet[WebhookEndpoint]:
    """The endpoints there are, on or off; of one mode, or of both."""
    every = WebhookEndpoint.objects.filter(deleted_at=None)
    return every if test is None else every.filter(test=test)


def in_trouble() -> QuerySet[WebhookEndpoint]:
    """The endpoints that fail, or are off because they did."""
    failing = Q(failing_since__isnull=False, disabled_at=None)
    return standing().filter(failing | Q(disabled_why__in=(DisabledWhy.GONE, DisabledWhy.FAILING)))


def check(url: str) -> None:
    """Whether an endpoint may be at a URL. Raises UrlRefused."""
    parse(url, loopback=settings.WEBHOOKS.loopback)


@transaction.atomic
def create(wanted: Wanted, *, by: str, at: datetime) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint. Returns it with what its receiver verifies by: an HMAC secret is shown this once.

    Raises:
        UrlRefused: it cannot be there.
        TooMany: there are enough.

    """
    check(wanted.url)
    if standing(test=wanted.test).count() >= ENDPOINTS_MOST:
        raise TooMany(f"there are {ENDPOINTS_MOST} endpoints of this mode")
    key = keys.make(wanted.algorithm)
    endpoint = WebhookEndpoint.objects.create(
        url=wanted.url,
        events=tidy(wanted.events),
        description=wanted.description,
        test=wanted.test,
        algorithm=wanted.algorithm,
        key=key,
        created_at=at,
    )
    _audited(endpoint, "create", by, test=wanted.test, events=endpoint.events)
    return endpoint, keys.shown_once(key)


@transaction.atomic
def change(endpoint: WebhookEndpoint, told: Mapping[str, Any], *, by: str) -> None:
    """Change `url`, `events` or `description`; what waits goes to the new URL. Raises UrlRefused."""
    if "url" in told:
        check(told["url"])
    changes = {name: tidy(value) if name == "events" else value for name, value in told.items()}
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**changes)
    endpoint.refresh_from_db()
    _audited(endpoint, "change", by, changed=sorted(changes))


@transaction.atomic
def turn_off(endpoint: WebhookEndpoint, *, why: DisabledWhy, at: datetime, by: str = "delivery") -> None:
    """Send it nothing more. What waits is held, and what it misses is noted. One that is off stays as it is.

    Where nobody asked for it, it is told as an event.
    """
    row = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if row.disabled_at is None:
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        missed = max(0, newest - MARGIN)
        row.disabled_at, row.disabled_why = at, why
        row.missed_after = missed if row.missed_after is None else min(row.missed_after, missed)
        row.save(update_fields=["disabled_at", "disabled_why", "missed_after"])
        if why is not DisabledWhy.ASKED:
            outbox.write([(None, WebhookEndpointDisabled(row.public_id, row.test, why))], at=at)
        _audited(row, "disable", by, why=why)
    endpoint.refresh_from_db()


@transaction.atomic
def turn_on(endpoint: WebhookEndpoint, *, by: str, at: datetime) -> None:
    """Send to it again: first what waits and what it missed (`replaying.catch_up`). One that is on stays as it is."""
    row = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if row.disabled_at is not None:
        off_for = at - row.disabled_at
        row.disabled_at, row.disabled_why, row.failing_since, row.rests_until, row.unreached = None, "", None, None, 0
        row.save(update_fields=["disabled_at", "disabled_why", "failing_since", "rests_until", "unreached"])
        _audited(row, "enable", by, seconds=round(off_for.total_seconds()))
    endpoint.refresh_from_db()


@transaction.atomic
def rotate(endpoint: WebhookEndpoint, algorithm: Algorithm, *, overlap: timedelta, by: str, at: datetime) -> str:
    """Give it a new key; the old one signs beside it for `overlap`. Returns what its receiver verifies by, once.

    Raises:
        KeysOverlap: the key before lives still, and another would make three. Without an overlap all older ones end.

    """
    row = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if overlap and len(keys_of(row, at=at)) > 1:
        raise KeysOverlap("the key before the last lives still; wait, or rotate without an overlap, which ends both")
    row.old_key, row.old_key_ends_at = (row.key, at + overlap) if overlap else (None, None)
    row.key, row.algorithm = keys.make(algorithm), algorithm
    row.save(update_fields=["key", "algorithm", "old_key", "old_key_ends_at"])
    _audited(row, "rotate", by, algorithm=algorithm, overlap_seconds=round(overlap.total_seconds()))
    endpoint.refresh_from_db()
    return keys.shown_once(row.key)


@transaction.atomic
def delete(endpoint: WebhookEndpoint, *, by: str, at: datetime) -> None:
    """End it: it is found no more, and its keys are gone. Its log goes with the days that logs are kept for."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, deleted_at=None).update(deleted_at=at, key="", old_key=None)
    _audited(endpoint, "delete", by)


def keys_of(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    """The keys that sign now, the newest first."""
    overlapping = endpoint.old_key and endpoint.old_key_ends_at and endpoint.old_key_ends_at > at
    return [endpoint.key, endpoint.old_key] if overlapping else [endpoint.key]


def end_old_keys(at: datetime) -> int:
    """Forget keys whose overlap is over; returns how many."""
    over = WebhookEndpoint.objects.filter(old_key_ends_at__lte=at)
    return over.update(old_key=None, old_key_ends_at=None)


def _audited(endpoint: WebhookEndpoint, act: str, by: str, **details: Any) -> None:
    audit.append(
        actor=by, act=f"webhook_endpoint.{act}", subject=f"webhook_endpoint:{endpoint.public_id}", details=details
    )

"""What outside parties call back to tell: kept once each, handled by a task, and never taken at its word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from verification.models import Callback, Check
from verification.states import CheckStatus

STORED_WITHIN = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=3)  # as long as Stripe itself tries to deliver


@dataclass(frozen=True, slots=True)
class Told:
    """A callback that was read and found to be the party's own."""

    provider: str
    event_id: str
    type: str
    reference: str
    reports: bool = False  # it tells of a payment that went wrong, and not of a session


def take(told: Told, *, at: datetime) -> Callback | None:
    """Keep a callback. None when it was kept before: parties repeat themselves, and so do those who replay them."""
    callback, is_new = Callback.objects.get_or_create(
        provider=told.provider,
        event_id=told.event_id,
        defaults={
            "at": at,
            "body": {"type": told.type, "reference": told.reference, "reports": told.reports},
        },
    )
    return callback if is_new else None


def checks_of(callback: Callback) -> QuerySet[Check]:
    """The checks whose session a callback tells of, if they still wait."""
    reference = callback.body["reference"]
    return Check.objects.filter(reference=reference, status=CheckStatus.SENT) if reference else Check.objects.none()


def too_early(callback: Callback, *, at: datetime) -> bool:
    """Whether the session that it tells of may not be stored yet: it is looked for once more, a minute later.

    Most callbacks of sessions that are not here are of the product's own, which shares the account at the party.
    """
    return at - callback.at < STORED_WITHIN


def handled(callback: Callback, *, at: datetime) -> None:
    """The callback has had its effect."""
    Callback.objects.filter(pk=callback.pk).update(handled_at=at)


def waiting(*, before: datetime) -> Sequence[int]:
    """Callbacks taken before a moment and not handled yet, the oldest first; given up after GIVEN_UP_AFTER."""
    unhandled = Callback.objects.filter(handled_at=None, at__lt=before, at__gt=before - GIVEN_UP_AFTER).order_by("at")
    return list(unhandled.values_list("pk", flat=True)[:500])


def forget_old(before: datetime) -> int:
    """Delete callbacks that no party would send again, and no signature would let in; returns how many."""
    return Callback.objects.filter(at__lt=before).delete()[0]

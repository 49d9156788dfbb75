"""Live entries of lists reach accounts that were there before: whoever showed the value is looked at again, by and by.

An entry has up to three moments at which accounts can come to stand otherwise: it begins, it ends, it is removed. After
each, those who showed its value are looked at in the order of their numbers, CHUNK at a time, and decided again where
they stand on other lists than they were decided on. A run is bounded in time and the next goes on where it was left;
entries that reach few come before those that reach many, so that none waits for a value that 100,000 share.
"""

import logging
import time
from datetime import datetime, timedelta

import msgspec
from django.db.models import F, Q, QuerySet

from risk.list_subjects import subjects
from risk.lookups.listed import look_soon
from risk.models import ListEntry
from tiers.models import Account
from verification.known import known
from verification.recheck import redecide
from verification.states import Cause

log = logging.getLogger(__name__)
CHUNK = 100  # accounts of one entry at a time
SECONDS = 15.0  # that one run goes on for; beat calls for one every RECHECK_SECONDS
ENTRIES_AT_ONCE = 500
# Every process follows a list within five seconds. Signups decided meanwhile without the entry are found afterwards.
SETTLED = timedelta(seconds=10)


def apply_due(at: datetime, *, seconds: float = SECONDS) -> int:
    """Look at accounts again for what changed on lists until shortly before `at`. Returns how many were decided."""
    look_soon()
    decided, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (entries := list(due(at)[:ENTRIES_AT_ONCE])):
        for entry in entries:
            decided += apply_chunk(entry, at=at)
            if time.monotonic() >= until:
                break
    return decided


def due(at: datetime) -> QuerySet[ListEntry]:
    """Entries of which accounts have still to hear, those furthest behind first."""
    settled = at - SETTLED
    new = Q(applied_until=None)
    for moment in ("since", "expires_at", "removed_at"):
        new |= Q(**{f"{moment}__gt": F("applied_until"), f"{moment}__lte": settled})
    begun = Q(created_at__lte=settled, since__lte=settled)
    return ListEntry.objects.filter(begun & (new | Q(applying_until__isnull=False))).order_by("applied_to", "pk")


def apply_chunk(entry: ListEntry, *, at: datetime) -> int:
    """Look at the next accounts of one entry; how many were decided again. Run twice, the second decides nobody."""
    until = entry.applying_until or at - SETTLED
    chunk = subjects(entry, after=entry.applied_to, most=CHUNK)
    accounts = Account.objects.filter(pk__in=chunk).order_by("pk")
    decided = sum(_look_again(account, at) for account in accounts)
    if len(chunk) == CHUNK:
        progress = {"applied_to": chunk[-1], "applying_until": until}
    else:
        progress = {"applied_to": 0, "applying_until": None, "applied_until": until}
    same = ListEntry.objects.filter(pk=entry.pk, applied_to=entry.applied_to, applying_until=entry.applying_until)
    same.update(**progress)
    return decided


def _look_again(account: Account, at: datetime) -> bool:
    """Decide an account again where it stands on other lists now. One that cannot be read stops nobody else."""
    try:
        found = known([account], at=at)[account.pk]
        if found.now.listed == found.last.listed:
            return False
        redecide(account.pk, cause=Cause.LIST, at=at)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError):
        log.exception("An account could not be looked at again for a list.", extra={"account": account.pk})
        return False
    return True

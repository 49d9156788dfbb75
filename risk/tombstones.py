"""What is left of somebody who was held and asked to be erased: keyed hashes of what they showed, for a time.

So nobody gets rid of a ban by asking to be forgotten. A tombstone is an entry of the list `erased`, which no policy has
to declare: it leads back to nobody, names no account, expires, and whoever was never held leaves none. It is met at the
next signup with the same mailbox, phone, card or device, and counts by the signal `erased_before`. Accounts that were
there before are not looked at again for it.
"""

from collections.abc import Iterable
from datetime import datetime

from config.lib.peppers import spelling
from risk.list_values import SEALED_KINDS, sealed
from risk.lists import ListKind
from risk.lookups.listed import look_soon
from risk.models import Identifier, ListEntry
from risk.signals.erased_before import ERASED
from risk.spelling import SETTLED

LEFT_BY = (ListKind.EMAILS, ListKind.PHONES, ListKind.CARDS, ListKind.DEVICES)
AUTHOR = "erasure"


def leave(subject: int, *, stood: str, at: datetime, until: datetime) -> int:
    """Leave tombstones of what a subject showed, in the caller's transaction; how many. `stood` is its outcome."""
    entries = [
        ListEntry(
            list=ERASED,
            kind=kind,
            value=form,
            shown="of somebody erased",
            reason=f"Stood at {stood} when it was erased",
            author=AUTHOR,
            created_at=at,
            since=at,
            expires_at=until,
            applied_until=until,  # nobody who was there before hears of it
        )
        for kind, form in sorted(set(_forms(subject)))
    ]
    ListEntry.objects.bulk_create(entries)
    look_soon()
    return len(entries)


def forget(now: datetime, *, most: int) -> int:
    """Delete tombstones that have expired; how many, `most` at most."""
    expired = ListEntry.objects.filter(list=ERASED, author=AUTHOR, expires_at__lte=now).values_list("pk", flat=True)
    return ListEntry.objects.filter(pk__in=list(expired[:most])).delete()[0]


def _forms(subject: int) -> Iterable[tuple[str, str]]:
    kinds = {int(SEALED_KINDS[kind]): kind for kind in LEFT_BY}
    rows = Identifier.objects.filter(subject=subject, kind__in=kinds).values_list("kind", "value", "spelling")
    now = spelling().now
    for number, value, spelt in rows:
        kind = kinds[number]
        if spelt == now or SEALED_KINDS[kind] in SETTLED:
            yield str(kind), sealed(SEALED_KINDS[kind], value)

"""The feed of changes of tier and budget key: what a gateway that checks tokens by itself follows.

Ids are no order to read by: a transaction that took the lower one can commit later, and a reader that is past it by
then would never see it. So a change is written without a place, in the transaction of what it tells, and is given its
place once it is committed, by whoever reads next, under the lock on the feed's row. Places only rise, a reader sees
every one up to the head, and an account's changes have theirs in the order of its versions, since they are written
under the lock on its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from config.lib.rows import insert
from tiers import bell
from tiers.keys import OUTLIVES
from tiers.models import Account, TierChange, TierFeed

AT_ONCE: Final = 1000  # places given in one transaction, some 20 ms
# Where a reader without a cursor begins: every token that is still good was signed after it, or is told of since.
LOOK_BACK: Final = OUTLIVES


class CursorExpired(Exception):
    """The changes after this place are not all there any more, or never were: the reader has to begin anew."""


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in their order; the place to go on from; whether there are more already."""

    items: Sequence[TierChange]
    place: int
    more: bool


def record(accounts: Sequence[Account], *, at: datetime) -> None:
    """Write down that accounts have a new version, in the transaction that the caller has open."""
    if not accounts:
        return
    insert(
        [
            TierChange(
                account=account,
                test=account.test,
                version=account.version,
                tier=account.tier,
                budget_key=account.budget_key,
                at=at,
            )
            for account in accounts
        ]
    )
    transaction.on_commit(bell.ring)


def beginning(now: datetime) -> int:
    """The place from which a reader without a cursor learns of every token that is good no more."""
    _give_places()
    before = TierChange.objects.filter(placed_at__lt=now - LOOK_BACK).order_by("-seq")
    found = before.values_list("seq", flat=True).first()
    return found if found is not None else _feed()[0]


def read(after: int, *, test: bool, limit: int) -> Page:
    """The changes of live or of test accounts after a place.

    Raises:
        CursorExpired: some are forgotten, or the feed does not reach as far as that place.

    """
    _give_places()
    forgotten, head = _feed()
    if not forgotten <= after <= head:
        raise CursorExpired
    rows = TierChange.objects.filter(test=test, seq__gt=after).order_by("seq").select_related("account")
    found = list(rows[: limit + 1])
    items = found[:limit]
    # What the other mode's changes took is passed over, so that the place of a quiet reader does not expire.
    place = items[-1].seq or after if items else head
    return Page(items, place, len(found) > limit)


def forget(now: datetime) -> int:
    """Delete changes past TIER_CHANGES_HOURS. Returns how many."""
    with transaction.atomic():
        feed = _locked()
        old = TierChange.objects.filter(placed_at__lt=now - timedelta(hours=settings.TIER_CHANGES_HOURS))
        last = old.order_by("-seq").values_list("seq", flat=True).first()
        if last is None:
            return 0
        feed.forgotten = last
        feed.save(update_fields=["forgotten"])
        return TierChange.objects.filter(seq__lte=last).delete()[0]


def _give_places() -> None:
    while TierChange.objects.filter(seq=None).exists() and _give_some() == AT_ONCE:
        pass


def _give_some() -> int:
    """Place what is committed by now, in the order of writing. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        feed = _locked()
        cursor.execute(
            """
            WITH waiting AS (
                SELECT id, row_number() OVER (ORDER BY id) AS nth FROM tiers_tierchange
                WHERE seq IS NULL ORDER BY id LIMIT %(most)s
            )
            UPDATE tiers_tierchange changed SET seq = %(head)s + nth, placed_at = %(now)s
            FROM waiting WHERE changed.id = waiting.id
            """,
            {"most": AT_ONCE, "head": feed.head, "now": timezone.now()},
        )
        placed: int = cursor.rowcount
        TierFeed.objects.filter(pk=feed.pk).update(head=feed.head + placed)
    return placed


def _locked() -> TierFeed:
    feed, _ = TierFeed.objects.select_for_update().get_or_create(pk=1)
    return feed


def _feed() -> tuple[int, int]:
    """Up to where it is forgotten, and its head."""
    return TierFeed.objects.filter(pk=1).values_list("forgotten", "head").first() or (0, 0)

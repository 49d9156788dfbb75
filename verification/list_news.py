"""What is new on a list reaches the accounts of before that it can touch, by the networks and domains they showed.

What was on each list when that was last done is kept, so that nothing is missed over a restart or an upgrade and
nothing is told twice. Whom an entry truly names is seen when the accounts are looked at: others stay as decided.
"""

import logging
import zlib
from collections.abc import Iterable
from datetime import datetime

import maxminddb
from django.conf import settings
from django.db import transaction

from risk.afresh import ADDRESS_TELLS
from risk.half_lives import Evidence
from risk.listings import Listing, listings
from verification import ageing
from verification.ageing import News
from verification.recheck_models import ListSeen

log = logging.getLogger(__name__)


def tell(at: datetime) -> int:
    """Have accounts looked at again for what has changed on lists; how many. A list that is seen first is no news."""
    seen = dict(ListSeen.objects.values_list("name", "version"))
    told = 0
    for listing in listings(settings.GATEHOUSE_HOME, settings.NETWORK_DATA):
        if listing.name not in seen or listing.is_news(seen[listing.name]):
            told += _tell(listing, at)
    return told


def _tell(listing: Listing, at: datetime) -> int:
    """The news and the list that it leads to, together or not at all."""
    try:
        entries = listing.entries()
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):  # it is being replaced; the next run reads it
        log.exception("A list could not be read.", extra={"list": listing.name})
        return 0
    with transaction.atomic():
        kept = ListSeen.objects.select_for_update().filter(name=listing.name).first()
        told = 0
        if kept is not None and listing.is_news(kept.version):
            changed = entries ^ unpacked(bytes(kept.entries))
            since = at - ADDRESS_TELLS if listing.evidence is Evidence.NETWORK else None
            news = News(listing.evidence, listing.kind, set(listing.values(changed)), since)
            told = ageing.hasten(news, at=at)
            log.info("A list has changed.", extra={"list": listing.name, "entries": len(changed), "accounts": told})
        if kept is None or listing.is_news(kept.version):
            ListSeen.objects.update_or_create(
                name=listing.name, defaults={"version": listing.version, "entries": packed(entries)}
            )
    return told


def packed(entries: Iterable[str]) -> bytes:
    """Entries as they are kept."""
    return zlib.compress("\n".join(sorted(entries)).encode())


def unpacked(kept: bytes) -> frozenset[str]:
    """The entries that were kept."""
    return frozenset(zlib.decompress(kept).decode().split("\n")) - {""}

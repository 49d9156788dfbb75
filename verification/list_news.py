"""What is new on a list reaches the accounts of before that it can touch, by the networks and domains they showed.

What was on each list when that was last done is kept, so that nothing is missed over a restart or an upgrade and
nothing is told twice; of a list that has changed much, it is kept with what was told of it, and the next run goes on.
Whom an entry truly names is seen when the accounts are looked at: others stay as decided.
"""

import logging
import zlib
from collections.abc import Collection, Iterable
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
PIECE = 250_000  # values that one run hears of: half a second to hash, some seconds to find


def tell(at: datetime) -> int:
    """Have accounts looked at again for what has changed on lists; how many. A list that is seen first is no news."""
    seen = dict(ListSeen.objects.values_list("name", "version"))
    told = 0
    for listing in listings(settings.GATEHOUSE_HOME, settings.NETWORK_DATA):
        if listing.name not in seen or listing.is_news(seen[listing.name]):
            told += _tell(listing, at)
    return told


def _tell(listing: Listing, at: datetime) -> int:
    """The news and the list that it leads to, together or not at all. Of much news a piece: the next run goes on."""
    try:
        entries = listing.entries()
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):  # it is being replaced; the next run reads it
        log.exception("A list could not be read.", extra={"list": listing.name})
        return 0
    with transaction.atomic():
        kept = ListSeen.objects.select_for_update().filter(name=listing.name).first()
        if kept is None:
            ListSeen.objects.create(name=listing.name, version=listing.version, entries=packed(entries))
            return 0
        if not listing.is_news(kept.version):
            return 0
        before = unpacked(bytes(kept.entries))
        changed = entries ^ before
        piece = _piece(listing, changed)
        told = ageing.hasten(_news(listing, piece, at), at=at)
        kept.version = listing.version if piece == changed else kept.version
        kept.entries = packed(before ^ piece)
        kept.save()
    left = len(changed) - len(piece)
    log.info("A list has changed.", extra={"list": listing.name, "entries": len(piece), "left": left, "accounts": told})
    return told


def _piece(listing: Listing, changed: Collection[str]) -> frozenset[str]:
    """So many entries as come to PIECE values, those that come to few first; one, where that alone comes to more."""
    room = PIECE
    piece: set[str] = set()
    for cost, entry in sorted((listing.cost(entry), entry) for entry in changed):
        room -= cost
        if room < 0 and piece:
            break
        piece.add(entry)
    return frozenset(piece)


def _news(listing: Listing, entries: Collection[str], at: datetime) -> News:
    since = at - ADDRESS_TELLS if listing.evidence is Evidence.NETWORK else None
    return News(listing.evidence, listing.kind, set(listing.values(entries)), since)


def packed(entries: Iterable[str]) -> bytes:
    """Entries as they are kept."""
    return zlib.compress("\n".join(sorted(entries)).encode())


def unpacked(kept: bytes) -> frozenset[str]:
    """The entries that were kept."""
    return frozenset(zlib.decompress(kept).decode().split("\n")) - {""}

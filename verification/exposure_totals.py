"""The exposure of each ring and of all together: added up by beat, kept for pages, and told to Prometheus."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Final

from django.db.models import Q, QuerySet, Sum

from risk.lookups.rings import HELD
from risk.models import Ring
from verification.exposure import keep
from verification.keeping_models import RingExposure

MEMBERS_AT_ONCE = 20_000  # of the rings of one query: about a quarter of a second
CONTAINED: Final = ("no", "yes")


def add_up(at: datetime) -> int:
    """Keep the sums of each ring; how many rings there are."""
    return sum(len(keep(rings, at=at)) for rings in _chunks(Ring.objects.filter(state__in=HELD)))


def total(field: str) -> Mapping[tuple[str, ...], float]:
    """A `field` of what was added up last, summed by the state that rings have now and whether they are contained."""
    free, held = (Sum(field, filter=Q(ring__contained_at__isnull=loose)) for loose in (True, False))
    kept = RingExposure.objects.filter(ring__state__in=HELD).values_list("ring__state").annotate(free=free, held=held)
    found: dict[tuple[str, ...], float] = {(str(state), told): 0.0 for state, told in product(HELD, CONTAINED)}
    for state, *sums in kept:
        found |= {(state, told): float(number or 0) for told, number in zip(CONTAINED, sums, strict=True)}
    return found


def keep_new(at: datetime) -> int:
    """Keep the sums of rings that have none yet, so that who is told of one finds them; how many these are."""
    return sum(len(keep(rings, at=at)) for rings in _chunks(Ring.objects.filter(state__in=HELD, added_up=None)))


def _chunks(rings: QuerySet[Ring]) -> Iterator[Sequence[Ring]]:
    chunk: list[Ring] = []
    for ring in rings.only("state", "size", "contained_at", "changed_at").order_by("pk"):
        if chunk and sum(each.size for each in chunk) + ring.size > MEMBERS_AT_ONCE:
            yield chunk
            chunk = []
        chunk.append(ring)
    if chunk:
        yield chunk

"""The exposure of each ring and of all together: added up by beat, kept for pages, and told to Prometheus."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from prometheus_client import Gauge

from risk.lookups.rings import HELD
from risk.models import Ring
from risk.rings.states import RingState
from verification.exposure import keep

MEMBERS_AT_ONCE = 20_000  # of the rings of one query: about a quarter of a second
CONTAINED: Final = ("no", "yes")

# Each worker process writes what it has added up last, and the latest of them is what is read.
COULD: Final = Gauge(
    "gatehouse_ring_exposure_requests",
    "Requests that accounts of rings could have made before their ring was contained, or until now where it is not.",
    ["state", "contained"],
    multiprocess_mode="mostrecent",
)
TOOK: Final = Gauge(
    "gatehouse_ring_taken_requests",
    "Requests that accounts of rings made before their ring was contained, as far as gateways report use.",
    ["state", "contained"],
    multiprocess_mode="mostrecent",
)
STILL: Final = Gauge(
    "gatehouse_ring_exposure_requests_per_day",
    "Requests a day that accounts of rings may still make whom nothing holds.",
    ["state", "contained"],
    multiprocess_mode="mostrecent",
)


def add_up(at: datetime) -> int:
    """Keep the sums of each ring, and tell the totals by state and whether contained; how many rings there are."""
    total = {(state, contained): [0, 0, 0] for state in HELD for contained in CONTAINED}
    number = 0
    for rings in _chunks(Ring.objects.filter(state__in=HELD)):
        found = keep(rings, at=at)
        for ring in rings:
            added, figures = total[RingState(ring.state), CONTAINED[ring.contained_at is not None]], found[ring.pk]
            added[0] += figures.could
            added[1] += figures.a_day
            added[2] += figures.took or 0
        number += len(rings)
    for labels, (requests, a_day, made) in total.items():
        COULD.labels(*labels).set(requests)
        STILL.labels(*labels).set(a_day)
        TOOK.labels(*labels).set(made)
    return number


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

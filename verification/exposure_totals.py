"""The exposure of all rings together, for Prometheus: added up by beat, and not when it is read."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from prometheus_client import Gauge

from risk.lookups.rings import HELD
from risk.models import Ring
from risk.rings.states import RingState
from verification.exposure import rings_could_have_taken, rings_took, with_exposure

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
    """Tell the totals, by the state of rings and whether they are contained; how many rings there are."""
    total = {(state, contained): [0, 0, 0] for state in HELD for contained in CONTAINED}
    number = 0
    for rings in _chunks():
        could = rings_could_have_taken([ring.pk for ring in rings], at=at)
        taken = rings_took(could, at=at)
        loose: Any = with_exposure(Ring.objects.filter(pk__in=could))  # rings with an exposure, which the type lacks
        still = {ring.pk: ring.exposure for ring in loose}
        for ring in rings:
            added = total[RingState(ring.state), CONTAINED[ring.contained_at is not None]]
            added[0] += could[ring.pk]
            added[1] += still.get(ring.pk, 0)
            added[2] += taken[ring.pk] or 0
        number += len(rings)
    for labels, (requests, a_day, made) in total.items():
        COULD.labels(*labels).set(requests)
        STILL.labels(*labels).set(a_day)
        TOOK.labels(*labels).set(made)
    return number


def _chunks() -> Iterator[Sequence[Ring]]:
    chunk: list[Ring] = []
    for ring in Ring.objects.filter(state__in=HELD).only("state", "size", "contained_at").order_by("pk"):
        if chunk and sum(each.size for each in chunk) + ring.size > MEMBERS_AT_ONCE:
            yield chunk
            chunk = []
        chunk.append(ring)
    if chunk:
        yield chunk

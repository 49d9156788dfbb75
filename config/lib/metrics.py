"""What Prometheus reads at /metrics.

Several worker processes answer, and each counts for itself: with PROMETHEUS_MULTIPROC_DIR set before the first import,
they write to files there, and /metrics adds them up whichever process answers it. The folder is emptied at start; a
gauge has to say how it adds up (`multiprocess_mode`). Without it, one process shows its own numbers.

A worker on a machine or in a container without web processes shows what it counted at a port of its own (`serve`). What
all processes share, such as backlogs, is read by web processes alone: many tellers would be added up.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from config.lib import tallies
from config.lib.http import GetResponse
from config.lib.tallies import Times

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Close together where the promises are (15 and 40 ms for a signup, 10 ms for a tier), up to the slowest that may be.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.04, 0.075, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0, 30.0)

REQUEST_SECONDS: Final = Times(
    "gatehouse_request_seconds",
    "How long requests took, from the first middleware to the answer.",
    ["route", "method", "status"],
    buckets=BUCKETS,
)


log = structlog.get_logger(__name__)
READ_SECONDS: Final = 5.0  # for which what was read is told again, whoever asks

Read = Callable[[], Mapping[tuple[str, ...], float]]  # values by their labels


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge that is read when it is asked for, from what all processes share: which of them answers is the same."""

    name: str
    words: str
    labels: tuple[str, ...]
    read: Read


_readings: dict[str, Reading] = {}
_kept: tuple[float, list[GaugeMetricFamily]] = (float("-inf"), [])
_reading = threading.Lock()


def register_reading(name: str, words: str, labels: Iterable[str], read: Read) -> None:
    """Have /metrics read something; the same name again replaces it. Where `read` raises, the gauge is left out."""
    _readings[name] = Reading(name, words, tuple(labels), read)


class Readings:
    """Prometheus's collector of all readings."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each as it is, or was up to READ_SECONDS ago."""
        global _kept  # noqa: PLW0603 - one cache for the process
        with _reading:
            if time.monotonic() - _kept[0] >= READ_SECONDS:
                _kept = (time.monotonic(), [family for family in map(_family, _readings.values()) if family])
            families = _kept[1]
        yield from families

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: what is described is read, and a process that starts reads nothing."""
        return iter(())


def start_anew() -> None:
    """Forget what was read."""
    global _kept  # noqa: PLW0603 - as above
    with _reading:
        _kept = (float("-inf"), [])


def _family(reading: Reading) -> GaugeMetricFamily | None:
    family = GaugeMetricFamily(reading.name, reading.words, labels=reading.labels)
    try:
        for labels, value in reading.read().items():
            family.add_metric(labels, value)
    except Exception as away:  # noqa: BLE001 - whatever it needs is away, and the other gauges are all the more wanted
        log.warning("reading_failed", reading=reading.name, reason=type(away).__name__)
        return None
    return family


class MetricsMiddleware:
    """Times every request by route, method and class of status. Routes are names in the program: they are few."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        labels = (route_of(request), method, f"{response.status_code // 100}xx")
        REQUEST_SECONDS.labels(*labels).observe(time.perf_counter() - begun)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the route that answered, or else its pattern; never what the caller wrote."""
    match = request.resolver_match
    if match is None:
        return "unmatched"
    return match.view_name if match.url_name else f"/{match.route}"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics, in the format that the reader asks for."""
    tallies.hand_on()  # those of other processes are a second old at most
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(_registry()), content_type=content_type)


def serve(port: int, *, address: str) -> None:
    """Have a thread show at a port what the processes of a worker counted. Raises OSError where the port is taken."""
    start_http_server(port, address, _counted())


def _registry() -> CollectorRegistry:
    registry = _counted()
    registry.register(Readings())
    return registry


def _counted() -> CollectorRegistry:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    registry = CollectorRegistry()
    if folder:
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call] # prometheus_client has no types here
    else:
        registry.register(REGISTRY)
    return registry

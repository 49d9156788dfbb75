"""What Prometheus reads at /metrics.

Several worker processes answer, and each counts for itself: with PROMETHEUS_MULTIPROC_DIR set before the first import,
they write to files there, and /metrics adds them up whichever process answers it. The folder is emptied at start; a
gauge has to say how it adds up (`multiprocess_mode`). Without it, one process shows its own numbers.
"""

import os
import time
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry
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


def _registry() -> CollectorRegistry:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call] # prometheus_client has no types here
    return registry

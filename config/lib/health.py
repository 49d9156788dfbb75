"""Whether the process is up (/healthz) and whether it can do its work (/readyz).

An app registers a probe for each thing that it needs. A probe is called in a thread of its own, returns a few words or
None, and raises where the thing is away; what it raises is told by its class alone, for messages name hosts and users.
"""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS: Final = 1.0

Run = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that is needed. Without an essential one, nobody can be served."""

    name: str
    run: Run
    essential: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """How a probe found its thing."""

    probe: Probe
    ok: bool
    detail: str
    milliseconds: float

    def as_json(self) -> dict[str, Any]:
        """Its part of the answer."""
        return {
            "ok": self.ok,
            "essential": self.probe.essential,
            "detail": self.detail,
            "ms": round(self.milliseconds, 1),
        }


_probes: dict[str, Probe] = {}
# A probe that hangs is not started again on top of itself, so that a thing that is away costs one thread.
_running: dict[str, Future[str | None]] = {}
_lock = threading.Lock()


def register_probe(name: str, probe: Run, *, essential: bool) -> None:
    """Have /readyz look at something; the same name again replaces it."""
    _probes[name] = Probe(name, probe, essential)


def forget_probe(name: str) -> None:
    """Look at it no longer."""
    _probes.pop(name, None)


def conditions() -> list[Condition]:
    """How everything is, by all probes at once; within TIMEOUT_SECONDS and little more."""
    begun = time.perf_counter()
    started = [(probe, _start(probe)) for probe in list(_probes.values())]
    return [_condition(probe, future, begun) for probe, future in started]


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """GET /healthz: the process answers. It asks nothing else, so that no outage makes anyone restart it."""
    del request
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """GET /readyz: ok, degraded (200, something less is away) or unavailable (503)."""
    del request
    found = conditions()
    status = _status(found)
    return JsonResponse(
        {"status": status, "dependencies": {condition.probe.name: condition.as_json() for condition in found}},
        status=HTTPStatus.SERVICE_UNAVAILABLE if status == "unavailable" else HTTPStatus.OK,
    )


def database_probe() -> None:
    """The database answers a query. Opens a connection of its own, so it also sees whether there is one to have."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def valkey_probe(url: str) -> Run:
    """A probe of the Valkey or Redis at an address."""

    def run() -> None:
        with Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()

    return run


def broker_probe(url: str) -> Run:
    """A probe of the broker at an address, of any kind that Celery takes."""

    def run() -> None:
        with Connection(url, connect_timeout=TIMEOUT_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=math.ceil(TIMEOUT_SECONDS))

    return run


def _start(probe: Probe) -> Future[str | None]:
    with _lock:
        running = _running.get(probe.name)
        if running is None or running.done():
            executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"probe {probe.name}")
            running = _running[probe.name] = executor.submit(probe.run)
            executor.shutdown(wait=False)
        return running


def _condition(probe: Probe, future: Future[str | None], begun: float) -> Condition:
    left = max(0.0, begun + TIMEOUT_SECONDS - time.perf_counter())
    try:
        ok, detail = True, future.result(timeout=left) or "ok"
    except FutureTimeoutError:
        ok, detail = False, f"no answer within {TIMEOUT_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - whatever a probe raises means that its thing is away
        ok, detail = False, type(error).__name__
    return Condition(probe, ok, detail, (time.perf_counter() - begun) * 1000)


def _status(found: list[Condition]) -> str:
    if any(condition.probe.essential and not condition.ok for condition in found):
        return "unavailable"
    return "ok" if all(condition.ok for condition in found) else "degraded"

"""What leaves this process of a trace, and how: read in only where traces are wanted.

Django, Celery and psycopg are recorded by OpenTelemetry's own instrumentations. What these note changes with their
versions, and holds addresses, ids, queries and the words of errors; so of every span only what is in ALLOWED goes out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from celery import signals
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Link, Status

from config.lib.tracing import Traceparent
from config.traces import Traces

STATEMENTS: Final = frozenset({"db.statement", "db.query.text"})
ALLOWED: Final = STATEMENTS | {
    *("http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code"),
    *("celery.action", "celery.state", "celery.task_name", "messaging.destination"),
    *("db.system", "db.system.name", "db.operation", "db.operation.name"),
    *("error.type", "gatehouse.party", "gatehouse.result", "gatehouse.event", "gatehouse.status"),
}
NOT_TRACED: Final = "/healthz$,/readyz$,/metrics$"
DATABASE: Final = "opentelemetry.instrumentation.psycopg"
# Statements of ours carry their values apart. Should one hold a value all the same, it is not told: texts and numbers.
VALUES: Final = re.compile(r"'(?:[^']|'')*'|(?<![\w.\"$])\d+(?:\.\d+)?(?![\w\"])")
LONGEST: Final = 2000  # characters of a statement


class Scrubbed(SpanExporter):
    """Hands spans on with what is ALLOWED of them, and leaves out queries that belong to nothing."""

    def __init__(self, onward: SpanExporter) -> None:
        self._onward = onward

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand them on."""
        return self._onward.export([scrubbed(span) for span in spans if not _alone(span)])

    def shutdown(self) -> None:
        """Take no more."""
        self._onward.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._onward.force_flush(timeout_millis)


def begin(chosen: Traces) -> None:
    """Record what is done in this process, and in those that it forks, and send it to the collector."""
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(chosen.share), resource=Resource.create({"service.name": chosen.service})
    )
    address = f"{chosen.endpoint.rstrip('/')}/v1/traces"
    exporter = Scrubbed(OTLPSpanExporter(endpoint=address, headers=dict(chosen.headers)))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    set_global_textmap(Traceparent())
    DjangoInstrumentor().instrument(excluded_urls=NOT_TRACED)
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call] # it has no types of its own
    PsycopgInstrumentor().instrument()
    # Celery ends its processes without what Python does at its own end.
    signals.worker_process_shutdown.connect(lambda **_: provider.force_flush(), weak=False)


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """The span without what is not ALLOWED. Of errors only that there was one: their words can hold anything."""
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_allowed(span.attributes or {}),
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def statement(text: str) -> str:
    """A statement without the values that stand in it."""
    return VALUES.sub("?", " ".join(text.split()))[:LONGEST]


def _allowed(told: Mapping[str, object]) -> dict[str, str | bool | int | float]:
    kept = {name: value for name, value in told.items() if name in ALLOWED and isinstance(value, str | int | float)}
    return {name: statement(str(value)) if name in STATEMENTS else value for name, value in kept.items()}


def _alone(span: ReadableSpan) -> bool:
    """A query that is of no trace: of the door, which is not traced, or of a loop."""
    scope = span.instrumentation_scope
    return span.parent is None and scope is not None and scope.name == DATABASE

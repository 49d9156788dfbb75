"""Traces: one leads from a call through its errands and what they ask outside to the webhooks that tell of it.

What is written down in one transaction and done after it carries its trace in its row, as the text that W3C Trace
Context calls `traceparent`. Nothing is recorded, and all here costs a microsecond, until `begin` is told where to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.propagators.textmap import (
    CarrierT,
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, WrappedLogger

from config.traces import Traces

TRACEPARENT = "traceparent"
LENGTH = 55  # of one, in its version 00
_tracer = trace.get_tracer("gatehouse")
Told = str | int | bool


class Traceparent(TextMapPropagator):
    """W3C Trace Context without `tracestate`, in which callers can write anything: it would come out in every span."""

    _whole = TraceContextTextMapPropagator()

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        """The context that a carrier tells of."""
        sent = getter.get(carrier, TRACEPARENT)
        return self._whole.extract({TRACEPARENT: sent[0]} if sent else {}, context)

    def inject(
        self, carrier: CarrierT, context: Context | None = None, setter: Setter[CarrierT] = default_setter
    ) -> None:
        """Tell a carrier of the context."""
        if told := _told(context):
            setter.set(carrier, TRACEPARENT, told)

    @property
    def fields(self) -> set[str]:
        """What it reads and writes."""
        return {TRACEPARENT}


def begin(chosen: Traces) -> None:
    """Record from here on, where it is said where to. What records is read in only then: it takes time and memory."""
    if chosen.endpoint:
        import_module("config.lib.exporting").begin(chosen)


def current() -> str:
    """The trace at work, as text; empty where there is none."""
    return _told(None)


@contextmanager
def continued(traceparent: str) -> Iterator[None]:
    """What is done in here belongs to a trace that was written down; to none, where that is empty."""
    token = attach(_remote(traceparent))
    try:
        yield
    finally:
        detach(token)


@contextmanager
def span(name: str, *, kind: SpanKind = SpanKind.INTERNAL, of: str | None = None, **told: Told) -> Iterator[Span]:
    """A step of a trace: of the one at work, or `of` one that was written down.

    `told` are words of ours and numbers. An error is told by its class alone: its words could hold personal data.
    """
    context = None if of is None else _remote(of)
    attributes = {f"gatehouse.{word}": value for word, value in told.items()}
    with _tracer.start_as_current_span(
        name, context, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as step:
        try:
            yield step
        except Exception as error:
            step.set_attribute("error.type", type(error).__name__)
            step.set_status(Status(StatusCode.ERROR))
            raise


def add_trace(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The structlog processor by which a line says of which trace it is."""
    del logger, name
    at_work = trace.get_current_span().get_span_context()
    if at_work.is_valid:
        event["trace_id"] = trace.format_trace_id(at_work.trace_id)
        event["span_id"] = trace.format_span_id(at_work.span_id)
    return event


def _remote(traceparent: str) -> Context:
    return Traceparent().extract({TRACEPARENT: traceparent} if traceparent else {}, Context())


def _told(context: Context | None) -> str:
    at_work = trace.get_current_span(context).get_span_context()
    if not at_work.is_valid:
        return ""
    ids = (trace.format_trace_id(at_work.trace_id), trace.format_span_id(at_work.span_id))
    return f"00-{ids[0]}-{ids[1]}-{at_work.trace_flags:02x}"

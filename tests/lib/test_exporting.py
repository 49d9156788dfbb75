"""Of a span goes out what is allowed and nothing else, whatever an instrumentation notes."""

from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from config.lib.exporting import DATABASE, Scrubbed, statement

MARK = "zqx7"


@pytest.fixture
def provider() -> TracerProvider:
    return TracerProvider()


@pytest.fixture
def out(provider: TracerProvider) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(Scrubbed(exporter)))
    return exporter


def test_only_what_is_allowed_goes_out(provider: TracerProvider, out: InMemorySpanExporter) -> None:
    noted: dict[str, Any] = {
        "http.route": "v1/accounts/<str:account_id>",
        "http.response.status_code": 200,
        "url.path": f"/v1/accounts/{MARK}",
        "url.query": f"q={MARK}",
        "user_agent.original": MARK,
        "client.address": MARK,
        "db.query.text": f"SELECT '{MARK}', %s LIMIT 4155552671",
        "db.statement.parameters": f"('{MARK}',)",
        "celery.retry.reason": MARK,
        "messaging.message.id": MARK,
        "gatehouse.party": ["a list", MARK],
    }
    with provider.get_tracer("test").start_as_current_span("step", attributes=noted) as step:
        step.add_event(MARK, {"exception.message": MARK})
        step.add_link(SpanContext(1, 1, is_remote=True, trace_flags=TraceFlags(1)), {"why": MARK})
        step.record_exception(ValueError(MARK))
        step.set_status(Status(StatusCode.ERROR, MARK))
    (sent,) = out.get_finished_spans()
    assert sent.attributes == {
        "http.route": "v1/accounts/<str:account_id>",
        "http.response.status_code": 200,
        "db.query.text": "SELECT ?, %s LIMIT ?",
    }
    assert MARK not in sent.to_json()
    assert sent.status.status_code is StatusCode.ERROR
    assert sent.context == step.get_span_context()


def test_a_query_of_no_trace_stays_here(provider: TracerProvider, out: InMemorySpanExporter) -> None:
    tracer = provider.get_tracer(DATABASE)
    with tracer.start_as_current_span("SELECT"):
        pass
    with provider.get_tracer("test").start_as_current_span("call"), tracer.start_as_current_span("SELECT"):
        pass
    assert sorted(span.name for span in out.get_finished_spans()) == ["SELECT", "call"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SELECT  a1\n FROM t WHERE a = %s", "SELECT a1 FROM t WHERE a = %s"),
        ("VALUES ('it''s', 'b')", "VALUES (?, ?)"),
        ("LIMIT 21 OFFSET 3.5", "LIMIT ? OFFSET ?"),
        ("SELECT $1, t.c2", "SELECT $1, t.c2"),
        ('SAVEPOINT "s140_x3"', 'SAVEPOINT "s140_x3"'),
    ],
)
def test_a_statement_goes_out_without_values(said: str, told: str) -> None:
    assert statement(said) == told

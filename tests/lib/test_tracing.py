"""A trace is carried as text from where it was to where it goes on; with nobody to record it, it costs nothing."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span
from opentelemetry.trace.span import TraceState

from config.lib import tracing
from config.lib.tracing import LENGTH, Traceparent, add_trace, continued, current

SENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ROOT = Path(__file__).parents[2]


def test_what_was_written_down_is_gone_on_with_and_left_again() -> None:
    assert current() == ""
    with continued(SENT):
        assert current() == SENT
        with continued(""):
            assert current() == ""
        assert current() == SENT
    assert current() == ""
    assert len(SENT) == LENGTH


@pytest.mark.parametrize("told", ["", "nonsense", "00-0-0-0", f"00-{'0' * 32}-{'0' * 16}-01", SENT.upper() + "x"])
def test_what_is_no_trace_is_none(told: str) -> None:
    with continued(told):
        assert current() == ""


def test_what_callers_write_beside_their_trace_is_not_taken_up() -> None:
    carrier = {"traceparent": SENT, "tracestate": "shop=secret", "baggage": "who=secret"}
    taken = trace.get_current_span(Traceparent().extract(carrier)).get_span_context()
    assert taken.is_remote
    assert taken.trace_state == TraceState()
    told = TraceState([("a", "b")])
    ours = SpanContext(taken.trace_id, taken.span_id, is_remote=False, trace_flags=TraceFlags(1), trace_state=told)
    given: dict[str, str] = {}
    with use_span(NonRecordingSpan(ours)):
        Traceparent().inject(given)
    assert given == {"traceparent": SENT}


def test_an_error_is_told_by_its_class_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", TracerProvider().get_tracer("test"))
    steps: list[Any] = []
    with pytest.raises(ValueError, match="secret"):
        _fail(steps)
    (step,) = steps
    assert step.context.trace_id == int(SENT.split("-")[1], 16)
    assert step.attributes == {"gatehouse.party": "somebody", "error.type": "ValueError"}
    assert "secret" not in step.to_json()


def _fail(steps: list[Any]) -> None:
    with tracing.span("step", of=SENT, party="somebody") as step:
        steps.append(step)
        raise ValueError("secret")


def test_a_line_is_told_of_the_trace_at_work_and_else_of_none() -> None:
    assert add_trace(None, "info", {"event": "x"}) == {"event": "x"}
    with continued(SENT):
        ids = SENT.split("-")[1:3]
        assert add_trace(None, "info", {"event": "x"}) == {"event": "x", "trace_id": ids[0], "span_id": ids[1]}


def test_where_no_traces_are_wanted_nothing_that_records_them_is_read_in() -> None:
    """Its metrics are redis-py's to read in, which has some of its own."""
    asked = "import sys, config.wsgi, config.celery; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True)
    records = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.instrumentation", "google.protobuf")
    assert [name for name in done.stdout.split() if name.startswith(records)] == []

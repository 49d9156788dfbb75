"""One trace leads from a call over its errand and what that asks outside to the webhook, and tells of nobody."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.cast import alice, bob
from tests.collector import Collector, collector, told
from tests.e2e.live import running
from tests.faults.sink import sink
from tests.faults.site import Site, home_settings, wait_for
from tests.receiver import receiver

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
EVENTS = {"signup.decided", "check.requested"}  # of which webhooks are told in it
# Everything that a caller or a person gives has this in it, or is one of these.
MARK = "Zqx7"
MARKED = alice(
    account_id=f"acct_{MARK}",
    email=f"{MARK.lower()}.person@harbour-mail.com",
    name=f"{MARK} Persson",
    user_agent=f"Mozilla/5.0 {MARK}/9",
    phone="+14155552671",
    ip="72.224.214.33",
    device=None,
)
SECRET = (MARK, MARK.lower(), "4155552671", "72.224.214.33", "harbour-mail", "collector-key")


@dataclass
class Traced:
    """A site whose traces are collected, and what was seen of it."""

    site: Site
    collected: Collector
    log: str = ""
    link: str = ""  # what lets the person in to their appeal

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return requests.request(
            method,
            f"{self.site.live.address}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.site.key}", **headers},
            timeout=20,
        )

    def of_trace(self, name: str) -> list[Span]:
        return [span for span in self.collected.named(name) if span.trace_id.hex() == TRACE]

    def events(self) -> set[str]:
        """What webhooks were told of in the trace."""
        return {told(span)["gatehouse.event"] for span in self.of_trace("deliver webhook")}


@pytest.fixture(scope="module")
def traced() -> Iterator[Traced]:
    """Every journey below has been walked by then, and what it left has come."""
    with collector() as collected, sink() as mails, receiver() as hooks:
        settings = {
            **home_settings(mails),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collected.address,
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=collector-key",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "INFO",
        }
        with running(**settings) as live:
            site = Site(live, mails, hooks)
            site.set_up()
            site.hook()
            seen = Traced(site, collected)
            _walk(seen)
            wait_for(lambda: seen.events() >= EVENTS, seconds=40)
            wait_for(lambda: "send_code" in str(_outside(seen)), seconds=40)
            seen.log = (live.home / "run.log").read_text()
            yield seen


def _walk(seen: Traced) -> None:
    caller = {
        "traceparent": f"00-{TRACE}-{PARENT}-01",
        "tracestate": f"shop={MARK}",
        "baggage": f"who={MARK}",
        "X-Request-Id": f"request-{MARK}",
        "Idempotency-Key": f"key-{MARK}",
        "User-Agent": f"{MARK}/1",
    }
    signup = seen.call("POST", f"/v1/signups?from={MARK}", MARKED, **caller).json()
    checks = f"/v1/signups/{signup['id']}/checks"
    asked = seen.call("POST", checks, {"kind": "email"}, **{**caller, "Idempotency-Key": f"second-{MARK}"})
    assert asked.status_code < 300, asked.text
    wrong = seen.call("POST", f"{checks}/email/answers", {"code": MARK}, **{**caller, "Idempotency-Key": f"3-{MARK}"})
    assert wrong.status_code >= 200
    _appeal(seen, caller)
    collection = f"/taxii2/gatehouse/collections/{MARK}/objects/{MARK}/?added_after={MARK}&match[id]={MARK}"
    assert seen.call("GET", collection, **{**caller, "traceparent": ""}).status_code in {403, 404}
    account = f"/v1/accounts/{MARKED['account_id']}"
    for path in (account, f"/v1/{MARK}", f"/{MARK}?{MARK}={MARK}", f"/console/?next={MARK}"):
        seen.call("GET", path, **{**caller, "traceparent": ""})
    seen.call("POST", "/v1/accounts/acct_nobody/reports", {"kind": MARK}, **{**caller, "traceparent": ""})
    (job,) = seen.site.ask("SELECT count(*) FROM verification_event WHERE trace LIKE '00-4bf9%'")
    assert job[0] >= 2


def _appeal(seen: Traced, caller: dict[str, str]) -> None:
    """Somebody who was refused asks for a second look, in words of their own, by the link that they have."""
    refused = bob(account_id=f"acct_{MARK}_refused", name=f"{MARK} Refused", email=f"{MARK.lower()}@mailinator.com")
    answer = seen.call("POST", "/v1/signups", refused, **{**caller, "Idempotency-Key": f"4-{MARK}"}).json()
    page = seen.site.live.address + "/appeal/" + str(answer["appeal_url"]).partition("/appeal/")[2]
    seen.link = page.rstrip("/").rpartition("/")[2]
    with requests.Session() as person:
        form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', person.get(page, timeout=20).text)
        assert form
        said = {"csrfmiddlewaretoken": form[1], "text": f"{MARK} is my own name"}
        assert MARK in person.post(f"{page}texts", said, headers={"Referer": page}, timeout=20).text


def test_the_callers_trace_goes_on_to_the_webhook(traced: Traced) -> None:
    for name in (
        "POST v1/signups",
        "run/verification.send_code",
        "ask outside",
        "deliver webhook",
    ):
        assert traced.of_trace(name), (name, sorted({span.name for span in traced.collected.spans()}))
    (entered, *_) = traced.of_trace("POST v1/signups")
    assert entered.parent_span_id.hex() == PARENT
    assert traced.events() >= EVENTS


def test_what_was_asked_outside_is_a_step_of_the_errand_that_the_call_wanted(traced: Traced) -> None:
    (names,) = [names for names in _outside(traced) if names[1] == "run/verification.send_code"]
    assert re.match(r"POST v1/signups/.*/checks$", names[-1]), names
    assert {told(span)["gatehouse.result"] for span in traced.of_trace("ask outside")} == {"answered"}


def _outside(traced: Traced) -> list[list[str]]:
    """For each question to an outside party, the way to it."""
    return [path for span in traced.of_trace("ask outside") if len(path := _path(traced, span)) > 1]


def _path(traced: Traced, span: Span) -> list[str]:
    """The names from a span up to the call that it is of."""
    spans = {each.span_id: each for each in traced.collected.spans()}
    path = [span]
    while (parent := path[-1].parent_span_id) in spans:
        path.append(spans[parent])
    return [each.name for each in path]


def test_a_line_of_the_log_says_of_which_trace_it_is(traced: Traced) -> None:
    lines = [json.loads(line) for line in traced.log.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("act") == "webhook_endpoint.create"]
    (entered,) = traced.collected.named("POST v1/webhook-endpoints")
    assert line["trace_id"] == entered.trace_id.hex()


def test_the_database_is_seen_without_a_value(traced: Traced) -> None:
    queries = [told(span) for span in traced.collected.spans() if any(key.startswith("db.") for key in told(span))]
    texts = {one.get("db.query.text") or one.get("db.statement") or "" for one in queries}
    assert any(text.startswith("INSERT INTO") for text in texts), sorted(texts)[:5]
    assert not [text for text in texts if re.search(r"'[^']", text)]


def test_no_span_holds_anything_of_a_person_or_an_id(traced: Traced) -> None:
    sent = b"".join(traced.collected.sent)
    assert len(traced.collected.spans()) > 50
    found = [mark for mark in SECRET if mark.encode() in sent]
    assert not found, (found, [span.name for span in traced.collected.spans() if any(m in str(span) for m in found)])
    for (signup,) in traced.site.ask("SELECT public_id FROM verification_signup"):
        assert str(signup).encode() not in sent


def test_an_appeal_and_what_partners_read_are_traced_by_their_routes(traced: Traced) -> None:
    names = {span.name for span in traced.collected.spans()}
    assert [name for name in names if name.startswith("POST appeal/<str:token>")], sorted(names)
    assert [name for name in names if "taxii2" in name and "collections" in name], sorted(names)
    assert traced.link.encode() not in b"".join(traced.collected.sent)


def test_the_collector_is_sent_its_headers_and_health_is_not_traced(traced: Traced) -> None:
    assert traced.collected.headers[0]["api-key"] == "collector-key"
    traced.call("GET", "/healthz")
    assert not [span for span in traced.collected.spans() if "healthz" in span.name]

"""What is safe to repeat is repeated with pauses, a no is raised as a no, and nobody waits without end."""

import time
from collections.abc import Iterator

import pytest

from gatehouse_client.errors import KeyRefused, NotFound, RateLimited, Refused, Unavailable
from gatehouse_client.transport import Call, Transport
from tests.clients.peer import IMPATIENT, Peer, Told

GET = Call("GET", "/x")
POST = Call("POST", "/x", json={"a": 1})
GONE = Told(503, {"code": "internal_error"})
GOOD = Told(200, {"ok": True})


@pytest.fixture
def transport(peer: Peer) -> Iterator[Transport]:
    with Transport(peer.address, "gh_sk_live_x", IMPATIENT) as transport:
        yield transport


@pytest.mark.parametrize("call", [GET, POST], ids=["reading", "writing"])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_what_may_pass_is_tried_again(peer: Peer, transport: Transport, call: Call, status: int) -> None:
    peer.says("/x", Told(status, {}), Told(status, {}), GOOD)
    assert transport.call(call).json() == {"ok": True}
    assert len(peer.asked) == 3


def test_every_try_of_a_post_has_one_idempotency_key_and_every_post_another(peer: Peer, transport: Transport) -> None:
    peer.says("/x", GONE, GOOD)
    transport.call(POST)
    transport.call(POST)
    keys = [asked.headers["Idempotency-Key"] for asked in peer.asked]
    assert keys[0] == keys[1] != keys[2]


def test_a_callers_own_idempotency_key_is_sent(peer: Peer, transport: Transport) -> None:
    peer.says("/x", GOOD)
    transport.call(Call("POST", "/x", key="mine"))
    assert peer.asked[0].headers["Idempotency-Key"] == "mine"


def test_a_first_try_that_is_still_at_work_is_waited_for(peer: Peer, transport: Transport) -> None:
    peer.says("/x", Told(409, {"code": "idempotency_in_progress"}, {"Retry-After": "0"}), GOOD)
    assert transport.call(POST).status_code == 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (401, KeyRefused), (403, KeyRefused), (404, NotFound), (409, Refused), (422, Refused)],
)
def test_a_no_is_raised_at_once_with_what_it_says(
    peer: Peer, transport: Transport, status: int, kind: type[Refused]
) -> None:
    problem = {"code": "some_code", "title": "No", "fix": "Do else.", "request_id": "r1", "errors": [{"field": "a"}]}
    peer.says("/x", Told(status, problem))
    with pytest.raises(Refused) as raised:
        transport.call(POST)
    assert type(raised.value) is kind
    assert (raised.value.code, raised.value.fix, raised.value.request_id) == ("some_code", "Do else.", "r1")
    assert len(peer.asked) == 1


def test_who_calls_too_often_is_told_for_how_long_to_wait_and_does_not_hammer(peer: Peer, transport: Transport) -> None:
    peer.says("/x", Told(429, {"code": "rate_limited"}, {"Retry-After": "30"}))
    with pytest.raises(RateLimited) as raised:
        transport.call(GET)
    assert raised.value.retry_after == 30
    assert len(peer.asked) == 1


def test_one_that_does_not_answer_is_away_within_a_bounded_time(peer: Peer, transport: Transport) -> None:
    peer.says("/x", Told(200, {}, delay=3))
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        transport.call(GET)
    assert time.monotonic() - begun < IMPATIENT.tries * (IMPATIENT.read + IMPATIENT.longest_pause) + 1


def test_one_that_is_not_there_is_away() -> None:
    with Transport("http://127.0.0.1:9", "gh_sk_live_x", IMPATIENT) as transport, pytest.raises(Unavailable):
        transport.call(GET)


def test_a_call_in_a_hurry_leaves_one_alone_that_was_away_a_moment_ago_and_then_asks_again(
    peer: Peer, transport: Transport
) -> None:
    hurried = Call("GET", "/x", hurried=True)
    peer.says("/x", GONE, GONE, GONE, GOOD)
    for _ in range(5):
        with pytest.raises(Unavailable):
            transport.call(hurried)
    assert len(peer.asked) == 3
    time.sleep(IMPATIENT.leave_alone)
    assert transport.call(hurried).status_code == 200


def test_an_error_page_of_a_proxy_is_no_surprise(peer: Peer, transport: Transport) -> None:
    peer.says("/x", Told(403, b"<html>no</html>"))
    with pytest.raises(KeyRefused) as raised:
        transport.call(GET)
    assert raised.value.code == ""

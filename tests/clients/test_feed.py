"""The feed is followed from where it was, through faults; how fresh it is can be asked, and is never overstated."""

import logging
import threading
import time
from collections.abc import Callable

import pytest

from gatehouse_client import Feed, Following, Gatehouse, Hearers, TierChange
from gatehouse_client.transport import Transport
from tests.clients.conftest import Making
from tests.clients.peer import IMPATIENT, Asked, Peer, Told, change, page, tier

PATH = "/v1/tier-changes"
GONE = Told(503, {})


def slow(told: Told) -> Told:
    """As a call that waited for a change."""
    return Told(told.status, told.body, told.headers, delay=0.2)


def is_fresh(client: Gatehouse) -> bool:
    return client.feed.is_fresh


def fault_of(client: Gatehouse) -> str:
    return str(client.feed.fault or "")


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_begins_without_a_cursor_reads_on_at_once_to_the_end_and_then_waits(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, page(change("a"), cursor="c1", more=True), page(change("b"), cursor="c2"), slow(page(cursor="c2")))
    client = client_for()
    assert client.follow()
    until(lambda: len(peer.asked) >= 3)
    first, second, third = peer.asked[:3]
    assert ("cursor" in first.query, first.query["wait"]) == (False, "0")
    assert (second.query["cursor"], second.query["wait"]) == ("c1", "0")
    assert (third.query["cursor"], third.query["wait"]) == ("c2", "1")
    assert is_fresh(client)


def test_before_it_was_started_and_after_it_was_stopped_it_is_stale(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, page(), slow(page()))
    client = client_for()
    assert not is_fresh(client)
    client.follow()
    assert is_fresh(client)
    client.feed.stop()
    assert (is_fresh(client), client.feed.age) == (False, float("inf"))


def test_it_is_not_fresh_before_it_has_read_to_the_end(peer: Peer, client_for: Making) -> None:
    peer.answers[PATH] = lambda _: Told(body=page(change("a"), more=True).body, delay=0.02)
    client = client_for()
    assert client.follow(within=0.5) is False
    assert not is_fresh(client)


def test_while_it_cannot_be_read_it_grows_stale_and_says_why_and_then_goes_on_from_where_it_was(
    peer: Peer, client_for: Making
) -> None:
    peer.says(PATH, page(cursor="c1"), slow(page(cursor="c1")))
    client = client_for()
    client.follow()
    peer.broken = GONE
    until(lambda: not is_fresh(client))
    assert fault_of(client)
    peer.says(PATH, page(change("a", 7), cursor="c2"), slow(page(cursor="c2")))
    begun, peer.broken = len(peer.asked), None
    until(lambda: is_fresh(client))
    assert not fault_of(client)
    cursors = {asked.query.get("cursor") for asked in peer.asked[begun:]}
    assert cursors <= {"c1", "c2"}
    assert client._versions.newer("a", 6)


def test_a_cursor_that_has_expired_drops_what_is_cached_and_begins_anew(peer: Peer, client_for: Making) -> None:
    expired = Told(410, {"code": "cursor_expired", "title": "gone"})
    peer.says("/v1/accounts/acct_1/tier", Told(body=tier()))
    peer.says(PATH, page(cursor="c1"), slow(expired), page(change("b", 3), cursor="c9"), slow(page(cursor="c9")))
    client = client_for()
    client.follow()
    client.tier_of("acct_1")
    until(lambda: bool(client._versions.newer("b", 2)))
    assert len(client.tiers.cache) == 0
    assert [("cursor" in asked.query) for asked in peer.calls(PATH)[:3]] == [False, True, False]


def test_a_change_ends_what_was_kept_of_its_account_and_of_no_other(peer: Peer, client_for: Making) -> None:
    for name in ("a", "b"):
        peer.says(f"/v1/accounts/{name}/tier", Told(body=tier(name)), Told(body=tier(name, version=2, tier="trial")))
    hold = threading.Event()
    answers = [page(cursor="c1"), page(change("a", 2), cursor="c2")]

    def answer(_: Asked) -> Told:
        if len(answers) == 1:
            hold.wait(5)
        return answers.pop(0) if answers else slow(page(cursor="c2"))

    peer.answers[PATH] = answer
    client = client_for()
    client.follow()
    assert {client.tier_of(name).tier for name in ("a", "b")} == {"basic"}
    hold.set()
    until(lambda: client.tier_of("a").tier == "trial")
    assert client.tier_of("b").tier == "basic"


def test_one_that_is_told_to_come_again_does_so_then_and_not_before(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, page(come_again=1))
    client_for().follow()
    time.sleep(1.5)
    assert len(peer.asked) == 2


def test_a_key_that_is_refused_is_not_tried_again_and_again(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(403, {"code": "scope_missing"}))
    client = client_for()
    assert client.follow(within=1) is False
    assert len(peer.asked) == 1
    assert "scope_missing" in str(client.feed.fault)


def test_an_answer_of_a_proxy_is_a_fault_and_ends_nothing(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(200, b"<html>"), Told(200, {"hello": 1}), page(change("a", 3)), slow(page()))
    client = client_for()
    assert client.follow()
    assert client._versions.newer("a", 2)


def test_a_hearer_that_fails_does_not_end_the_feed(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    peer.says(PATH, page(change("a", 2), change("b", 2)), slow(page()))
    heard: list[TierChange] = []

    def hear(told: TierChange) -> None:
        heard.append(told)
        raise RuntimeError(told.account_id)

    caplog.set_level(logging.ERROR, logger="gatehouse_client.feed")
    with Transport(peer.address, "gh_sk_live_x", IMPATIENT) as transport:
        feed = Feed(transport, Hearers(hear, lambda: None), Following(wait=1))
        assert feed.start().wait_until_caught_up(5)
        feed.stop()
    assert [told.account_id for told in heard] == ["a", "b"]
    assert "a hearer of changes failed" in caplog.text


def test_starting_twice_follows_once(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, page(), slow(page()))
    client = client_for()
    client.follow()
    client.follow()
    assert sum(thread.name == "gatehouse-feed" and thread.is_alive() for thread in threading.enumerate()) == 1

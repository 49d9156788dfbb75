"""A tier is asked for once in a while, and when nobody answers it is what was chosen beforehand; a no stays a no."""

import time
from dataclasses import replace

import pytest

from gatehouse_client import Keeping, NotFound, Refused, Source, Unavailable, WhenAway
from tests.clients.conftest import LOWEST, Making
from tests.clients.peer import Asked, Peer, Told, change, page, tier

PATH = "/v1/accounts/acct_1/tier"
GONE = Told(503, {})
SHORT = Keeping(fresh=0.0)


def test_a_tier_is_asked_for_once_while_it_is_fresh(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier()))
    client = client_for()
    first, again = client.tier_of("acct_1"), client.tier_of("acct_1")
    assert first == again
    assert (first.tier, first.limits, first.source, first.is_sure) == (
        "basic",
        {"requests_per_minute": 60},
        Source.GATEHOUSE,
        True,
    )
    assert len(peer.asked) == 1


def test_what_is_not_fresh_is_asked_for_by_its_tag_and_kept_where_it_is_the_same(
    peer: Peer, client_for: Making
) -> None:
    peer.says(PATH, Told(body=tier(), headers={"ETag": '"one"'}), Told(304, headers={"ETag": '"one"'}))
    client = client_for(keeping=SHORT)
    assert client.tier_of("acct_1") == client.tier_of("acct_1")
    assert [asked.headers.get("If-None-Match") for asked in peer.asked] == [None, '"one"']


def test_an_id_with_anything_in_it_stays_one_segment_of_the_path(peer: Peer, client_for: Making) -> None:
    with pytest.raises(NotFound):
        client_for().tier_of("../../a b/ä?x#y")
    assert peer.asked[0].path == "/v1/accounts/..%2F..%2Fa%20b%2F%C3%A4%3Fx%23y/tier"


def test_last_known_goes_on_with_what_was_said_last(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier(tier="standard")), GONE)
    client = client_for(WhenAway.LAST_KNOWN, keeping=SHORT)
    known = client.tier_of("acct_1")
    assert client.tier_of("acct_1") == replace(known, source=Source.LAST_KNOWN)
    assert not client.tier_of("acct_1").is_sure


def test_last_known_is_the_lowest_where_nothing_or_only_the_old_is_known(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier()), GONE)
    client = client_for(WhenAway.LAST_KNOWN, keeping=Keeping(fresh=0.0, last_known=0.1))
    client.tier_of("acct_1")
    time.sleep(0.2)
    assert client.tier_of("acct_1") == LOWEST.tier_of("acct_1")
    assert client.tier_of("acct_2").source is Source.LOWEST


def test_conservative_gives_the_lowest_whatever_is_known(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier(tier="trusted")), GONE)
    client = client_for(WhenAway.CONSERVATIVE, keeping=SHORT)
    client.tier_of("acct_1")
    assert client.tier_of("acct_1") == LOWEST.tier_of("acct_1")


def test_raise_raises(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier()), GONE)
    client = client_for(WhenAway.RAISE, keeping=SHORT)
    client.tier_of("acct_1")
    with pytest.raises(Unavailable):
        client.tier_of("acct_1")


@pytest.mark.parametrize("when_away", WhenAway)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 429])
def test_a_no_is_never_taken_for_being_away(peer: Peer, client_for: Making, status: int, when_away: WhenAway) -> None:
    peer.says(PATH, Told(body=tier(tier="trusted")), Told(status, {"code": "some"}, {"Retry-After": "60"}))
    client = client_for(when_away, keeping=SHORT)
    client.tier_of("acct_1")
    with pytest.raises(Refused):
        client.tier_of("acct_1")


def test_an_account_that_is_gone_is_not_remembered(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=tier()), Told(404, {}), GONE)
    client = client_for(WhenAway.LAST_KNOWN, keeping=SHORT)
    client.tier_of("acct_1")
    with pytest.raises(NotFound):
        client.tier_of("acct_1")
    assert client.tier_of("acct_1").source is Source.LOWEST


def many(asked: Asked) -> Told:
    unknown = dict.fromkeys(("tier", "limits", "budget_key", "version"))
    items = [
        {**unknown, "account_id": name, "known": False} if name == "nobody" else {**tier(name), "known": True}
        for name in asked.json["account_ids"]
    ]
    return Told(body={"items": items, "warnings": []})


def test_many_are_asked_for_a_hundred_at_a_time_each_once_and_kept(peer: Peer, client_for: Making) -> None:
    peer.answers["/v1/tiers/lookup"] = many
    client = client_for()
    names = [f"acct_{number}" for number in range(250)]
    found = client.tiers.of_many([*names, "nobody", *names])
    assert [len(asked.json["account_ids"]) for asked in peer.asked] == [100, 100, 51]
    assert found["nobody"] is None
    assert all(told is not None and told.account_id == name for name, told in found.items() if name != "nobody")
    client.tiers.of_many(names)
    assert client.tier_of("acct_7") == found["acct_7"]
    assert len(peer.asked) == 3


def test_of_many_each_is_what_was_chosen_while_nobody_answers(peer: Peer, client_for: Making) -> None:
    peer.answers["/v1/tiers/lookup"] = many
    client = client_for(WhenAway.LAST_KNOWN, keeping=SHORT)
    client.tiers.of_many(["acct_1"])
    peer.broken = GONE
    found = client.tiers.of_many(["acct_1", "acct_2"])
    assert {name: told and told.source for name, told in found.items()} == {
        "acct_1": Source.LAST_KNOWN,
        "acct_2": Source.LOWEST,
    }


def test_an_answer_that_the_feed_has_overtaken_is_not_kept_nor_called_sure(peer: Peer, client_for: Making) -> None:
    peer.says("/v1/tier-changes", page(change(version=2)), Told(body=page().body, delay=0.4))
    peer.says(PATH, Told(body=tier(version=1)), Told(body=tier(version=2, tier="restricted")))
    client = client_for()
    assert client.follow(within=5)
    assert not client.tier_of("acct_1").is_sure
    assert (client.tier_of("acct_1").tier, client.tier_of("acct_1").is_sure) == ("restricted", True)
    assert len(peer.calls(PATH)) == 2

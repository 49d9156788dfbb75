"""Signups go out as they are documented and come back in types."""

from typing import Any

import pytest

from gatehouse_client import Refused, Unavailable, WhenAway
from tests.clients.conftest import Making
from tests.clients.peer import Peer, Told

ANSWER: dict[str, Any] = {
    "id": "sgn_1",
    "account_id": "acct_1",
    "outcome": "allow",
    "tier": "trial",
    "score": 3.1,
    "held": False,
    "provisional": True,
    "next_checks": [{"tier": "basic", "any_of": [["email"], ["phone"]], "cheapest": ["email"]}],
    "later": "unknown to this version",
}


def test_a_signup_is_sent_as_it_is_and_read(peer: Peer, client_for: Making) -> None:
    peer.says("/v1/signups", Told(201, ANSWER))
    signup = client_for().signups.create({"account_id": "acct_1", "email": "a@example.com"}, key="k")
    assert peer.asked[0].json == {"account_id": "acct_1", "email": "a@example.com"}
    assert peer.asked[0].headers["Idempotency-Key"] == "k"
    assert peer.asked[0].headers["Authorization"] == "Bearer gh_sk_live_x"
    assert (signup.id, signup.tier, signup.next_checks[0].any_of) == ("sgn_1", "trial", [["email"], ["phone"]])
    assert signup.raw["later"] == "unknown to this version"


def test_checks_are_asked_for_and_answered(peer: Peer, client_for: Making) -> None:
    peer.says("/v1/signups/sgn_1/checks", Told(202, ANSWER))
    peer.says("/v1/signups/sgn_1/checks/email/answers", Told(200, {**ANSWER, "tier": "basic"}))
    signups = client_for().signups
    signups.ask("sgn_1", "phone", channel="voice")
    assert signups.answer("sgn_1", "email", {"code": "123456"}).tier == "basic"
    assert [asked.json for asked in peer.asked] == [{"kind": "phone", "channel": "voice"}, {"code": "123456"}]


@pytest.mark.parametrize("when_away", WhenAway)
def test_no_signup_is_made_up_while_nobody_answers(peer: Peer, client_for: Making, when_away: WhenAway) -> None:
    peer.broken = Told(503, {})
    with pytest.raises(Unavailable):
        client_for(when_away).signups.create({})


def test_a_signup_that_is_refused_says_which_field(peer: Peer, client_for: Making) -> None:
    peer.says("/v1/signups", Told(400, {"code": "invalid_request", "errors": [{"field": "email", "detail": "x"}]}))
    with pytest.raises(Refused) as raised:
        client_for().signups.create({})
    assert [error["field"] for error in raised.value.errors] == ["email"]

"""A token is taken where this Gatehouse signed it for this application and its time has not passed, and never else."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gatehouse_client import FeedStale, Source, TokenExpired, TokenInvalid, TokenRevoked, Unavailable, WhenAway
from gatehouse_client import keys as keys_module
from tests.clients.conftest import LOWEST, Making
from tests.clients.peer import Peer, Signer, Told, change, page, tier

JWKS = "/.well-known/jwks.json"
NOW = int(time.time())


@pytest.fixture(autouse=True)
def _quiet_feed(peer: Peer) -> None:
    peer.says("/v1/tier-changes", page(), Told(body=page().body, delay=0.3))


def test_a_good_token_says_the_tier_with_nobody_asked_but_for_the_keys(
    peer: Peer, signer: Signer, client_for: Making
) -> None:
    client = client_for()
    client.follow()
    for _ in range(3):
        told = client.check_token(signer.token(peer.address))
    assert (told.account_id, told.tier, told.version, told.source) == ("acct_1", "basic", 1, Source.TOKEN)
    assert told.limits == {"requests_per_minute": 60}
    assert {asked.path for asked in peer.asked} == {JWKS, "/v1/tier-changes"}
    assert len(peer.calls(JWKS)) == 1


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "http://else.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"aud": "other"}, id="another application"),
        pytest.param({"aud": None}, id="no application"),
        pytest.param({"sub": None}, id="nobody's"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"nbf": NOW + 3600}, id="not yet good"),
        pytest.param({"tier": None}, id="without a tier"),
        pytest.param({"limits": ["x"]}, id="limits of another form"),
        pytest.param({"version": "x"}, id="a version that is none"),
    ],
)
def test_what_does_not_say_what_it_has_to_is_invalid(
    peer: Peer, signer: Signer, client_for: Making, claims: dict[str, Any]
) -> None:
    issuer = claims.pop("iss", peer.address) if "iss" in claims else peer.address
    with pytest.raises(TokenInvalid):
        client_for(WhenAway.LAST_KNOWN).check_token(signer.token(issuer, **claims))


def test_a_token_of_another_kind_is_invalid(peer: Peer, signer: Signer, client_for: Making) -> None:
    with pytest.raises(TokenInvalid, match="not a tier token"):
        client_for(WhenAway.LAST_KNOWN).check_token(signer.token(peer.address, header={"typ": "JWT"}))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.b.c", "x" * 5000, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_invalid(client_for: Making, token: str) -> None:
    with pytest.raises(TokenInvalid):
        client_for(WhenAway.LAST_KNOWN).check_token(token)


def test_a_public_key_is_no_secret_to_sign_with(peer: Peer, signer: Signer, client_for: Making) -> None:
    """The old trick: HMAC with the published key, since everybody has it."""
    forged = jwt.encode(
        {"alg": "HS256", "typ": "tier+jwt", "kid": signer.kid},
        {**tier(), "iss": peer.address, "sub": "acct_1", "aud": "shop"},
        OctKey.import_key(signer.published()["x"].encode()),
        algorithms=["HS256"],
    )
    with pytest.raises(TokenInvalid):
        client_for(WhenAway.LAST_KNOWN).check_token(forged)


def test_a_token_that_was_changed_is_invalid(peer: Peer, signer: Signer, client_for: Making) -> None:
    head, payload, signature = signer.token(peer.address).split(".")
    claims = {**json.loads(urlsafe_b64decode(payload + "==")), "tier": "trusted"}
    changed = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(TokenInvalid):
        client_for(WhenAway.LAST_KNOWN).check_token(f"{head}.{changed}.{signature}")


def test_one_whose_time_is_over_is_expired_and_clocks_may_differ_by_seconds(
    peer: Peer, signer: Signer, client_for: Making
) -> None:
    client = client_for(WhenAway.LAST_KNOWN)
    now = int(time.time())
    assert client.check_token(signer.token(peer.address, exp=now - 5)).tier == "basic"
    with pytest.raises(TokenExpired):
        client.check_token(signer.token(peer.address, exp=now - 30))


@pytest.mark.parametrize("when_away", WhenAway)
def test_a_token_is_revoked_by_a_later_version_in_every_mode_fresh_or_stale(
    peer: Peer, signer: Signer, client_for: Making, when_away: WhenAway
) -> None:
    peer.says("/v1/tier-changes", page(change(version=2)), Told(503, {}))
    client = client_for(when_away)
    assert client.follow()
    with pytest.raises(TokenRevoked) as revoked:
        client.check_token(signer.token(peer.address, version=1))
    assert (revoked.value.tier, revoked.value.version) == ("restricted", 2)
    time.sleep(2)
    assert not client.feed.is_fresh
    with pytest.raises(TokenRevoked):
        client.check_token(signer.token(peer.address, version=1))


def test_for_a_revoked_token_the_tier_of_now_can_be_had(peer: Peer, signer: Signer, client_for: Making) -> None:
    peer.says("/v1/tier-changes", page(change(version=2)), Told(body=page().body, delay=0.3))
    peer.says("/v1/accounts/acct_1/tier", Told(body=tier(tier="restricted", version=2)))
    client = client_for()
    client.follow()
    assert client.tier_by_token(signer.token(peer.address, version=1)).tier == "restricted"
    assert client.tier_by_token(signer.token(peer.address, version=2)).source is Source.TOKEN


def test_without_a_fresh_feed_a_token_is_what_was_chosen_and_never_sure(
    peer: Peer, signer: Signer, client_for: Making
) -> None:
    token = signer.token(peer.address)
    assert client_for(WhenAway.LAST_KNOWN).check_token(token).source is Source.LAST_KNOWN
    assert client_for(WhenAway.CONSERVATIVE).check_token(token) == LOWEST.tier_of("acct_1")
    with pytest.raises(FeedStale):
        client_for(WhenAway.RAISE).check_token(token)


def test_a_test_key_reads_the_keys_of_test_accounts_and_takes_no_live_token(
    peer: Peer, signer: Signer, client_for: Making
) -> None:
    trying = Signer()
    peer.says("/test/.well-known/jwks.json", Told(body={"keys": [trying.published()]}))
    client = client_for(WhenAway.LAST_KNOWN, key="gh_sk_test_x")
    assert client.check_token(trying.token(f"{peer.address}/test")).tier == "basic"
    with pytest.raises(TokenInvalid):
        client.check_token(signer.token(peer.address))
    with pytest.raises(TokenInvalid):
        client_for(WhenAway.LAST_KNOWN).check_token(trying.token(f"{peer.address}/test"))


def test_a_new_key_is_found_when_it_signs_and_the_old_one_goes_on(
    peer: Peer, signer: Signer, client_for: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "AGAIN_SECONDS", 0.0)
    client = client_for(WhenAway.LAST_KNOWN)
    client.check_token(signer.token(peer.address))
    successor = Signer()
    peer.says(JWKS, Told(body={"keys": [signer.published(), successor.published()]}))
    assert client.check_token(successor.token(peer.address)).tier == "basic"
    assert client.check_token(signer.token(peer.address)).tier == "basic"
    assert len(peer.calls(JWKS)) == 2


def test_made_up_names_of_keys_do_not_make_us_ask_each_time(peer: Peer, signer: Signer, client_for: Making) -> None:
    client = client_for(WhenAway.LAST_KNOWN)
    client.check_token(signer.token(peer.address))
    for _ in range(20):
        with pytest.raises(TokenInvalid, match="not published"):
            client.check_token(Signer().token(peer.address))
    assert len(peer.calls(JWKS)) == 1


@pytest.mark.parametrize("when_away", WhenAway)
def test_a_token_whose_key_cannot_be_had_is_never_taken(
    peer: Peer, signer: Signer, client_for: Making, when_away: WhenAway
) -> None:
    peer.broken = Told(503, {})
    with pytest.raises(Unavailable):
        client_for(when_away).check_token(signer.token(peer.address))


def test_keys_that_are_known_go_on_for_an_hour_while_they_cannot_be_read_again(
    peer: Peer, signer: Signer, client_for: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(WhenAway.LAST_KNOWN)
    client.check_token(signer.token(peer.address))
    peer.broken = Told(503, {})
    monkeypatch.setattr(keys_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(keys_module, "AGAIN_SECONDS", 0.0)
    assert client.check_token(signer.token(peer.address)).tier == "basic"
    monkeypatch.setattr(keys_module, "LAST_KNOWN_SECONDS", 0.0)
    with pytest.raises(Unavailable):
        client.check_token(signer.token(peer.address))


def test_a_key_that_is_no_longer_published_is_no_longer_taken(
    peer: Peer, signer: Signer, client_for: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(WhenAway.LAST_KNOWN)
    client.check_token(signer.token(peer.address))
    peer.says(JWKS, Told(body={"keys": [Signer().published()]}))
    monkeypatch.setattr(keys_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(keys_module, "AGAIN_SECONDS", 0.0)
    with pytest.raises(TokenInvalid):
        client.check_token(signer.token(peer.address))

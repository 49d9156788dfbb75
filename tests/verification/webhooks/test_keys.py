"""Signatures are those of the Standard Webhooks specification: its own library takes them."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from verification.webhook_models import Algorithm
from verification.webhooks import keys, messages

BODY = '{"type":"ring.found","data":{"ring":"rng_1","size":3}}'


def headers(*signing: str, at: datetime | None = None) -> dict[str, str]:
    return messages.headers(signing, message="evt_1_00000000", content=BODY, at=at or datetime.now(UTC))


def raw(key: str) -> bytes:
    return base64.b64decode(key.partition("_")[2], validate=True)


def test_the_specifications_own_library_takes_hmac_signatures() -> None:
    key = keys.make(Algorithm.HMAC)
    assert len(raw(key)) == 32
    assert Webhook(key).verify(BODY, headers(key))["type"] == "ring.found"
    for other_body, other_key in ((BODY + " ", key), (BODY, keys.make(Algorithm.HMAC))):
        with pytest.raises(WebhookVerificationError):
            Webhook(other_key).verify(other_body, headers(key))


def test_a_signature_is_of_its_moment() -> None:
    key = keys.make(Algorithm.HMAC)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(key).verify(BODY, headers(key, at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_the_specifications_example_comes_out() -> None:
    """The vector that the reference implementations test themselves with."""
    signed = keys.signatures(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body='{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_whoever_has_the_public_key_verifies_ed25519_signatures() -> None:
    key = keys.make(Algorithm.ED25519)
    public = keys.public_of(key)
    assert key.startswith("whsk_")
    assert public is not None
    assert public.startswith("whpk_")
    assert raw(key)[32:] == raw(public)
    sent = headers(key)
    version, _, signature = sent["webhook-signature"].partition(",")
    signed = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.{BODY}".encode()
    assert version == "v1a"
    verifying = Ed25519PublicKey.from_public_bytes(raw(public))
    verifying.verify(base64.b64decode(signature), signed)
    with pytest.raises(InvalidSignature):
        verifying.verify(base64.b64decode(signature), signed + b" ")


def test_several_keys_sign_side_by_side_and_each_is_taken() -> None:
    new, old, public = keys.make(Algorithm.HMAC), keys.make(Algorithm.HMAC), keys.make(Algorithm.ED25519)
    sent = headers(new, public, old)
    assert [each.partition(",")[0] for each in sent["webhook-signature"].split(" ")] == ["v1", "v1a", "v1"]
    for key in (new, old):
        Webhook(key).verify(BODY, sent)


def test_what_is_shown_is_the_secret_of_hmac_and_never_a_private_key() -> None:
    secret, private = keys.make(Algorithm.HMAC), keys.make(Algorithm.ED25519)
    assert keys.shown_once(secret) == secret
    assert keys.shown_once(private) == keys.public_of(private)
    assert (keys.algorithm_of(secret), keys.algorithm_of(private)) == (Algorithm.HMAC, Algorithm.ED25519)
    assert keys.public_of(secret) is None

"""A delivery is taken where one of the endpoint's keys signed these very bytes lately, and never else."""

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from gatehouse_client import Receiver, WebhookRefused

BODY = json.dumps(
    {"type": "account.tier_changed", "timestamp": "2026-11-29T12:00:00.123Z", "data": {"account_id": "acct_1"}}
).encode()
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = "whpk_" + base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
Signing = Callable[..., dict[str, str]]


def by_secret(body: bytes = BODY, *, at: float | None = None, name: str = "evt_1") -> dict[str, str]:
    when = time.time() if at is None else at
    signature = Webhook(SECRET).sign(name, datetime.fromtimestamp(int(when), UTC), body.decode())
    return {"webhook-id": "evt_1", "webhook-timestamp": str(int(when)), "webhook-signature": signature}


def by_key(body: bytes = BODY, *, at: float | None = None, name: str = "evt_1") -> dict[str, str]:
    when = int(time.time() if at is None else at)
    signature = base64.b64encode(PRIVATE.sign(f"{name}.{when}.".encode() + body)).decode()
    return {"webhook-id": "evt_1", "webhook-timestamp": str(when), "webhook-signature": f"v1a,{signature}"}


BOTH = pytest.mark.parametrize(
    ("sign", "key"), [pytest.param(by_secret, SECRET, id="hmac"), pytest.param(by_key, PUBLIC, id="ed25519")]
)


@BOTH
def test_a_signed_delivery_is_read(sign: Signing, key: str) -> None:
    told = Receiver(key).read(BODY, {name.title(): value for name, value in sign().items()})
    assert (told.id, told.type, told.data) == ("evt_1", "account.tier_changed", {"account_id": "acct_1"})
    assert told.at == datetime(2026, 11, 29, 12, 0, 0, 123000, UTC)


@BOTH
@pytest.mark.parametrize("seconds", [-400, 400])
def test_one_that_is_old_or_from_the_future_is_refused(sign: Signing, key: str, seconds: int) -> None:
    with pytest.raises(WebhookRefused):
        Receiver(key).read(BODY, sign(at=time.time() + seconds))


@BOTH
def test_other_bytes_or_another_id_are_refused(sign: Signing, key: str) -> None:
    for body, headers in ((BODY + b" ", sign()), (BODY, sign(name="evt_2")), (b"\xff", sign())):
        with pytest.raises(WebhookRefused):
            Receiver(key).read(body, headers)


@BOTH
@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "x", "v1,x", "v1a,é", "v1", "9" * 40])
def test_headers_that_are_missing_or_nonsense_are_refused(
    sign: Signing, key: str, name: str, value: str | None
) -> None:
    headers = {**sign(), name: value}
    with pytest.raises(WebhookRefused):
        Receiver(key).read(BODY, {name: value for name, value in headers.items() if value is not None})


def test_another_key_is_refused() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(WebhookRefused):
        Receiver(other, PUBLIC).read(BODY, by_secret())


def test_while_keys_rotate_any_of_them_will_do_and_so_will_any_signature() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    receiver = Receiver(other, SECRET, PUBLIC)
    assert receiver.read(BODY, by_secret()).id == receiver.read(BODY, by_key()).id
    two = {**by_key(), "webhook-signature": f"v1a,AAAA v1,BBBB {by_key()['webhook-signature']}"}
    assert Receiver(PUBLIC).read(BODY, two).id == "evt_1"


@BOTH
@pytest.mark.parametrize("body", [b"[]", b'{"type": 1}', b"no json"])
def test_what_is_signed_and_of_another_form_is_refused(sign: Signing, key: str, body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        Receiver(key).read(body, sign(body))


@pytest.mark.parametrize("keys", [(), ("secret",), (SECRET, "whsk_x"), ("whpk_AAAA",)])
def test_a_receiver_without_a_key_of_either_form_is_not_made(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Receiver(*keys)

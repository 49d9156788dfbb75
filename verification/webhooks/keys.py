"""Keys that endpoints are signed for with, and the signatures, in the form of the Standard Webhooks specification.

HMAC-SHA256 is by the specification's own library. That has no ed25519 (standardwebhooks 1.1.0), so this signs by
`cryptography` over the same bytes: id, timestamp and body with full stops between. A `whsk_` is the seed and the public
key (64 bytes, as libsodium has it), a `whpk_` the public key alone.
"""

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from verification.webhook_models import Algorithm

HMAC_BYTES = 32  # the specification wants 24 to 64
SEED_BYTES = 32  # RFC 8032, section 5.1.5
SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"


def make(algorithm: Algorithm) -> str:
    """A new key."""
    if algorithm is Algorithm.HMAC:
        return SECRET + _text(secrets.token_bytes(HMAC_BYTES))
    private = Ed25519PrivateKey.generate()
    return PRIVATE + _text(private.private_bytes_raw() + private.public_key().public_bytes_raw())


def algorithm_of(key: str) -> Algorithm:
    """What a key signs by."""
    return Algorithm.ED25519 if key.startswith(PRIVATE) else Algorithm.HMAC


def public_of(key: str) -> str | None:
    """What verifies the signatures of an ed25519 key, for everybody to see; None of an HMAC key: it has none."""
    if algorithm_of(key) is Algorithm.HMAC:
        return None
    return PUBLIC + _text(_private(key).public_key().public_bytes_raw())


def shown_once(key: str) -> str:
    """What the receiver needs: the secret of HMAC, the public key of ed25519. The private one never leaves."""
    return public_of(key) or key


def signatures(keys: Iterable[str], *, message_id: str, at: datetime, body: str) -> str:
    """The header webhook-signature: one signature by each key, the newest first."""
    return " ".join(_signature(key, message_id, at.astimezone(UTC), body) for key in keys)


def timestamp(at: datetime) -> str:
    """The header webhook-timestamp: whole seconds since 1970."""
    return str(int(at.timestamp()))


def _signature(key: str, message_id: str, at: datetime, body: str) -> str:
    if algorithm_of(key) is Algorithm.HMAC:
        return Webhook(key).sign(message_id, at, body)
    signed = _private(key).sign(f"{message_id}.{timestamp(at)}.{body}".encode())
    return f"v1a,{_text(signed)}"


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.removeprefix(PRIVATE))[:SEED_BYTES])


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

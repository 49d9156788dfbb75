"""Webhooks: is a delivery from Gatehouse? By the Standard Webhooks specification, with HMAC or ed25519 keys."""

import base64
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from gatehouse_client.errors import WebhookRefused

SECRET: Final = "whsec_"  # noqa: S105 - how a secret begins
PUBLIC: Final = "whpk_"
ED25519: Final = "v1a,"
TOLERANCE_SECONDS: Final = 300  # the library's, for HMAC


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that Gatehouse signed. The same `id` can come again, and later than a newer one: keep the ids."""

    id: str
    type: str
    at: datetime
    data: Mapping[str, Any]


class Receiver:
    """Verifies deliveries with an endpoint's keys: `whsec_` secrets, `whpk_` public keys, both while they rotate."""

    def __init__(self, *keys: str) -> None:
        """Raises ValueError: no key is given, or one is of neither form."""
        self._secrets = [Webhook(key) for key in keys if key.startswith(SECRET)]
        self._public = [_public(key) for key in keys if key.startswith(PUBLIC)]
        if not keys or len(self._secrets) + len(self._public) != len(keys):
            raise ValueError("a key begins with whsec_ or whpk_, and at least one is needed")

    @classmethod
    def of(cls, keys: Iterable[str]) -> Self:
        """A receiver with these keys."""
        return cls(*keys)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """The delivery of a request's body, as the bytes that came, and its headers.

        Raises:
            WebhookRefused: no key here signed these bytes, under this id, within the last five minutes.

        """
        named = {name.lower(): value for name, value in headers.items()}
        if not (self._by_secret(body, named) or self._by_public_key(body, named)):
            raise WebhookRefused("no key of this endpoint signed it lately")
        try:
            told = json.loads(body)
            at = datetime.fromisoformat(told["timestamp"])
            return Delivery(named["webhook-id"], told["type"], at, told["data"])
        except (KeyError, TypeError, ValueError) as fault:
            raise WebhookRefused("it is signed, but of another form") from fault

    def _by_secret(self, body: bytes, headers: dict[str, str]) -> bool:
        for secret in self._secrets:
            try:
                secret.verify(body, headers, json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: a header or body of another form
                continue
            return True
        return False

    def _by_public_key(self, body: bytes, headers: dict[str, str]) -> bool:
        """The library has no ed25519 (1.1.0): the same bytes, verified by cryptography."""
        sent_at = headers.get("webhook-timestamp", "")
        if not (sent_at.isdecimal() and abs(time.time() - int(sent_at)) <= TOLERANCE_SECONDS):
            return False
        signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
        signatures = [
            signature.removeprefix(ED25519)
            for signature in headers.get("webhook-signature", "").split()
            if signature.startswith(ED25519)
        ]
        return any(_verifies(key, signature, signed) for key in self._public for signature in signatures)


def _public(key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix(PUBLIC) + "=="))


def _verifies(key: Ed25519PublicKey, signature: str, signed: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True

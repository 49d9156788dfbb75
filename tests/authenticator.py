"""An authenticator in software, as anybody can write one: it makes passkeys and signs with them."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def coded(raw: bytes) -> str:
    """Base64url without padding, as browsers send it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One key. `count` is what it says of how often it was used."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    rp_id: str = "localhost"
    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    count: int = 0
    format: str = "none"
    handle: str | None = None  # whom it was made for, as the site calls them

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.create gives for these options, as JSON."""
        self.handle = options.get("user", {}).get("id")
        statement = {"fmt": self.format, "attStmt": {}, "authData": self._data(with_key=True)}
        return self._answer(
            {
                "clientDataJSON": coded(self._client_data("webauthn.create", options["challenge"])),
                "attestationObject": coded(cbor2.dumps(statement)),
                "transports": ["internal", "hybrid", "carrier pigeon"],
            }
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get gives for these options, as JSON. It counts one up."""
        self.count += 1
        client_data, data = self._client_data("webauthn.get", options["challenge"]), self._data(with_key=False)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": coded(client_data),
                "authenticatorData": coded(data),
                "signature": coded(signature),
                "userHandle": self.handle,
            }
        )

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = coded(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, *, with_key: bool) -> bytes:
        flags = self.flags | (ATTESTED if with_key else 0)
        data = hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        if not with_key:
            return data
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return data + bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)

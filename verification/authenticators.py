"""What authenticators answer, checked by WebAuthn: whose site, which challenge, which key.

It serves the passkeys of who signs up (verification.checks.passkey) and of who signs in at the console
(verification.console_passkeys). Attestation is not asked for: it names the make of people's devices, and those who sell
fraudulent accounts can buy the same.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import InvalidRegistrationResponse
from webauthn.helpers.structs import AttestationFormat, AuthenticatorTransport, PublicKeyCredentialDescriptor
from webauthn.registration.verify_registration_response import VerifiedRegistration

log = logging.getLogger(__name__)
Verified = TypeVar("Verified", VerifiedRegistration, VerifiedAuthentication)

LONGEST = 16 * 1024  # characters of an answer's texts; a browser's has about 1,500
LONGEST_ID = 1023  # bytes of a credential's id (WebAuthn level 3, section 4)
# Browsers replace all other statements where none was asked for (WebAuthn level 3, section 5.1.3).
FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)


@dataclass(frozen=True, slots=True)
class Site:
    """Whom passkeys belong to, and the origins of the pages that may ask for them."""

    rp_id: str
    origins: Sequence[str]
    unlocked: bool = False  # whether the person has to have shown the authenticator that it is them

    @property
    def there(self) -> bool:
        """Whether it is known which site that is."""
        return bool(self.rp_id and self.origins)


@dataclass(frozen=True, slots=True)
class Key:
    """A credential as it is stored."""

    public_key: bytes
    sign_count: int


def is_answer(answer: Any) -> bool:
    """Whether something may be an authenticator's answer at all, by its form and length."""
    return isinstance(answer, Mapping) and len(json.dumps(answer)) <= LONGEST


def registered(answer: Mapping[str, Any], challenge: bytes, *, site: Site) -> VerifiedRegistration | None:
    """What an authenticator made for this very challenge, on a page of the site; None where anything is wrong."""

    def verify() -> VerifiedRegistration:
        credential = parse_registration_credential_json(dict(answer))
        if parse_attestation_object(credential.response.attestation_object).fmt not in FORMATS:
            raise InvalidRegistrationResponse("a statement that nobody asked for")
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            require_user_verification=site.unlocked,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
        if len(verified.credential_id) > LONGEST_ID:
            raise InvalidRegistrationResponse("an id that is too long")
        return verified

    return _unless_wrong(verify)


def shown(answer: Mapping[str, Any], challenge: bytes, *, site: Site, key: Key) -> VerifiedAuthentication | None:
    """What an authenticator signed for this very challenge by a key; None where anything is wrong, its count too."""
    return _unless_wrong(
        lambda: verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=site.unlocked,
        )
    )


def credential_of(answer: Mapping[str, Any]) -> bytes:
    """The id of the credential that an answer names; empty where it names none."""
    try:
        return base64url_to_bytes(str(answer.get("id")))
    except ValueError:
        return b""


def transports_of(answer: Mapping[str, Any]) -> list[str]:
    """How the browser reaches the authenticator: a hint for the next time, of the known ways only."""
    given = answer["response"].get("transports")
    return [way.value for way in AuthenticatorTransport if isinstance(given, list) and way.value in given]


def described(credential: bytes, transports: Sequence[str]) -> PublicKeyCredentialDescriptor:
    """A credential as browsers are told of it."""
    return PublicKeyCredentialDescriptor(id=credential, transports=[AuthenticatorTransport(way) for way in transports])


def _unless_wrong(verify: Callable[[], Verified]) -> Verified | None:
    """What was verified; None where anything about the answer is not as it has to be."""
    try:
        return verify()
    except Exception as fault:  # noqa: BLE001 - whatever parsers of CBOR, COSE and certificates raise, it is a wrong answer
        log.info(
            "An answer of an authenticator was wrong.", extra={"fault": type(fault).__name__, "why": str(fault)[:200]}
        )
        return None

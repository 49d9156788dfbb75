"""A passkey: an authenticator signs that it is there, by WebAuthn. The first time it is registered, later it is shown.

It says that somebody holds the same key as before, and nothing of who or how many: an authenticator in software costs
nothing, and one authenticator makes a key for each account. So it is worth little towards a tier by itself, and much as
a way for the same person to come back. Attestation is not asked for: it names the make of people's devices, and those
who sell fraudulent accounts can buy the same.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from email_validator import EmailNotValidError, validate_email
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import InvalidRegistrationResponse
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from config.lib.crypto import settled_hash
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.check_moves import Keep
from verification.checks.interface import Challenge
from verification.models import Check, Passkey, Signup

log = logging.getLogger(__name__)
Verified = TypeVar("Verified", VerifiedRegistration, VerifiedAuthentication)

LONGEST = 16 * 1024  # characters of an answer's texts; a browser's has about 1,500
LONGEST_ID = 1023  # bytes of a credential's id (WebAuthn level 3, section 4)
# Browsers replace all other statements where none was asked for (WebAuthn level 3, section 5.1.3).
FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)
# Preferred: an old security key without a PIN is as good for coming back as a new one.
UNLOCKED = UserVerificationRequirement.PREFERRED


class PasskeyCheck:
    """Registration for an account that has no passkey, assertion for one that has."""

    kind = CheckKind.PASSKEY
    answer_field = "credential"
    life = timedelta(minutes=10)

    def on_offer(self) -> bool:
        """Where it is known which site the passkeys belong to."""
        return bool(settings.PASSKEY_RP_ID and settings.PASSKEY_ORIGINS)

    def challenge(self, signup: Signup, *, at: datetime) -> Challenge:
        """The options for navigator.credentials, as JSON: `create` in {"create": ...}, `get` in {"get": ...}."""
        del at
        known = list(signup.account.passkeys.order_by("pk"))
        shown = {"get": _to_show(known)} if known else {"create": _to_register(signup)}
        return Challenge(shown=shown, kept={})

    def right(self, check: Check, answer: Any, *, at: datetime) -> Keep | None:
        """Right is what an authenticator signed for this very challenge, on one of our pages."""
        if not isinstance(answer, Mapping) or len(json.dumps(answer)) > LONGEST:
            return None
        shown = check.challenge["shown"]
        if "create" in shown:
            return _registration(answer, base64url_to_bytes(shown["create"]["challenge"]), at)
        return _assertion(check, answer, base64url_to_bytes(shown["get"]["challenge"]), at)


def _to_register(signup: Signup) -> dict[str, Any]:
    """The user's handle stands for the account, so that an authenticator keeps one key for each and tells no more."""
    account = signup.account
    return options_to_json_dict(
        generate_registration_options(
            rp_id=settings.PASSKEY_RP_ID,
            rp_name=settings.PASSKEY_RP_ID,
            user_id=settled_hash("passkey user", account.account_id).to_bytes(8, "big", signed=True),
            user_name=_own_name(signup),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UNLOCKED
            ),
        )
    )


def _own_name(signup: Signup) -> str:
    """What the person's own list of passkeys calls it: their mailbox, or the account where there is no usable one."""
    try:
        return validate_email(signup.person.get("email") or "", check_deliverability=False).normalized
    except EmailNotValidError:
        return signup.account.account_id


def _to_show(passkeys: Iterable[Passkey]) -> dict[str, Any]:
    known = [
        PublicKeyCredentialDescriptor(
            id=bytes(passkey.credential), transports=[AuthenticatorTransport(way) for way in passkey.transports]
        )
        for passkey in passkeys
    ]
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=settings.PASSKEY_RP_ID, allow_credentials=known, user_verification=UNLOCKED
        )
    )


def _registration(answer: Mapping[str, Any], challenge: bytes, at: datetime) -> Keep | None:
    def verify() -> VerifiedRegistration:
        credential = parse_registration_credential_json(dict(answer))
        if parse_attestation_object(credential.response.attestation_object).fmt not in FORMATS:
            raise InvalidRegistrationResponse("a statement that nobody asked for")
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=settings.PASSKEY_RP_ID,
            expected_origin=settings.PASSKEY_ORIGINS,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
        if len(verified.credential_id) > LONGEST_ID:
            raise InvalidRegistrationResponse("an id that is too long")
        return verified

    verified = _unless_wrong(verify)
    if verified is None or Passkey.objects.filter(credential=verified.credential_id).exists():
        return None
    transports = _transports(answer)

    def keep(account: Account) -> bool:
        """The first account that brings a credential has it."""
        fields = {
            "account": account,
            "public_key": verified.credential_public_key,
            "sign_count": verified.sign_count,
            "transports": transports,
            "created_at": at,
            "last_used_at": at,
        }
        return Passkey.objects.get_or_create(credential=verified.credential_id, defaults=fields)[1]

    return keep


def _transports(answer: Mapping[str, Any]) -> list[str]:
    """How the browser reaches the authenticator: a hint for the next time, of the known ways only."""
    given = answer["response"].get("transports")
    return [way.value for way in AuthenticatorTransport if isinstance(given, list) and way.value in given]


def _assertion(check: Check, answer: Mapping[str, Any], challenge: bytes, at: datetime) -> Keep | None:
    passkey = _named(check.signup.account, answer)
    if passkey is None:
        return None
    verified = _unless_wrong(
        lambda: verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=settings.PASSKEY_RP_ID,
            expected_origin=settings.PASSKEY_ORIGINS,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    )
    if verified is None:
        return None
    count = verified.new_sign_count

    def keep(account: Account) -> bool:
        """A count that does not rise is a copy's; authenticators that do not count say 0 for ever."""
        same = account.passkeys.filter(pk=passkey.pk, sign_count=passkey.sign_count)
        return same.update(sign_count=count, last_used_at=at) == 1

    return keep


def _named(account: Account, answer: Mapping[str, Any]) -> Passkey | None:
    """The account's passkey that the answer names; another's is as unknown as one that nobody has."""
    try:
        credential = base64url_to_bytes(str(answer.get("id")))
    except ValueError:
        return None
    return account.passkeys.filter(credential=credential).first()


def _unless_wrong(verify: Callable[[], Verified]) -> Verified | None:
    """What was verified; None where anything about the answer is not as it has to be."""
    try:
        return verify()
    except Exception as fault:  # noqa: BLE001 - whatever parsers of CBOR, COSE and certificates raise, it is a wrong answer
        log.info(
            "An answer of an authenticator was wrong.", extra={"fault": type(fault).__name__, "why": str(fault)[:200]}
        )
        return None


CHECK = PasskeyCheck()

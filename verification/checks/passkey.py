"""A passkey: an authenticator signs that it is there, by WebAuthn. The first time it is registered, later it is shown.

It says that somebody holds the same key as before, and nothing of who or how many: an authenticator in software costs
nothing, and one authenticator makes a key for each account. So it is worth little towards a tier by itself, and much as
a way for the same person to come back.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from email_validator import EmailNotValidError, validate_email
from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from config.lib.crypto import settled_hash
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.authenticators import Key, Site, credential_of, described, is_answer, registered, shown, transports_of
from verification.check_moves import Keep
from verification.checks.interface import Challenge
from verification.models import Check, Passkey, Signup

# Preferred: an old security key without a PIN is as good for coming back as a new one.
UNLOCKED = UserVerificationRequirement.PREFERRED


class PasskeyCheck:
    """Registration for an account that has no passkey, assertion for one that has."""

    kind = CheckKind.PASSKEY
    answer_field = "credential"
    life = timedelta(minutes=10)

    def on_offer(self) -> bool:
        """Where it is known which site the passkeys belong to."""
        return _site().there

    def challenge(self, signup: Signup, *, at: datetime) -> Challenge:
        """The options for navigator.credentials, as JSON: `create` in {"create": ...}, `get` in {"get": ...}."""
        del at
        known = list(signup.account.passkeys.order_by("pk"))
        posed = {"get": _to_show(known)} if known else {"create": _to_register(signup)}
        return Challenge(shown=posed, kept={})

    def right(self, check: Check, answer: Any, *, at: datetime) -> Keep | None:
        """Right is what an authenticator signed for this very challenge, on one of our pages."""
        if not is_answer(answer):
            return None
        posed = check.challenge["shown"]
        if "create" in posed:
            return _registration(answer, base64url_to_bytes(posed["create"]["challenge"]), at)
        return _assertion(check, answer, base64url_to_bytes(posed["get"]["challenge"]), at)


def _site() -> Site:
    """The product's, not the console's."""
    return Site(settings.PASSKEY_RP_ID, settings.PASSKEY_ORIGINS)


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
    known = [described(bytes(passkey.credential), passkey.transports) for passkey in passkeys]
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=settings.PASSKEY_RP_ID, allow_credentials=known, user_verification=UNLOCKED
        )
    )


def _registration(answer: Mapping[str, Any], challenge: bytes, at: datetime) -> Keep | None:
    verified = registered(answer, challenge, site=_site())
    if verified is None or Passkey.objects.filter(credential=verified.credential_id).exists():
        return None
    transports = transports_of(answer)

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


def _assertion(check: Check, answer: Mapping[str, Any], challenge: bytes, at: datetime) -> Keep | None:
    """The account's passkey that the answer names; another's is as unknown as one that nobody has."""
    passkey = check.signup.account.passkeys.filter(credential=credential_of(answer)).first()
    if passkey is None:
        return None
    key = Key(bytes(passkey.public_key), passkey.sign_count)
    verified = shown(answer, challenge, site=_site(), key=key)
    if verified is None:
        return None
    count = verified.new_sign_count

    def keep(account: Account) -> bool:
        """A count that does not rise is a copy's; authenticators that do not count say 0 for ever."""
        same = account.passkeys.filter(pk=passkey.pk, sign_count=passkey.sign_count)
        return same.update(sign_count=count, last_used_at=at) == 1

    return keep


CHECK = PasskeyCheck()

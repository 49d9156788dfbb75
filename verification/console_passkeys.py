"""Passkeys of people who sign in at the console: made, shown in place of a password or beside it, and removed.

The authenticator has to have made sure that it is its person (user verification), so a passkey is two factors at once:
the device, and what unlocks it. A challenge is answered once, within minutes, by whom it was posed to. A count of uses
that does not rise means that there are two of a key: it is refused, and stands in the audit log.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from config.lib import audit
from config.lib.crypto import settled_hash
from verification.authenticators import Key, Site, credential_of, described, is_answer, registered, shown, transports_of
from verification.signin_models import ConsolePasskey, PasskeyChallenge

LIFE = timedelta(minutes=5)  # of a challenge: as long as browsers wait for a person, and some
MOST = 10  # passkeys of one person
NAME_MOST = 64
ASKED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(ValueError):
    """No passkey can be made so; the message says why."""


def site() -> Site:
    """The console's, apart from the product's pages: what those ask for opens nothing here."""
    return Site(settings.CONSOLE_PASSKEY_RP_ID, settings.CONSOLE_PASSKEY_ORIGINS, unlocked=True)


def to_make(user: User, *, at: datetime) -> dict[str, Any]:
    """The options for navigator.credentials.create, as JSON: a passkey that is found without a name being typed."""
    options = generate_registration_options(
        rp_id=site().rp_id,
        rp_name="Gatehouse console",
        user_id=_handle(user),
        user_name=user.get_username(),
        exclude_credentials=_known(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=ASKED
        ),
    )
    _pose(options.challenge, user=user, makes=True, at=at)
    return options_to_json_dict(options)


def to_show(user: User | None, *, at: datetime) -> dict[str, Any]:
    """The options for navigator.credentials.get, as JSON: of somebody who is known already, or of whoever it is."""
    known = _known(user) if user is not None else []
    options = generate_authentication_options(rp_id=site().rp_id, allow_credentials=known, user_verification=ASKED)
    _pose(options.challenge, user=user, makes=False, at=at)
    return options_to_json_dict(options)


def make(user: User, answer: Any, *, challenge: bytes, name: str, at: datetime) -> ConsolePasskey:
    """Keep the passkey that an authenticator made for a challenge. Raises PasskeyRefused."""
    wanted = name.strip()[:NAME_MOST]
    if not wanted:
        raise PasskeyRefused("Give the passkey a name, such as that of the device it is on.")
    taken = _take(challenge, user=user, makes=True, at=at)
    verified = registered(answer, challenge, site=site()) if taken and is_answer(answer) else None
    if verified is None:
        raise PasskeyRefused("That did not come out right. Try again.")
    fields = {
        "user": user,
        "name": wanted,
        "public_key": verified.credential_public_key,
        "sign_count": verified.sign_count,
        "transports": transports_of(answer),
        "created_at": at,
    }
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # so that two at once are not one too many
        if ConsolePasskey.objects.filter(user=user).count() >= MOST:
            raise PasskeyRefused(f"You have {MOST} passkeys, as many as one may have: remove one first.")
        passkey: ConsolePasskey
        passkey, new = ConsolePasskey.objects.get_or_create(credential=verified.credential_id, defaults=fields)
        if not new:
            raise PasskeyRefused("That passkey is known already.")
        _audit("user.passkey_add", passkey)
    return passkey


def named_by(answer: Any) -> ConsolePasskey | None:
    """The passkey that an answer names, of somebody who may sign in. It says nothing of whether the answer is right."""
    if not is_answer(answer):
        return None
    found = ConsolePasskey.objects.filter(credential=credential_of(answer), confirmed=True)
    passkey: ConsolePasskey | None = (
        found.filter(user__is_active=True, user__is_staff=True).select_related("user").first()
    )
    return passkey


def show(answer: Any, *, challenge: bytes, user: User | None, at: datetime) -> ConsolePasskey | None:
    """The passkey that was shown for a challenge; None where anything is wrong. `user` is whose it has to be, if known.

    A person may have meant it well, and it is no error: whoever asks counts what failed.
    """
    taken = _take(challenge, user=user, makes=False, at=at)
    passkey = named_by(answer) if taken else None
    if passkey is None or not _is_whose(passkey, answer, user):
        return None
    verified = shown(answer, challenge, site=site(), key=Key(bytes(passkey.public_key), sign_count=0))
    if verified is None:
        return None
    count, before = verified.new_sign_count, passkey.sign_count
    if (count or before) and count <= before:
        _audit("user.passkey_copied", passkey, actor="stranger")
        return None
    same = ConsolePasskey.objects.filter(pk=passkey.pk, sign_count=before)
    return passkey if same.update(sign_count=count, last_used_at=at) else None


def remove(passkey: ConsolePasskey) -> None:
    """Take a person's own passkey away."""
    with transaction.atomic():
        pk = passkey.pk
        passkey.delete()
        passkey.pk = pk
        _audit("user.passkey_remove", passkey)


def factors_of(user: User) -> int:
    """How many second factors somebody has. The codes for later are there for the day on which these are lost."""
    apps = TOTPDevice.objects.filter(user=user, confirmed=True)
    keys = ConsolePasskey.objects.filter(user=user, confirmed=True)
    return int(apps.count()) + int(keys.count())


def _is_whose(passkey: ConsolePasskey, answer: Mapping[str, Any], user: User | None) -> bool:
    """Whether the authenticator means the person whose passkey it is, and that is who was asked.

    Nobody was asked by name at the sign-in: then the authenticator has to say whom it means (WebAuthn, section 7.2).
    """
    handle = answer["response"].get("userHandle") if isinstance(answer.get("response"), Mapping) else None
    if user is not None and passkey.user_id != user.pk:
        return False
    return handle == bytes_to_base64url(_handle(passkey.user)) if handle or user is None else True


def _handle(user: User) -> bytes:
    """Stands for the person, so that an authenticator keeps one passkey for each and tells no more."""
    return settled_hash("console user", str(user.pk)).to_bytes(8, "big", signed=True)


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    mine = ConsolePasskey.objects.filter(user=user).order_by("pk")
    return [described(bytes(passkey.credential), passkey.transports) for passkey in mine]


def _pose(challenge: bytes, *, user: User | None, makes: bool, at: datetime) -> None:
    """What nobody answered goes as the next ones come."""
    PasskeyChallenge.objects.filter(expires_at__lte=at).delete()
    PasskeyChallenge.objects.create(challenge=challenge, user=user, makes=makes, expires_at=at + LIFE)


def _take(challenge: bytes, *, user: User | None, makes: bool, at: datetime) -> bool:
    """Whether a challenge waited for this answer. Of two answers at once, one finds it."""
    waits = PasskeyChallenge.objects.filter(challenge=challenge, user=user, makes=makes, expires_at__gt=at)
    return waits.delete()[0] == 1


def _audit(act: str, passkey: ConsolePasskey, *, actor: str = "") -> None:
    """The log keeps the number; what its person calls it does not stand there."""
    subject = f"user:{passkey.user_id}"
    audit.append(actor=actor or subject, act=act, subject=subject, details={"passkey": passkey.pk})

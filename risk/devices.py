"""Sightings of devices by the agent script, and the single-use token by which a signup brings one along."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Q

from config.lib.crypto import SignatureError, keyed_hash, sign, unsign
from risk.facts import TokenState
from risk.models import Sighting
from risk.registration import DeviceReport, FormReport

TOKEN_PREFIX = "gh_dt_"  # noqa: S105 - a prefix to know tokens by, not a secret
TOKEN_LIFE = timedelta(seconds=120)
UNUSED_KEPT = timedelta(days=1)  # long enough to tell an expired token from a forged one


@dataclass(frozen=True, slots=True)
class PageReport:
    """What the agent script sent: the device, how the form was filled in, and what its bot detector named."""

    device: DeviceReport
    form: FormReport | None
    bot: str | None  # "" when the detector ran and found none
    components: Mapping[str, str] = field(default_factory=dict)  # further digests, by name

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        stored: dict[str, Any] = msgspec.to_builtins(self)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PageReport":
        """The report that `as_json` stored."""
        return msgspec.convert(stored, cls)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a device token was worth: its state, and the page's report when it was valid."""

    state: TokenState
    page: PageReport | None = None


def see(page: PageReport, *, application: str, at: datetime) -> str:
    """Keep a sighting and return its token: opaque, single use, good for TOKEN_LIFE, bound to the application.

    The device goes on record with the signup that brings the token: a page that somebody only looks at leaves nothing.
    """
    sighting = Sighting.objects.create(application=application, at=at, report=page.as_json())
    return TOKEN_PREFIX + sign("device token", sighting.pk.bytes)


def redeem(token: str | None, *, application: str, account_id: str, at: datetime) -> Redeemed:
    """Use a token up for one account. The same account may bring it again, so that a repeated call is no replay."""
    if not token:
        return Redeemed(TokenState.ABSENT)
    try:
        sighting_id = uuid.UUID(bytes=unsign("device token", token.removeprefix(TOKEN_PREFIX)))
    except (SignatureError, ValueError):
        return Redeemed(TokenState.FORGED)
    account = keyed_hash("device token user", account_id)
    mine = Sighting.objects.filter(pk=sighting_id).filter(Q(used_by=None) | Q(used_by=account))
    used = mine.filter(application=application, at__gt=at - TOKEN_LIFE).update(used_by=account, used_at=at)
    sighting = Sighting.objects.filter(pk=sighting_id).first()
    if sighting is None:
        return Redeemed(TokenState.EXPIRED)
    if used:
        return Redeemed(TokenState.VALID, PageReport.from_json(sighting.report))
    return Redeemed(_refused(sighting, application=application, account=account))


def _refused(sighting: Sighting, *, application: str, account: int) -> TokenState:
    if sighting.application != application:
        return TokenState.FOREIGN
    if sighting.used_by not in (None, account):
        return TokenState.REPLAYED
    return TokenState.EXPIRED


def forget_unused(now: datetime) -> int:
    """Delete sightings that no signup came for; returns how many."""
    return Sighting.objects.filter(used_at=None, at__lt=now - UNUSED_KEPT).delete()[0]

"""Sightings of devices by the agent script, and the single-use token by which a signup brings one along."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Q

from config.lib.crypto import SignatureError, settled_hash, sign, unsign
from risk.facts import CanvasState, ChallengeState, TokenState
from risk.models import Sighting
from risk.registration import DeviceReport, EdgeReport, FormReport, HintsReport

TOKEN_PREFIX = "gh_dt_"  # noqa: S105 - a prefix to know tokens by, not a secret
TOKEN_LIFE = timedelta(seconds=120)
UNUSED_KEPT = timedelta(days=1)  # long enough to tell an expired token from a forged one


@dataclass(frozen=True, slots=True)
class PageReport:
    """What the agent script sent: the device, how the form was filled in, and what it found out about the browser.

    `components` are short texts or digests by the names of FingerprintJS's sources (canvas is canvasGeometry,
    canvasText and canvasWinding, touchSupport is touchPoints); "" is a source that the browser does not have.
    """

    device: DeviceReport
    form: FormReport | None
    bot: str | None  # "" when the detector ran and found none
    components: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[str, ...] = ()  # components that ended in an error
    scan: tuple[str, ...] | None = None
    differs: tuple[str, ...] | None = None
    challenge: ChallengeState = ChallengeState.ABSENT
    canvas: CanvasState | None = None
    hints: HintsReport | None = None
    edge: EdgeReport | None = None  # not the page's word: the proxy's in front of it

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


def see(page: PageReport, *, application: str, at: datetime, seed: uuid.UUID | None = None) -> str:
    """Keep a sighting and return its token: opaque, single use, good for TOKEN_LIFE, bound to the application.

    `seed` is that of the canvas challenge that the page answered. It becomes the sighting's id: so it is used once.
    The device goes on record with the signup that brings the token: a page that somebody only looks at leaves nothing.
    """
    shown = {"application": application, "at": at, "report": page.as_json()}
    sighting, first = Sighting.objects.get_or_create(pk=seed or uuid.uuid4(), defaults=shown)
    if not first:
        again = replace(page, challenge=ChallengeState.STALE, canvas=None)
        sighting = Sighting.objects.create(application=application, at=at, report=again.as_json())
    return TOKEN_PREFIX + sign("device token", sighting.pk.bytes)


def redeem(token: str | None, *, application: str, account_id: str, at: datetime) -> Redeemed:
    """Use a token up for one account. The same account may bring it again, so that a repeated call is no replay."""
    if not token:
        return Redeemed(TokenState.ABSENT)
    try:
        sighting_id = uuid.UUID(bytes=unsign("device token", token.removeprefix(TOKEN_PREFIX)))
    except (SignatureError, ValueError):
        return Redeemed(TokenState.FORGED)
    account = user_of(account_id)
    mine = Sighting.objects.filter(pk=sighting_id).filter(Q(used_by=None) | Q(used_by=account))
    used = mine.filter(application=application, at__gt=at - TOKEN_LIFE).update(used_by=account, used_at=at)
    sighting = Sighting.objects.filter(pk=sighting_id).first()
    if sighting is None:
        return Redeemed(TokenState.EXPIRED)
    if used:
        return Redeemed(TokenState.VALID, PageReport.from_json(sighting.report))
    return Redeemed(_refused(sighting, application=application, account=account))


def user_of(account_id: str) -> int:
    """What a sighting keeps of the account that brought its token."""
    return settled_hash("device token user", account_id)


def _refused(sighting: Sighting, *, application: str, account: int) -> TokenState:
    if sighting.application != application:
        return TokenState.FOREIGN
    if sighting.used_by not in (None, account):
        return TokenState.REPLAYED
    return TokenState.EXPIRED


def forget_unused(now: datetime) -> int:
    """Delete sightings that no signup came for; returns how many."""
    return Sighting.objects.filter(used_at=None, at__lt=now - UNUSED_KEPT).delete()[0]

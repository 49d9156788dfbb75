"""Who indicators are shared with: made, given another key, and ended by command. Each act is in the audit log."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from config.lib import audit
from risk import list_entries
from risk.list_entries import EntryRefused
from verification.sharing.marks import KEY
from verification.sharing_models import Partner, PartnerIndicator
from verification.webhooks.addresses import UrlRefused
from verification.webhooks.addresses import parse as parse_url

NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
PARTNERS_MOST: Final = 50  # each account is held against each of them
# What is left of an indicator that stands no more: that it was told, so that an older version is known as such.
GONE: Final[Mapping[str, Any]] = {"revoked": True, "mark": "", "value": "", "shown": "", "entry": None}
BY: Final = "partner:"  # before the name, as author of entries


class PartnerRefused(ValueError):
    """It cannot be done so. The text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a partner is to be. Without `key` one is made. `url` and `token` are of its own collection."""

    name: str
    key: str | None = None
    url: str = ""
    token: str | None = None
    believed: int = 100
    line: int = 3


def standing() -> QuerySet[Partner]:
    """The partners there are."""
    return Partner.objects.filter(ended_at=None)


def of_name(name: str) -> Partner:
    """The partner of a name. Raises PartnerRefused."""
    partner = standing().filter(name=name).first()
    if partner is None:
        names = ", ".join(standing().order_by("name").values_list("name", flat=True)) or "none"
        raise PartnerRefused(f"there is no partner {name}; there are: {names}")
    return partner


@transaction.atomic
def add(wanted: Wanted, *, by: str, at: datetime) -> Partner:
    """Make a partner.

    Raises:
        PartnerRefused: the name is taken or none, the key is none, the URL leads where we do not go, or there are
            enough.

    """
    if not NAME.fullmatch(wanted.name):
        raise PartnerRefused("a name is of small letters, digits and dashes, and begins with a letter")
    if Partner.objects.filter(name=wanted.name).exists():
        raise PartnerRefused("there is, or was, a partner of this name")
    if standing().count() >= PARTNERS_MOST:
        raise PartnerRefused(f"there are {PARTNERS_MOST} partners")
    if not 0 <= wanted.believed <= 100 or wanted.line < 1:
        raise PartnerRefused("believed is from 0 to 100, line 1 or more")
    _check_url(wanted.url)
    partner = Partner.objects.create(
        name=wanted.name,
        key=_key(wanted.key),
        url=wanted.url,
        token=wanted.token,
        believed=wanted.believed,
        line=wanted.line,
        created_at=at,
    )
    _audited(partner, "add", by, fetched=bool(wanted.url))
    return partner


@transaction.atomic
def give_key(partner: Partner, key: str | None, *, by: str) -> str:
    """Give it another key, or one that is made; gives the key.

    What it told under the old one is of no use any more: its marks are taken back, until it tells them again. What we
    told it under the old one is told anew at the next round.
    """
    partner.key = _key(key)
    partner.fetched_to, partner.told_at = "", None
    partner.save(update_fields=["key", "fetched_to", "told_at"])
    of_marks = partner.indicators.exclude(mark="")
    withdraw(of_marks, why="the partner has another key", by=by)
    of_marks.delete()
    _audited(partner, "rekey", by)
    return str(partner.key)


@transaction.atomic
def end(partner: Partner, *, by: str, at: datetime) -> int:
    """Share nothing more, and take back all that it told. How many entries went."""
    gone = withdraw(partner.indicators.all(), why="the partner is one no more", by=by)
    partner.indicators.all().delete()
    partner.shared.all().delete()
    Partner.objects.filter(pk=partner.pk).update(ended_at=at, key="", token=None)
    _audited(partner, "end", by, entries=gone)
    return gone


def withdraw(indicators: QuerySet[PartnerIndicator], *, why: str, by: str) -> int:
    """Take the entries of indicators off their lists; how many were on one."""
    gone = 0
    for entry in sorted({each.entry for each in indicators if each.entry is not None}):
        try:
            list_entries.remove(entry, reason=why, author=by)
        except EntryRefused:
            continue  # somebody took it off by hand
        gone += 1
    indicators.update(entry=None)
    return gone


def forget_expired(at: datetime) -> int:
    """Forget what was told of and has expired; its entries ended with it. How many indicators."""
    return PartnerIndicator.objects.filter(revoked=False, expires_at__lte=at).update(**GONE)


def _key(told: str | None) -> str:
    if told is None:
        return secrets.token_hex(32)
    key = told.strip().lower()
    if not KEY.fullmatch(key):
        raise PartnerRefused("a key is 64 hexadecimal digits, as `sharing_partner add` makes it")
    return key


def _check_url(url: str) -> None:
    if not url:
        return
    try:
        parse_url(url, loopback=settings.WEBHOOKS.loopback)
    except UrlRefused as refused:
        raise PartnerRefused(f"the URL: {refused}") from None


def _audited(partner: Partner, act: str, by: str, **details: Any) -> None:
    audit.append(actor=by, act=f"partner.{act}", subject=f"partner:{partner.pk}", details=details)

"""The keys that sign tier tokens: made, published ahead, rotated, and gone when their last token has expired.

    made ---- PUBLISH_AHEAD ----> signs ---- TIER_KEY_DAYS ----> its successor signs ---- OUTLIVES ----> deleted
    published ......................................................................................

Live and test accounts have keys of their own. The private half is encrypted at rest, and wiped once it signs no more.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from joserfc.jwk import OKPKey

from config.lib import audit
from tiers.models import SigningKey

ALGORITHM: Final = "EdDSA"  # RFC 8037; docs/adr/0022 says why not RFC 9864's name for it
PUBLISH_AHEAD: Final = timedelta(hours=1)  # twelve times what a gateway may keep the published keys
LONGEST_TOKEN: Final = timedelta(seconds=900)  # the most that TIER_TOKEN_SECONDS may be
OUTLIVES: Final = LONGEST_TOKEN + timedelta(minutes=5)  # and clocks that differ
WIPED_AFTER: Final = timedelta(minutes=1)  # a process signs with what it read up to REMEMBERED_SECONDS ago
REMEMBERED_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    kid: str
    key: OKPKey


@dataclass(frozen=True, slots=True)
class Kept:
    """What a look after the keys did, by their kids."""

    made: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


def signer(*, test: bool) -> Signer:
    """The key that signs for live or for test accounts; the first is made here where there is none yet."""
    known = _signers.get(test)
    if known is None or known[1] < time.monotonic():
        known = _signers[test] = (_signer(test=test), time.monotonic() + REMEMBERED_SECONDS)
    return known[0]


def published(*, test: bool) -> dict[str, Any]:
    """The JSON Web Key Set (RFC 7517): every key whose tokens may be about, and those that will sign soon."""
    known = _published.get(test)
    if known is None or known[1] < time.monotonic():
        rows = SigningKey.objects.filter(_published_at(timezone.now()), test=test).order_by("signs_from", "pk")
        found = {"keys": list(rows.values_list("public", flat=True))}
        known = _published[test] = (found, time.monotonic() + (REMEMBERED_SECONDS if found["keys"] else 0))
    return known[0]


@transaction.atomic
def keep(now: datetime, *, rotate: bool = False) -> Kept:
    """Make the keys that are missing or due, live and test, wipe and delete those that are spent.

    With `rotate` successors are made now, due or not: they sign after PUBLISH_AHEAD. A second time changes nothing
    while a successor waits.
    """
    _lock()
    made = [key for test in (False, True) if (key := _due(now, test=test, rotate=rotate))]
    SigningKey.objects.filter(signs_until__lt=now - WIPED_AFTER).exclude(private=None).update(private=None)
    deleted = _delete(SigningKey.objects.exclude(_published_at(now)))
    return _told(Kept(tuple(key.kid for key in made), deleted))


@transaction.atomic
def replace_all(now: datetime) -> Kept:
    """After a theft: every key goes now, and new ones sign at once. Tokens of the old ones are good no more."""
    _lock()
    deleted = _delete(SigningKey.objects.all())
    return _told(Kept(tuple(_make(now, test=test).kid for test in (False, True)), deleted))


def forget() -> None:
    """Read every key anew."""
    _signers.clear()
    _published.clear()


# Lately read, by whether they are for test accounts, and until when that is believed.
_signers: dict[bool, tuple[Signer, float]] = {}
_published: dict[bool, tuple[dict[str, Any], float]] = {}


def _signer(*, test: bool) -> Signer:
    row = _signing(timezone.now(), test=test)
    if row is None:
        keep(timezone.now())
        row = _signing(timezone.now(), test=test)
    if row is None or row.private is None:
        raise RuntimeError("no key signs tier tokens: look at the clock, then run rotate_tier_keys --compromised")
    return Signer(row.kid, OKPKey.import_key(row.private))


def _signing(now: datetime, *, test: bool) -> SigningKey | None:
    return SigningKey.objects.filter(test=test, signs_from__lte=now).order_by("-signs_from", "-pk").first()


def _published_at(now: datetime) -> Q:
    return Q(signs_until=None) | Q(signs_until__gt=now - OUTLIVES)


def _lock() -> None:
    """One process at a time looks after the keys; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tiers_signingkey IN SHARE ROW EXCLUSIVE MODE")


def _due(now: datetime, *, test: bool, rotate: bool) -> SigningKey | None:
    """The first key, or the successor where one is due."""
    newest = SigningKey.objects.defer("private").filter(test=test).order_by("-signs_from", "-pk").first()
    if newest is None:
        return _make(now, test=test)
    if newest.signs_from > now or not (rotate or newest.signs_from <= now - timedelta(days=settings.TIER_KEY_DAYS)):
        return None
    made = _make(now + PUBLISH_AHEAD, test=test)
    SigningKey.objects.filter(pk=newest.pk).update(signs_until=made.signs_from)
    return made


def _make(signs_from: datetime, *, test: bool) -> SigningKey:
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM})
    kid = key.thumbprint()
    return SigningKey.objects.create(
        kid=kid,
        test=test,
        public={**key.as_dict(private=False), "kid": kid},
        private={**key.as_dict(private=True), "kid": kid},
        created_at=timezone.now(),
        signs_from=signs_from,
    )


def _delete(rows: Any) -> tuple[str, ...]:
    kids = tuple(rows.values_list("kid", flat=True))
    SigningKey.objects.filter(kid__in=kids).delete()
    return kids


def _told(kept: Kept) -> Kept:
    """In the audit log, and to this process."""
    for act, kids in _acts(kept):
        for kid in kids:
            audit.append(actor="keys", act=act, subject=f"tier_key:{kid}", details={})
    transaction.on_commit(forget)
    return kept


def _acts(kept: Kept) -> Sequence[tuple[str, tuple[str, ...]]]:
    return (("tier_key.made", kept.made), ("tier_key.deleted", kept.deleted))

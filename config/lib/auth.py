"""Who may call: API keys, how they are made, read, rotated and revoked, and what their scopes open.

A key is `gh_sk_live_<id>_<secret>`: `sk` for a server's, `pk` for one that stands in a page; `live` or `test`; an id
that may be shown; 43 random letters and digits. Those are 256 bits, out of reach of guessing however fast the hash, so
the digest that is stored is plain SHA-256: a slow hash protects what people choose, and would cost each call 0.1 s.
"""

import hashlib
import re
import secrets
import string
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.lib import ratelimit
from config.lib.database import DatabaseAway, database
from config.lib.errors import BEARER, Problem, ProblemKind, declare
from config.lib.models import PUBLIC_ID_LENGTH, ApiKey

# Every scope, and what it opens.
SCOPES: Final = {
    "signups:write": "Register signups, ask for checks and answer them.",
    "signups:read": "Look at signups, accounts and their history.",
    "scores:read": "See scores and reasons of signups and accounts; without it answers tell the outcome alone.",
    "signups:import": "Send signups of the past, with created_at.",
    "devices:write": "Send what the agent script saw, from a page.",
    "tiers:read": "Ask which tier an account has, and follow the changes.",
    "tiers:tokens": "Have tier tokens signed.",
    "tiers:write": "Set a tier by hand for a time, and end that.",
    "budgets:write": "Draw on the budgets of accounts.",
    "accounts:write": "Look again at an account, report what became of it, appeal.",
    "persons:read": "Have everything that is known of a person, in one archive.",
    "persons:erase": "Erase a person.",
    "lists:read": "Look at entries of lists.",
    "lists:write": "Put values on lists and take them off.",
    "rings:read": "Look at rings and their members.",
    "rings:write": "Act on rings.",
    "indicators:read": "Read what is shared of confirmed rings with the partner whom the key is named for.",
    "usage:write": "Send usage windows.",
    "webhooks:read": "Look at webhook endpoints and what was delivered.",
    "webhooks:write": "Set up where events go, scores among what they tell, and send them again.",
    "policy:manage": "Publish policies.",
}
# Whoever looks at a page's source has its key: it opens nothing but this.
PUBLISHABLE_SCOPES: Final = frozenset({"devices:write"})

ALPHABET: Final = string.ascii_letters + string.digits
SECRET_LENGTH: Final = 43  # 62 ** 43 is just over 2 ** 256
SHAPE: Final = re.compile(rf"gh_[sp]k_(live|test)_[a-z0-9]{{{PUBLIC_ID_LENGTH}}}_[A-Za-z0-9]{{{SECRET_LENGTH}}}")
REMEMBERED: Final = timedelta(seconds=5)  # how long a revoked key can go on in a process that has just seen it
LAST_KNOWN: Final = timedelta(hours=24)  # how long a key goes on while the database is away
READ_AGAIN: Final = timedelta(seconds=1)  # how soon the database is asked again then
REMEMBERED_KEYS: Final = 4096
USE_NOTED_EVERY: Final = timedelta(minutes=1)
OVERLAP: Final = timedelta(hours=24)

KEY_MISSING = declare(
    "api_key_missing",
    status=401,
    title="The call has no API key",
    fix="Send your key as Authorization: Bearer gh_sk_...",
)
KEY_INVALID = declare(
    "api_key_invalid",
    status=401,
    title="The API key is not valid",
    fix="Check that the whole key was sent, and that it was not revoked, rotated or meant for another installation.",
)
SCOPE_MISSING = declare(
    "scope_missing",
    status=403,
    title="The API key may not do this",
    fix="Use a key that has the scope named in scope, or make one with create_api_key.",
)
PUBLISHABLE_REFUSED = declare(
    "publishable_key_refused",
    status=403,
    title="A publishable key cannot be used here",
    fix="Call from your server with a secret key. Whoever reads your page has the publishable one.",
)


class KeyKind(StrEnum):
    """Whose a key is: a server's, or everybody's who reads a page."""

    SECRET = "secret"  # noqa: S105 - a kind, not a secret
    PUBLISHABLE = "publishable"


class Mode(StrEnum):
    """Whether what a key does is real."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What a new key is to be."""

    kind: KeyKind
    scopes: tuple[str, ...]
    application: str
    name: str
    mode: Mode = Mode.LIVE
    expires_at: datetime | None = None


def create_key(*, kind: str, scopes: Sequence[str], application: str, name: str) -> str:
    """A new live key that does not expire, in full: it cannot be shown again. Raises ValueError as `issue` does."""
    _, token = issue(KeyOrder(KeyKind(kind), tuple(scopes), application, name))
    return token


def issue(order: KeyOrder) -> tuple[ApiKey, str]:
    """Make a key. Returns its row and the key in full, which is kept nowhere.

    Raises:
        ValueError: a scope is unknown, or not for publishable keys.

    """
    if unknown := set(order.scopes) - SCOPES.keys():
        raise ValueError(f"no such scope: {', '.join(sorted(unknown))}")
    if order.kind is KeyKind.PUBLISHABLE and (secret := set(order.scopes) - PUBLISHABLE_SCOPES):
        raise ValueError(f"not for publishable keys: {', '.join(sorted(secret))}")
    public_id = _random(string.ascii_lowercase + string.digits, PUBLIC_ID_LENGTH)
    prefix = "gh_sk" if order.kind is KeyKind.SECRET else "gh_pk"
    token = f"{prefix}_{order.mode}_{public_id}_{_random(ALPHABET, SECRET_LENGTH)}"
    key = ApiKey.objects.create(
        public_id=public_id,
        digest=_digest(token),
        kind=order.kind,
        mode=order.mode,
        application=order.application,
        name=order.name,
        scopes=sorted(order.scopes),
        expires_at=order.expires_at,
    )
    return key, token


@transaction.atomic
def rotate(key: ApiKey, *, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """Make a key's successor, alike in all. The old one goes on for `overlap`, so that callers can change over.

    Raises:
        ValueError: the key has a successor already, or is no longer in force.

    """
    old = ApiKey.objects.select_for_update().get(pk=key.pk)
    if old.successor_id is not None or not _in_force(old):
        raise ValueError(f"{old.public_id} was rotated before, or is no longer in force")
    order = KeyOrder(
        KeyKind(old.kind), tuple(old.scopes), old.application, old.name, Mode(old.mode), expires_at=old.expires_at
    )
    old.successor, token = issue(order)
    ends = timezone.now() + overlap
    old.expires_at = min(old.expires_at, ends) if old.expires_at else ends
    old.save(update_fields=["successor", "expires_at"])
    _remembered.pop(old.digest, None)
    return old.successor, token


def revoke(key: ApiKey) -> None:
    """End a key: here at once, in other processes within REMEMBERED. A second time changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    _remembered.pop(key.digest, None)


class ApiKeyAuthentication(BaseAuthentication):
    """Authorization: Bearer, with an API key. `request.auth` is the ApiKey; `request.user` is None: no person calls."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        """The key of the call, or None where it brings none. Raises Problem: api_key_invalid, rate_limited."""
        token = self.token(request)
        if token is None:
            return None
        key = find(token.strip())
        if key is None:
            raise _refused(request, KEY_INVALID, headers={"WWW-Authenticate": f'{BEARER}, error="invalid_token"'})
        return None, key

    def token(self, request: Request) -> str | None:
        """What the call brings as its key, or None."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        del request
        return BEARER


class ScopePermission(BasePermission):
    """Lets through the keys that have `scope`. `requires` makes its subclasses."""

    scope = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises Problem: api_key_missing, publishable_key_refused, scope_missing, rate_limited."""
        del view
        require_scope(request, self.scope)
        return True


@cache
def requires(scope: str) -> type[ScopePermission]:
    """The permission class of views that need a scope. Raises ValueError where there is no such scope."""
    if scope not in SCOPES:
        raise ValueError(f"no such scope: {scope}")
    return type("Requires", (ScopePermission,), {"scope": scope})


def require_scope(request: Request, scope: str) -> ApiKey:
    """The key of the call, which has the scope.

    Raises:
        Problem: api_key_missing, publishable_key_refused, scope_missing, rate_limited.

    """
    key = key_of(request)
    if key.kind == KeyKind.PUBLISHABLE and scope not in PUBLISHABLE_SCOPES:
        raise _refused(request, PUBLISHABLE_REFUSED, key=key)
    if scope not in key.scopes:
        challenge = {"WWW-Authenticate": f'{BEARER}, error="insufficient_scope", scope="{scope}"'}
        raise _refused(request, SCOPE_MISSING, key=key, headers=challenge, scope=scope)
    return key


def key_of(request: Request) -> ApiKey:
    """The key of the call. Raises Problem: api_key_missing, rate_limited."""
    key = request.auth
    if not isinstance(key, ApiKey):
        raise _refused(request, KEY_MISSING, headers={"WWW-Authenticate": BEARER})
    return key


def has_scope(request: Request, scope: str) -> bool:
    """Whether the key of the call has a scope. Raises Problem: as `key_of` does."""
    return scope in key_of(request).scopes


def in_test_mode(request: Request) -> bool:
    """Whether the call was made with a test key: it sees and makes test accounts only."""
    return isinstance(request.auth, ApiKey) and request.auth.mode == Mode.TEST


def find(token: str) -> ApiKey | None:
    """The key in force that a token is, in one query at the most."""
    found = known(token)
    return found.key if found is not None else None


def known(token: str) -> "Known | None":
    """The same, with for how long it is taken for granted."""
    if not SHAPE.fullmatch(token):
        return None
    digest = _digest(token)
    found = _remembered.get(digest)
    if found is None or found.until < time.monotonic():
        found = _learn(digest, found)
    return found if found is not None and _in_force(found.key) else None


@dataclass(frozen=True, slots=True)
class Known:
    """A key as this process knows it: when it was read, and until when it is not asked for again (time.monotonic())."""

    key: ApiKey
    read_at: float
    until: float

    def holds(self, now: float) -> bool:
        """Whether it is still so, for who keeps it: not past its time, revoked or read anew meanwhile."""
        return now < self.until and _remembered.get(self.key.digest) is self


# Keys lately read, by digest. Only good ones are kept, so nobody fills it by guessing.
_remembered: dict[str, Known] = {}


def forget_keys() -> None:
    """Read every key anew at its next call."""
    _remembered.clear()


def _learn(digest: str, before: Known | None) -> Known | None:
    """Read a key anew. While the database is away, which cannot revoke it either, what was last known counts."""
    begun = time.monotonic()
    try:
        row = database.ask(lambda: _read(digest))
    except DatabaseAway:
        if before is None or begun - before.read_at > LAST_KNOWN.total_seconds():
            raise
        return _remember(replace(before, until=begun + READ_AGAIN.total_seconds()))
    if row is None:
        _remembered.pop(digest, None)
        return None
    return _remember(Known(row, begun, begun + min(REMEMBERED, _left(row)).total_seconds()))


def _left(key: ApiKey) -> timedelta:
    """For how long a key is in force yet, revocation aside."""
    return key.expires_at - timezone.now() if key.expires_at else timedelta.max


def _remember(found: Known) -> Known:
    if len(_remembered) >= REMEMBERED_KEYS:
        _remembered.clear()
    _remembered[found.key.digest] = found
    return found


def _in_force(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > timezone.now())


def _read(digest: str) -> ApiKey | None:
    """The row of a digest, its use noted on the way: one query for both. A row that is locked is not waited for."""
    now = timezone.now()
    rows = ApiKey.objects.raw(
        """
        WITH due AS (
            SELECT id FROM lib_apikey
            WHERE digest = %(digest)s AND revoked_at IS NULL AND (last_used_at IS NULL OR last_used_at < %(before)s)
            FOR UPDATE SKIP LOCKED
        ), noted AS (
            UPDATE lib_apikey SET last_used_at = %(now)s FROM due WHERE lib_apikey.id = due.id
        )
        SELECT * FROM lib_apikey WHERE digest = %(digest)s
        """,
        {"digest": digest, "now": now, "before": now - USE_NOTED_EVERY},
    )
    return next(iter(rows), None)


def _refused(request: Request, kind: ProblemKind, *, key: ApiKey | None = None, **members: Any) -> Problem:
    """The refusal, counted: views' throttles come after the permissions and never see it."""
    return ratelimit.counted(request, key) or kind.problem(**members)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()

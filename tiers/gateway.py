"""What a gateway is told of an account: in a body, or in headers where its proxy asks before each request.

nginx's auth_request, Envoy's ext_authz and Traefik's forwardAuth understand three statuses: 200 lets the request
through, 401 and 403 do not. What they hand on to the person is the same for an account that is blocked and for one that
is not there.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from config.lib.errors import Problem, declare
from tiers.copies import Copy
from tiers.lookup import Basis, TierAnswer

ACCOUNT_HEADER: Final = "X-Account-Id"
ACCOUNT_QUERY: Final = "account_id"
# The gateway's own key, where Authorization is the person's.
KEY_HEADER: Final = "X-Gatehouse-Key"
PREFIX: Final = "X-Gatehouse-"
UNSAFE: Final = re.compile(r"[^!-~]|%")
RETRY_SECONDS: Final = 1

ACCOUNT_MISSING = declare(
    "account_missing",
    status=403,
    title="The gateway names no account",
    fix="Have the gateway set X-Account-Id, or account_id in the query, to the account that the request is of.",
)
ACCESS_REFUSED = declare(
    "access_refused",
    status=403,
    title="This account may not call now",
    fix="The account's owner can see with you what opens more.",
)
ACCESS_UNDECIDED = declare(
    "access_undecided",
    status=403,
    title="It cannot be found out now whether this account may call",
    fix="Try again after the seconds in Retry-After.",
)
UNDECIDED: Final = ACCESS_UNDECIDED.problem(headers={"Retry-After": str(RETRY_SECONDS)})


def cache_control(copy: Copy, now: float) -> str:
    """How long an answer may be kept: no longer than it is fresh here, or last known."""
    holds_until, written = copy.control
    if now < holds_until:
        return written
    if copy.answer is not None and copy.answer.basis is Basis.LOWEST:
        return "no-store"
    max_age = copy.max_age(now)
    written = f"private, max-age={max_age}, stale-if-error={copy.stale_for(now)}"
    copy.control = (copy.fresh_until - max_age, written)
    return written


def has_tag(sent: str, tag: str) -> bool:
    """Whether If-None-Match holds a tag. A weak one of the same value matches too (RFC 9110, 13.1.2)."""
    return tag in sent and tag in {each.strip().removeprefix("W/") for each in sent.split(",")}


def told(account_id: str, answer: TierAnswer | None) -> dict[str, Any]:
    """One account of a lookup, known or not."""
    return {
        "account_id": account_id,
        "known": answer is not None,
        "tier": answer and answer.tier,
        "limits": answer and answer.limits,
        "budget_key": answer and answer.budget_key,
        "version": answer and answer.version,
        "expires": answer and answer.expires,
        "basis": answer and answer.basis,
        "entitlements": answer and answer.entitlements,
        "override_until": answer and answer.override_until,
    }


def permit(answer: TierAnswer) -> Sequence[tuple[str, str]]:
    """The headers that let an account's request through."""
    limits = [
        (f"{PREFIX}Limit-{name.replace('_', '-').title()}", str(amount)) for name, amount in answer.limits.items()
    ]
    # JSON in ASCII: what it escapes is all that a header cannot carry.
    granted = json.dumps(answer.entitlements, separators=(",", ":")) if answer.entitlements else None
    return [
        (f"{PREFIX}Tier", safe(answer.tier)),
        (f"{PREFIX}Budget-Key", safe(answer.budget_key)),
        (f"{PREFIX}Version", str(answer.version)),
        (f"{PREFIX}Expires", answer.expires or ""),
        (f"{PREFIX}Basis", answer.basis),
        *limits,
        *([(f"{PREFIX}Entitlements", granted)] if granted else []),
    ]


def refusal(copy: Copy) -> Problem | None:
    """Why a request is not let through; None where it is."""
    answer = copy.answer
    if answer is not None and not answer.is_barred:
        return None
    if answer is not None and answer.basis is Basis.LOWEST:
        return UNDECIDED
    return ACCESS_REFUSED.problem()


def heard(header: str) -> str:
    """What a header says in UTF-8, where it came as WSGI has it: one character for each byte."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def safe(text: str) -> str:
    """A text as a header can carry it: what is no visible ASCII is percent-encoded, and the sign itself."""
    return UNSAFE.sub(lambda found: quote(found[0], safe=""), text)

"""Which tier an account has, as gateways ask for it: what is answered. `tiers.copies` knows how to find it fast."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from risk.policies.store import Version, active
from tiers.ladder import Entitlement
from tiers.models import Account
from tiers.readings import Reading, moment
from tiers.standing import ladder_of

REQUESTS = "requests"  # how the names of limits on calls begin


class Basis(StrEnum):
    """What an answer rests on."""

    CURRENT = "current"  # under 5 s old
    LAST_KNOWN = "last_known"  # PostgreSQL is away, and this it said last
    LOWEST = "lowest"  # PostgreSQL is away, and what it said last is too old or was never heard


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """The tier of one account. `etag` is strong: it is of the bytes of `body`, and of the policy behind them."""

    account_id: str
    tier: str
    limits: Mapping[str, int]
    budget_key: str
    version: int
    expires: str | None
    basis: Basis
    entitlements: Mapping[str, Entitlement]
    override_until: str | None
    body: bytes
    etag: str

    @property
    def is_barred(self) -> bool:
        """Whether the tier lets nothing through."""
        return any(amount == 0 for name, amount in self.limits.items() if name.startswith(REQUESTS))


def look_up(account_id: str, *, test: bool) -> TierAnswer | None:
    """The tier of an account by the caller's own id, read now; None when callers of this mode have no such account."""
    account = Account.objects.filter(account_id=account_id, test=test).first()
    return answer(account) if account else None


def answer(account: Account) -> TierAnswer:
    """The tier of an account at hand, with the limits of the active policy."""
    reading = Reading(
        account.version,
        tier=account.tier,
        budget=account.budget,
        expires=moment(account.expires_at),
        by_hand=moment(account.override_until),
    )
    return answer_of(account.account_id, reading, active(), Basis.CURRENT)


def answer_of(account_id: str, reading: Reading, policy: Version, basis: Basis) -> TierAnswer:
    """What a reading comes to under a policy. An account's own quota has a key of its own."""
    rung = ladder_of(policy).rung_of(reading.tier)
    told: dict[str, Any] = {
        "account_id": account_id,
        "tier": reading.tier,
        "limits": dict(rung.limits),
        "budget_key": reading.budget or f"account:{account_id}",
        "version": reading.version,
        "expires": reading.expires or None,
        "basis": basis,
        "entitlements": dict(rung.entitlements),
        "override_until": reading.by_hand or None,
    }
    body = msgspec.json.encode(told)
    seal = hashlib.sha256(body + policy.policy.digest.encode())
    return TierAnswer(**told, body=body, etag=f'"{seal.hexdigest()[:32]}"')


def lowest(account_id: str, policy: Version) -> TierAnswer:
    """The answer where nothing is known: the lowest rung, which takes everybody."""
    rung = ladder_of(policy).rungs[-1]
    return answer_of(account_id, Reading(0, tier=rung.tier), policy, Basis.LOWEST)

"""Which tier an account has, as gateways ask for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from risk.policies.store import active
from tiers.ladder import Entitlement
from tiers.models import Account
from tiers.standing import ladder_of

FRESH_SECONDS = 5  # how long a gateway may keep an answer


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """The tier of one account. `etag` is strong: another answer has another."""

    account_id: str
    tier: str
    limits: Mapping[str, int]
    budget_key: str
    version: int
    entitlements: Mapping[str, Entitlement]
    override_until: datetime | None
    etag: str


def look_up(account_id: str, *, test: bool) -> TierAnswer | None:
    """The tier of an account by the caller's own id; None when callers of this mode have no such account."""
    account = Account.objects.filter(account_id=account_id, test=test).first()
    return answer(account) if account else None


def answer(account: Account) -> TierAnswer:
    """The tier of an account at hand, with the limits of the active policy."""
    version = active()
    rung = ladder_of(version).rung_of(account.tier)
    seal = f"{account.budget_key}:{account.account_id}:{account.version}:{version.policy.digest}"
    return TierAnswer(
        account_id=account.account_id,
        tier=account.tier,
        limits=rung.limits,
        budget_key=account.budget_key,
        version=account.version,
        entitlements=rung.entitlements,
        override_until=account.override_until,
        etag=f'"{hashlib.sha256(seal.encode()).hexdigest()[:32]}"',
    )

"""Drawing on budgets: an account's own and its ring's at once, so that a ring of any size buys what one account does.

While Valkey is away each process gives out a part of every budget by itself, settings.BUDGETS_AWAY_SHARE of it: with
as many processes as the share allows for, nobody gets more than with Valkey, and honest people get something.
"""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from prometheus_client import Counter

from config.lib.tallies import CountTally
from config.lib.valkey import ValkeyAway
from tiers import ledger
from tiers.buckets import CONCURRENCY, NEVER_MS, Limits, Order, Spent, Unit, limits_of
from tiers.lookup import TierAnswer
from tiers.own_ledger import OwnLedger

LEASE_BYTES: Final = 12
ROUNDED_MS: Final = 1  # that a wait is longer for rounding (tiers.buckets): no second more is told for it
MOST_REQUESTS: Final = 1000  # of one call
MOST_TOKENS: Final = 1_000_000_000
LONGEST_HOLD: Final = 3600  # seconds
LONGEST_LEASE: Final = 64
CONSUMED: Final = Counter(
    "gatehouse_budget_orders",
    "Draws on budgets, by what came of them and where they were counted.",
    ["granted", "where"],
)
_COUNTED: Final = {
    (granted, where): CountTally(CONSUMED.labels("yes" if granted else "no", where))
    for granted in (True, False)
    for where in ("valkey", "process")
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of an order, under which limits, and where it was counted."""

    spent: Spent
    limits: Limits
    where: str
    lease: str

    @property
    def retry_after(self) -> int | None:
        """Seconds until it could be granted; None where it was, or never can be."""
        if self.spent.granted or self.spent.wait_ms == NEVER_MS:
            return None
        return max(1, math.ceil((self.spent.wait_ms - ROUNDED_MS) / 1000))

    def fields(self) -> tuple[str, str]:
        """RateLimit-Policy and RateLimit of the budget, as config.lib.ratelimit tells them of a key."""
        policies, limits = [], []
        for limit, left in zip(self.limits.rates, self.spent.left, strict=True):
            unit = "" if limit.unit is Unit.REQUESTS else f';qu="{limit.unit}"'
            policies.append(f'"{limit.name}";q={int(limit.capacity)};w={round(limit.period_ms / 1000)}{unit}')
            limits.append(f'"{limit.name}";r={left.remaining};t={math.ceil(left.empty_ms / 1000)}')
        if self.limits.concurrency is not None:
            policies.append(f'"{CONCURRENCY}";q={self.limits.concurrency};qu="concurrent-requests"')
            limits.append(f'"{CONCURRENCY}";r={self.spent.slots or 0}')
        return ", ".join(policies), ", ".join(limits)

    @property
    def violated(self) -> list[str]:
        """The limits that stood in its way."""
        found = [limit.name for limit, left in zip(self.limits.rates, self.spent.left, strict=True) if not left.fits]
        full = not self.spent.granted and bool(self.lease) and self.spent.slots == 0
        return [*found, CONCURRENCY] if full else found


def draw(answer: TierAnswer, order: Order) -> Drawn:
    """Take an order from an account's own budget and from that of its budget key, or from neither."""
    limits, payers = limits_of(answer.limits), _payers(answer)
    try:
        drawn = Drawn(ledger.spend(payers, limits, order), limits, "valkey", order.lease)
    except ValkeyAway:
        part = limits.shared_out(settings.BUDGETS_AWAY_SHARE)
        drawn = Drawn(_memory.spend(payers, part, order), part, "process", order.lease)
    _COUNTED[drawn.spent.granted, drawn.where].add()
    return drawn


def give_back(answer: TierAnswer, lease: str) -> bool:
    """End the lease of a call that is over; False where it had ended by itself."""
    payers = _payers(answer)
    here = _memory.free(payers, lease)
    try:
        return ledger.free(payers, lease) or here
    except ValkeyAway:
        return here


def new_lease() -> str:
    """A name for a call that is under way."""
    return secrets.token_hex(LEASE_BYTES)


def _payers(answer: TierAnswer) -> Sequence[str]:
    own = f"account:{answer.account_id}"
    return (own,) if answer.budget_key == own else (own, answer.budget_key)


def order_of(requests: int, tokens: int, hold: int) -> Order:
    """What a call of consume asks for."""
    return Order(requests, tokens, lease=new_lease() if hold else "", hold_ms=hold * 1000)


def consumed(answer: TierAnswer, drawn: Drawn) -> dict[str, Any]:
    """What a call of consume is told, but for warnings."""
    pairs = zip(drawn.limits.rates, drawn.spent.left, strict=True)
    return {
        "account_id": answer.account_id,
        "granted": drawn.spent.granted,
        "tier": answer.tier,
        "budget_key": answer.budget_key,
        "lease": drawn.lease if drawn.spent.granted and drawn.lease else None,
        "retry_after": drawn.retry_after,
        "violated": drawn.violated,
        "left": {
            limit.name: {
                "limit": int(limit.capacity),
                "remaining": left.remaining,
                "resets": -(-left.empty_ms // 1000),
            }
            for limit, left in pairs
        },
        "counted": drawn.where,
    }


def released(answer: TierAnswer, lease: str, tokens: int) -> dict[str, Any]:
    """Do what a call of release asks for; what it is told, but for warnings."""
    if tokens:
        draw(answer, Order(0, tokens, force=True))
    return {"account_id": answer.account_id, "released": bool(lease) and give_back(answer, lease)}


def with_budget(told: Sequence[tuple[str, str]], drawn: Drawn) -> list[tuple[str, str]]:
    """The RateLimit headers of a key, with those of the budget added to them, and Retry-After where it is refused."""
    policies, limits = drawn.fields()
    added = {"RateLimit-Policy": policies, "RateLimit": limits}
    given = dict(told)
    merged = {name: ", ".join(part for part in (given.get(name), value) if part) for name, value in added.items()}
    if drawn.retry_after is not None:
        merged["Retry-After"] = str(drawn.retry_after)
    return list({**given, **merged}.items())


def start_anew() -> None:
    """Count as a process does that has just started."""
    _memory.forget()


_memory = OwnLedger()

"""Where each account stands, a line per account (docs/formats.md)."""

from collections.abc import Iterator
from typing import Any

from risk.lookups.rings import names_of
from risk.models import Assessment
from tiers.models import Account

CHUNK = 2000
FIELDS = frozenset({"account_id", "tier", "outcome", "score", "held", "ring", "reasons"})


def standings() -> Iterator[dict[str, Any]]:
    """Every account's standing, in the order in which they came, however many there are."""
    last = 0
    while accounts := list(Account.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from _chunk(accounts)
        last = accounts[-1].pk


def _chunk(accounts: list[Account]) -> Iterator[dict[str, Any]]:
    latest = (
        Assessment.objects.filter(subject__in=[account.pk for account in accounts])
        .order_by("subject", "-id")
        .distinct("subject")
        .values_list("subject", "reasons")
    )
    reasons = dict(latest)
    rings = names_of([account.pk for account in accounts])
    for account in accounts:
        yield {
            "account_id": account.account_id,
            "tier": account.tier,
            "outcome": account.outcome,
            "score": round(account.score, 2),
            "held": account.held,
            "ring": rings.get(account.pk),
            "reasons": [line["code"] for line in reasons.get(account.pk, [])],
        }

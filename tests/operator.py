"""An operator's ring as detection would leave it: accounts, their traces, the ring, its members and its history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from risk.models import Ring, RingChange, RingMember, Trace
from risk.rings.links import Link
from risk.rings.states import RingChangeKind, RingState
from tiers.models import Account

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
TEMPLATE = {
    "words": "F.L9999 at one domain, 3 BINs, 30 number blocks",
    "lines": [
        {"link": "DOMAIN", "words": "the same mail domain", "shown": "mail at one of 3 domains", "share": 0.83}
        | {"values": 3},
        {"link": "PHONE_100", "words": "phone numbers in one block of 100", "shown": "30 blocks", "share": 0.6}
        | {"values": 30},
    ],
}
EVIDENCE = [
    {"aspect": "phone", "nats": 2.4, "words": "numbers of 30 blocks of 100"},
    {"aspect": "domain", "nats": 1.1, "words": "mail at 3 young domains"},
]
WHY = [{"link": "PHONE_100", "weight": 4.2, "shared": 17}, {"link": "DOMAIN", "weight": 1.9, "shared": 40}]


def accounts_of(count: int, name: str = "acct", **changes: Any) -> list[Account]:
    """Accounts that nothing holds, on the lowest tier that lets anybody in."""
    told = {"tier": "trial", "outcome": "allow", "score": 3.0, "created_at": MAY, **changes}
    return Account.objects.bulk_create([Account(account_id=f"{name}_{number}", **told) for number in range(count)])


def ring_of(accounts: Sequence[Account], **changes: Any) -> Ring:
    """A suspected ring of these accounts, who joined one an hour."""
    told = {"state": RingState.SUSPECTED, "score": 97.5, "confidence": 0.8, "size": len(accounts)}
    told |= {"found_at": MAY, "changed_at": MAY, "template": TEMPLATE, "evidence": EVIDENCE, **changes}
    ring = Ring.objects.create(**told)
    members = [
        RingMember(ring=ring, subject=account.pk, joined_at=MAY + timedelta(hours=place), weight=6.1, why=WHY)
        for place, account in enumerate(accounts)
    ]
    RingMember.objects.bulk_create(members)
    RingChange.objects.create(ring=ring, at=MAY, kind=RingChangeKind.FOUND, size=len(accounts))
    return ring


def traces_of(accounts: Sequence[Account], **shared: int) -> None:
    """Traces in which `shared` links hold one of that many values, and all other links nothing.

    As `DOMAIN=3`: the accounts take turns at three mail domains.
    """
    traces = []
    for place, account in enumerate(accounts):
        links = [0] * len(Link)
        for name, values in shared.items():
            links[Link[name]] = 1_000 * (Link[name] + 1) + place % values
        traces.append(Trace(subject=account.pk, at=MAY, links=links, tells=[]))
    Trace.objects.bulk_create(traces)

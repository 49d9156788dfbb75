"""A partner's ring is seen here: a case for an analyst, with its why. What then becomes of the accounts, people say.

Two lines, either of which is enough:
- as many accounts here as the partner's `line` says (3 unless it was made otherwise) showed values of the ring's;
- a ring that was found here and that nobody has looked at yet has a template that agrees with its in LINES_LEAST lines,
  one of them telling (TELLING).

A case is for one account, the newest of those that match, and tells of all. The same ring is brought up again once
twice as many accounts match.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max

from risk.models import Ring, RingMember
from risk.rings.links import Link
from risk.rings.states import RingState
from tiers.models import Account
from verification import outbox
from verification.events import CaseOpened
from verification.models import Case
from verification.sharing_models import (
    CASE_OF_PARTNER,
    Partner,
    PartnerCase,
    PartnerIndicator,
    PartnerMatch,
    PartnerRing,
)

COMPARED: Final = frozenset(
    link.name for link in (Link.SHAPE, Link.PROVIDER, Link.CLOCK, Link.CARD_KIND, Link.CARRIER, Link.HARDWARE)
)
TELLING: Final = frozenset({Link.SHAPE.name, Link.HARDWARE.name})  # the others, whole countries share
LINES_LEAST: Final = 3
RINGS_MOST: Final = 1_000  # the newest here that templates are compared with
AGAIN: Final = 2  # times as many accounts

Lines = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A partner's ring that is seen here: by how many accounts, on whose page the case is to stand, and why."""

    ring: PartnerRing
    accounts: int
    on: int
    why: Sequence[str]
    local: Ring | None = None


def raise_due(partner: Partner, *, at: datetime) -> int:
    """Open a case for each ring of a partner's that is seen here and was not brought up; how many."""
    return sum(_open(seen, at=at) for seen in (*_by_members(partner, at), *_by_template(partner)))


def compared(lines: Iterable[Any]) -> Lines:
    """What templates are compared by: pairs of a link and what is shown of it."""
    return frozenset((str(link), str(shown)) for link, shown in lines if link in COMPARED)


def agree(one: Lines, other: Lines) -> Lines:
    """The lines that two templates have in common, where they are enough; else none."""
    common = one & other
    enough = len(common) >= LINES_LEAST and any(link in TELLING for link, _ in common)
    return common if enough else frozenset()


def _by_members(partner: Partner, at: datetime) -> Iterable[Seen]:
    standing = PartnerIndicator.objects.filter(partner=partner, revoked=False, expires_at__gt=at)
    of_rings = PartnerMatch.objects.filter(indicator__in=standing)
    counted = of_rings.filter(indicator__ring__revoked=False).values("indicator__ring")
    reached = counted.annotate(accounts=Count("subject", distinct=True), newest=Max("subject"))
    rows = list(reached.filter(accounts__gte=partner.line))
    rings = PartnerRing.objects.in_bulk([row["indicator__ring"] for row in rows])
    told = _brought_up(partner)
    for row in rows:
        ring = rings[row["indicator__ring"]]
        if row["accounts"] >= AGAIN * told.get((ring.pk, None), 0):
            kinds = of_rings.filter(indicator__ring=ring).values("indicator__of")
            shared = kinds.annotate(accounts=Count("subject", distinct=True)).order_by("indicator__of")
            why = [f"{row['accounts']} accounts here show values of {ring.name}, a ring that {partner.name} confirmed"]
            why += [f"{each['accounts']} of them by {each['indicator__of']}" for each in shared]
            yield Seen(ring, row["accounts"], row["newest"], why)


def _by_template(partner: Partner) -> Iterable[Seen]:
    theirs = {ring: lines for ring in partner.rings.filter(revoked=False) if (lines := compared(ring.lines))}
    if not theirs:
        return
    ours = {ring: compared(_lines(ring.template)) for ring in _found_here()}
    told, by_line = _brought_up(partner), defaultdict(list)
    for local, lines in ours.items():
        for line in lines:
            by_line[line].append(local)
    for ring, lines in theirs.items():
        near = Counter(local for line in lines for local in by_line.get(line, ()))
        for local in (local for local, count in near.items() if count >= LINES_LEAST):
            common = agree(lines, ours[local])
            newest = RingMember.objects.filter(ring=local, left_at=None).aggregate(newest=Max("subject"))["newest"]
            if common and newest is not None and (ring.pk, local.pk) not in told:
                yield Seen(ring, local.size, newest, _alike(partner, ring, local, common), local)


def _found_here() -> Iterable[Ring]:
    return Ring.objects.filter(state=RingState.SUSPECTED).order_by("-changed_at")[:RINGS_MOST]


def _lines(template: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((line["link"], line.get("shown", "")) for line in template.get("lines", ()))


def _alike(partner: Partner, ring: PartnerRing, local: Ring, common: Lines) -> list[str]:
    said = f"{local.public_id} looks like {ring.name}, a ring that {partner.name} confirmed"
    return [said, *(f"both: {shown}" for _, shown in sorted(common))]


def _brought_up(partner: Partner) -> Mapping[tuple[int, int | None], int]:
    """By a partner's ring and ours: how many accounts there were when it was brought up last."""
    rows = PartnerCase.objects.filter(ring__partner=partner).values("ring", "local_ring")
    return {(row["ring"], row["local_ring"]): row["most"] for row in rows.annotate(most=Max("accounts"))}


@transaction.atomic
def _open(seen: Seen, *, at: datetime) -> bool:
    """False where the account has such a case already, or is gone: the next run sees."""
    account = Account.objects.select_for_update().filter(pk=seen.on, test=False).first()
    if account is None or _has_one([account.pk]):
        return False
    due = at + timedelta(hours=settings.CASE_HOURS)
    case = Case.objects.create(account=account, kind=CASE_OF_PARTNER, opened_at=at, due_at=due)
    PartnerCase.objects.create(
        case=case, ring=seen.ring, local_ring=seen.local, accounts=seen.accounts, why=list(seen.why)
    )
    outbox.write([(account, CaseOpened(account.account_id, case.pk, case.kind))], at=at)
    return True


def _has_one(accounts: Collection[int]) -> bool:
    return Case.objects.filter(account__in=accounts, kind=CASE_OF_PARTNER, closed_at=None).exists()

"""A proof ages out. Where a tier goes with it, its person is told before, and the tier falls only after the grace.

Once for each proof, within the policy's notice, it is looked whether a tier would fall with it. If so the account gets
a notice, an event and a mail, and the proof counts for the policy's grace longer. What costs a tier only at the end,
for something else went meanwhile, is told then, and the grace runs from there. Neither is longer than a quarter of the
proof's life: nobody is told of a day's work a fortnight before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Min, Value

from risk.facts import Facts
from tiers.models import Account, LapseNotice
from tiers.standing import ladder
from verification import outbox, reported
from verification.decide import Decision, foretell
from verification.events import Happening, ProofLapsed, TierLapsing
from verification.known import known
from verification.models import Proof
from verification.recheck import lock, redecide
from verification.states import Cause

SHARE = 4  # notice and grace are at most one part in so many of a proof's life


def next_due() -> datetime | None:
    """When the next proof lapses; None while none counts."""
    due: datetime | None = Proof.objects.filter(lapsed_at=None).aggregate(due=Min("lapses_at"))["due"]
    return due


def tell_due(at: datetime) -> int:
    """Look at every proof that lapses soon and was not looked at; returns how many accounts are told of a tier."""
    share = ExpressionWrapper((F("lapses_at") - F("passed_at")) / SHARE, output_field=DurationField())
    due = Proof.objects.filter(
        lapsed_at=None,
        noticed_at=None,
        lapses_at__lte=at + ladder().movement.notice,
    ).filter(lapses_at__lte=ExpressionWrapper(Value(at) + share, output_field=DateTimeField()))
    accounts = dict.fromkeys(due.order_by("lapses_at").values_list("account__pk", flat=True))
    return sum(_look(account, at) for account in accounts)


def lapse_due(at: datetime) -> list[Decision]:
    """Every proof past its half-life lapses, and its account's tier follows; who has not been told of that is first."""
    due = Proof.objects.filter(lapsed_at=None, lapses_at__lte=at).order_by("lapses_at")
    accounts = dict.fromkeys(due.values_list("account__pk", flat=True))
    return [decision for account in accounts if (decision := lapse(account, at)) is not None]


@dataclass(frozen=True, slots=True)
class _Counting:
    """An account, locked, with what is known of it and the proofs that count, those that are due among them."""

    account: Account
    facts: Facts
    proofs: tuple[Proof, ...]

    @classmethod
    def of(cls, account: Account, at: datetime) -> "_Counting":
        reports = reported.of_account(account)
        proofs = account.proofs.filter(lapsed_at=None).order_by("lapses_at", "pk")
        counting = tuple(proof for proof in proofs if not reported.voids(reports, proof))
        return cls(account, known([account], at=at)[account.pk].now, counting)

    def tier(self, gone: Iterable[Proof] = ()) -> str:
        """Where the account stands without some of its proofs."""
        left = {proof.pk: proof.kind for proof in self.proofs}
        for proof in gone:
            left.pop(proof.pk, None)
        return foretell(replace(self.facts, proofs=tuple(sorted(set(left.values())))), self.account, Cause.EXPIRY)[0]

    def costing(self, going: Sequence[Proof], gone: Sequence[Proof] = ()) -> Iterator[tuple[Proof, str]]:
        """Of proofs that go one after the other, those with which the tier falls, each with where it falls to.

        One that costs a tier stays, as it will for its grace, and the next is looked at beside it.
        """
        without, height = list(gone), self._height
        stands = min(height(self.account.tier), height(self.tier(without)))
        for proof in going:
            after = self.tier([*without, proof])
            if height(after) < stands:
                yield proof, after
            else:
                without.append(proof)

    def _height(self, tier: str) -> int:
        """Of a tier that the ladder no longer has: as high as any."""
        current = ladder()
        return len(current.rungs) if current.place_of(tier) is None else current.height(tier)


def _look(account_pk: int, at: datetime) -> bool:
    """Tell of the proofs that lapse soon with which the tier goes; whether there were any."""
    with transaction.atomic():
        locked = lock([account_pk])
        if not locked:
            return False
        account, notice = locked[0][0], ladder().movement.notice
        waiting = account.proofs.filter(lapsed_at=None, noticed_at=None).order_by("lapses_at", "pk")
        soon = [proof for proof in waiting if proof.lapses_at <= at + _most(proof, notice)]
        costing = list(_Counting.of(account, at).costing(soon))
        Proof.objects.filter(pk__in=[proof.pk for proof in soon]).update(noticed_at=at)
        outbox.write([(account, _tell(account, proof, after, at)) for proof, after in costing], at=at)
    return bool(costing)


def lapse(account_pk: int, at: datetime) -> Decision | None:
    """What was told lapses, and what costs no tier; what costs one untold is told now. None: nothing lapsed."""
    with transaction.atomic():
        locked = lock([account_pk])
        if not locked:
            return None
        account = locked[0][0]
        due = list(account.proofs.filter(lapsed_at=None, lapses_at__lte=at).order_by("lapses_at", "pk"))
        told, untold = ([proof for proof in due if proof.told is so] for so in (True, False))
        costing = list(_Counting.of(account, at).costing(untold, gone=told)) if untold else []
        outbox.write([(account, _tell(account, proof, after, at)) for proof, after in costing], at=at)
        kept = {proof.pk for proof, _ in costing if proof.lapses_at > at}
        lapsed = [proof for proof in due if proof.pk not in kept]
        if not lapsed:
            return None
        return redecide(account_pk, cause=Cause.EXPIRY, at=at, change=lambda account: _end(account, lapsed, at))


def _end(account: Account, lapsed: Sequence[Proof], at: datetime) -> list[Happening]:
    account.proofs.filter(pk__in=[proof.pk for proof in lapsed]).update(lapsed_at=at)
    return [ProofLapsed(account.account_id, proof.kind) for proof in sorted(lapsed, key=lambda proof: proof.pk)]


def _tell(account: Account, proof: Proof, after: str, at: datetime) -> Happening:
    """Write the notice, and let the proof count for the grace longer."""
    falls_at = max(proof.lapses_at, at) + _most(proof, ladder().movement.grace)
    proof.lapses_at, proof.told, proof.noticed_at = falls_at, True, at
    proof.save(update_fields=["lapses_at", "told", "noticed_at"])
    notice = LapseNotice.objects.create(
        account=account, at=at, kind=proof.kind, tier=account.tier, after=after, falls_at=falls_at
    )
    return TierLapsing(account.account_id, notice.pk, proof.kind, account.tier, after, falls_at.isoformat())


def _most(proof: Proof, most: timedelta) -> timedelta:
    return min(most, (proof.lapses_at - proof.passed_at) / SHARE)

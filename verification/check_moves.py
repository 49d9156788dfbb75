"""A check moves from one status to the next, and a proof comes of one that was passed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from risk.learnt import NOTHING, Learnt
from tiers.ladder import CheckKind
from tiers.models import Account
from tiers.standing import ladder
from verification import outbox
from verification.events import CheckFailed, CheckPassed, Happening
from verification.models import Check, Proof
from verification.recheck import redecide
from verification.states import Cause, CheckStatus, before

Keep = Callable[[Account], None]


def move(checks: QuerySet[Check], status: CheckStatus, **changes: Any) -> int:
    """Bring checks to a status, those that can come to it from where they are; returns how many did."""
    return checks.filter(status__in=before(status)).update(status=status, **changes)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came with a check that was passed: what is known now, and the keyed hash of the card that was shown."""

    learnt: Learnt = NOTHING
    shown: int | None = None


NO_EVIDENCE = Evidence()


def passed(check: Check, *, at: datetime, evidence: Evidence = NO_EVIDENCE, keep: Keep | None = None) -> None:
    """The check is passed, once: its proof counts from now and the account is decided anew.

    `keep` stores what else belongs to it, in the same transaction.
    """
    kind = CheckKind(check.kind)

    def change(account: Account) -> Sequence[Happening]:
        if keep is not None:
            keep(account)
        lapses_at = at + ladder().half_lives[kind]
        Proof.objects.create(account=account, kind=kind, passed_at=at, lapses_at=lapses_at, shown=evidence.shown)
        return [CheckPassed(account.account_id, check.pk, kind)]

    with transaction.atomic():
        # Who comes second waits for the first here and finds nothing to move: nothing is learnt or decided twice.
        if move(Check.objects.filter(pk=check.pk), CheckStatus.PASSED):
            redecide(check.signup.account_id, cause=Cause.CHECK, at=at, change=change, learnt=evidence.learnt)


def failed(check: Check, *, at: datetime) -> None:
    """The check is failed, once. The account is where it was; the person can ask for another."""
    account = check.signup.account
    with transaction.atomic():
        if move(Check.objects.filter(pk=check.pk), CheckStatus.FAILED):
            outbox.write([(account, CheckFailed(account.account_id, check.pk, check.kind))], at=at)


def expire_due(at: datetime) -> int:
    """Checks that nobody answered in time expire; returns how many."""
    return move(Check.objects.filter(expires_at__lte=at), CheckStatus.EXPIRED)

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

# Keeps what a right answer brought, in the transaction that passes the check and with the account locked. False when it
# cannot count after all, because something else used it up meanwhile; then nothing of it is to remain.
Keep = Callable[[Account], bool]


class _UsedUpError(Exception):
    """What the answer brought counts no more; nothing of the move is to remain."""


class _MovedBeforeError(Exception):
    """Somebody else passed the check a moment before; nothing is to happen twice."""


def move(checks: QuerySet[Check], status: CheckStatus, **changes: Any) -> int:
    """Bring checks to a status, those that can come to it from where they are; returns how many did."""
    return checks.filter(status__in=before(status)).update(status=status, **changes)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came with a check that was passed: what is known now, and the keyed hash of the card that was shown.

    `good_until` is when that card expires: its proof ages by then, as any proof does by its half-life.
    """

    learnt: Learnt = NOTHING
    shown: int | None = None
    good_until: datetime | None = None


NO_EVIDENCE = Evidence()


def passed(check: Check, *, at: datetime, evidence: Evidence = NO_EVIDENCE, keep: Keep | None = None) -> bool:
    """The check is passed, once: its proof counts from now and the account is decided anew.

    `keep` stores what else belongs to it, in the same transaction. Where it says that this counts no more, nothing is
    changed, and the answer is False. Who comes second finds nothing to move: nothing is learnt or decided twice.
    """
    kind = CheckKind(check.kind)

    def change(account: Account) -> Sequence[Happening]:
        if not move(Check.objects.filter(pk=check.pk), CheckStatus.PASSED):
            raise _MovedBeforeError
        if keep is not None and not keep(account):
            raise _UsedUpError
        aged_at = at + ladder().half_lives[kind]
        lapses_at = aged_at if evidence.good_until is None else max(at, min(aged_at, evidence.good_until))
        Proof.objects.create(account=account, kind=kind, passed_at=at, lapses_at=lapses_at, shown=evidence.shown)
        return [CheckPassed(account.account_id, check.pk, kind)]

    try:
        redecide(check.signup.account_id, cause=Cause.CHECK, at=at, change=change, learnt=evidence.learnt)
    except _UsedUpError:
        return False
    except _MovedBeforeError:
        return True
    return True


def failed(check: Check, *, at: datetime) -> None:
    """The check is failed, once. The account is where it was; the person can ask for another."""
    account = check.signup.account
    with transaction.atomic():
        if move(Check.objects.filter(pk=check.pk), CheckStatus.FAILED):
            outbox.write([(account, CheckFailed(account.account_id, check.pk, check.kind))], at=at)


def expire_due(at: datetime) -> int:
    """Checks that nobody answered in time expire; returns how many."""
    return move(Check.objects.filter(expires_at__lte=at), CheckStatus.EXPIRED)

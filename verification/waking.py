"""Somebody uses an account. Where nobody did for long it wakes, and all that is known of it is looked at again.

An account that lay for months may have been sold, or its keys taken: what was learnt of it is of somebody who may be
there no more. Told by whatever a person does here; each day of an account is noted once.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from risk.half_lives import Evidence
from risk.learnt import Learnt
from tiers.models import Account
from verification import ageing
from verification.recheck import redecide
from verification.recheck_models import Recheck
from verification.states import Cause

NOTED_EVERY = timedelta(days=1)


def used(account_pks: Collection[int], *, at: datetime) -> int:
    """Accounts are used; how many of them woke."""
    woke = 0
    for account_pk, last in _last_used(account_pks, at).items():
        life = ageing.half_life(Evidence.QUIET)
        if at - last >= life.good and life.worth(_tier(account_pk)):
            _wake(account_pk, last, at)
            woke += 1
        else:
            Recheck.objects.filter(account=account_pk, evidence=Evidence.QUIET).update(looked_at=at)
    return woke


def _last_used(account_pks: Collection[int], at: datetime) -> dict[int, datetime]:
    """When those were used last for whom that is to be noted: since they signed up, where nothing is noted yet."""
    opened = dict(Account.objects.filter(pk__in=account_pks, test=False).values_list("pk", "created_at"))
    noted = Recheck.objects.filter(account__in=opened, evidence=Evidence.QUIET)
    known = {pk: last for pk, last in noted.values_list("account_id", "looked_at") if last is not None}
    new = sorted(opened.keys() - known)
    rows = [Recheck(account_id=pk, evidence=Evidence.QUIET, looked_at=opened[pk]) for pk in new]
    Recheck.objects.bulk_create(rows, ignore_conflicts=True)
    return {pk: last for pk, last in (opened | known).items() if at - last >= NOTED_EVERY}


def _tier(account_pk: int) -> str:
    return Account.objects.values_list("tier", flat=True).get(pk=account_pk)


def _wake(account_pk: int, last: datetime, at: datetime) -> None:
    """Once for each sleep: who comes second finds that it is awake."""
    with transaction.atomic():
        row = Recheck.objects.select_for_update().get(account=account_pk, evidence=Evidence.QUIET)
        if row.looked_at != last:
            return
        until = ageing.half_life(Evidence.QUIET).due_at(Evidence.QUIET, account_pk, learnt_at=at)
        Recheck.objects.filter(pk=row.pk).update(looked_at=at, due_at=until)
        others = Recheck.objects.filter(account=account_pk).exclude(evidence=Evidence.QUIET)
        others.update(due_at=at, tries=0)
        learnt = Learnt(parts={"woke_after_days": (at - last).total_seconds() / 86400})
        redecide(account_pk, cause=Cause.USAGE, at=at, learnt=learnt)

"""An appeal is over: with what came of it, its case closed, and an event that says so."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User

from tiers.models import Account
from verification.appeal_models import CASE_OF_APPEAL, Appeal
from verification.events import AppealAnswered
from verification.models import Case
from verification.states import AppealResult

Told = tuple[Account, AppealAnswered]


def settle(accounts: Collection[Account], result: AppealResult, *, at: datetime, by: User | None = None) -> list[Told]:
    """End the open appeals of accounts, in the caller's transaction; gives the events that tell of it."""
    known = {account.pk: account for account in accounts}
    if not known:
        return []
    open_now = list(Appeal.objects.select_for_update().filter(account__in=known, answered_at=None).defer("said"))
    for appeal in open_now:
        appeal.result, appeal.answered_at, appeal.answered_by = result, at, by
        appeal.save(update_fields=["result", "answered_at", "answered_by"])
    if open_now:
        concerned = [appeal.account_id for appeal in open_now]
        Case.objects.filter(account__in=concerned, kind=CASE_OF_APPEAL, closed_at=None).update(closed_at=at)
    return [
        (known[one.account_id], AppealAnswered(known[one.account_id].account_id, one.pk, result)) for one in open_now
    ]

"""Accounts earn days by ordinary, varied use, as gateways report it. Who is held earns none."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from risk.usage.adding_up import added_up, done, due
from risk.usage.days import UsedDay, is_ordinary
from tiers.models import Account
from verification.earning import count_days


def earn_due(at: datetime) -> int:
    """Add up the use that came since the last run; returns how many accounts were decided anew.

    A run that broke off is run again: a day that was counted counts no more.
    """
    run, decided = due(at), 0
    for days in added_up(run):
        decided += _earn(days, at)
    done(run)
    return decided


def _earn(days: Sequence[UsedDay], at: datetime) -> int:
    earned: dict[int, list[date]] = defaultdict(list)
    for used in days:
        if is_ordinary(used):
            earned[used.subject].append(used.day)
    free = Account.objects.filter(pk__in=earned, held=False).values_list("pk", flat=True)
    return len(count_days({pk: earned[pk] for pk in free}, at=at))

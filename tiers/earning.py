"""Earned age: days of ordinary, varied use, which open rungs that ask for them. Days on the calendar earn nothing.

Whoever counts use says which days were such (verification.earning). Where nobody does, no account has any.
"""

from collections.abc import Collection
from datetime import date

from tiers.models import Account, EarnedDays


def earn(account: Account, days: Collection[date]) -> int:
    """Add days to those that an account has earned; each counts once, whenever and however often it comes.

    The account's row is locked by the caller. Returns how many are new.
    """
    earned, _ = EarnedDays.objects.get_or_create(account=account)
    new = set(days) - set(earned.days)
    if new:
        earned.days = sorted({*earned.days, *new})
        earned.save(update_fields=["days"])
        account.earned_days = len(earned.days)
        account.save(update_fields=["earned_days"])
    return len(new)

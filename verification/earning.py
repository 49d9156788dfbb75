"""Days of ordinary, varied use are counted towards accounts, and open rungs that ask for them.

Which days were such is for whoever counts use to say. Days are told in batches: one that brings an account to no number
that the ladder asks for is only counted, so that a day of a million accounts is no million decisions.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction

from tiers.earning import earn
from tiers.standing import ladder
from verification import waking
from verification.decide import Decision
from verification.recheck import lock, redecide_all
from verification.states import Cause


def count_days(days: Mapping[int, Collection[date]], *, at: datetime) -> list[Decision]:
    """Add earned days to accounts, by their keys, and decide those anew that now have what some rung asks for.

    All in one transaction. A day that was counted before counts no more, so a batch may come twice; accounts that are
    gone are passed over. Accounts that nobody used for long wake by it.
    """
    current = ladder()
    waking.used(days, at=at)
    with transaction.atomic():
        reached = []
        for account, _ in lock(days):
            before = current.age(account.earned_days)
            earn(account, days[account.pk])
            if current.age(account.earned_days) > before:
                reached.append(account.pk)
        return redecide_all(reached, cause=Cause.USAGE, at=at, where=lambda _: True) if reached else []

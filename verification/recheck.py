"""Looking again: accounts are judged anew on what is known of them now."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import transaction

from risk.identifiers import fill
from risk.learnt import NOTHING, Learnt
from tiers.models import Account
from verification import outbox
from verification.decide import Decision, Matter, decide
from verification.events import Happening
from verification.known import Known, known
from verification.models import Signup
from verification.states import Cause

Change = Callable[[Account], Sequence[Happening]]


def redecide(
    account_pk: int, *, cause: Cause, at: datetime, change: Change | None = None, learnt: Learnt = NOTHING
) -> Decision:
    """Lock the account, make the change that calls for a new decision, and decide, all in one transaction.

    `learnt` is what became known since the last assessment. Its lookups were made before, outside of the transaction.
    """
    with transaction.atomic():
        locked = lock([account_pk])
        if not locked:
            raise Account.DoesNotExist
        ((account, signup),) = locked
        happened = change(account) if change else []
        outbox.write([(account, event) for event in happened], at=at)
        facts = known([account], at=at, learnt=learnt)[account.pk].now
        (decision,) = decide([Matter(account, signup, facts, learnt.identifiers)], cause=cause)
        if learnt.trace is not None:
            fill(account.pk, learnt.trace)
    return decision


def redecide_all(
    account_pks: Collection[int], *, cause: Cause, at: datetime, where: Callable[[Known], bool]
) -> list[Decision]:
    """Lock accounts, and decide those `where` what is known calls for it, all in one transaction.

    The number of queries does not grow with the accounts. Those that are gone are passed over.
    """
    with transaction.atomic():
        locked = lock(account_pks)
        found = known([account for account, _ in locked], at=at)
        matters = [
            Matter(account, signup, found[account.pk].now)
            for account, signup in locked
            if account.pk in found and where(found[account.pk])
        ]
        return decide(matters, cause=cause) if matters else []


def lock(account_pks: Collection[int]) -> list[tuple[Account, Signup]]:
    """Accounts with their signups, each locked in the order of the accounts' keys: so nobody waits in a circle."""
    # Their keys stay: events of an account can be written meanwhile, by those who hold one of its checks.
    accounts = Account.objects.select_for_update(no_key=True).filter(pk__in=account_pks).order_by("pk")
    found = {account.pk: account for account in accounts}
    # Locked before its checks are, in the order of those who ask for a check: else one would wait for the other.
    # What the person sent is not needed to decide, and stays unread: a lost data key stops no decision.
    signups = Signup.objects.select_for_update(no_key=True).defer("person").filter(account__in=found)
    return [(found[signup.account_id], signup) for signup in signups.order_by("account_id")]

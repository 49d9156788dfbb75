"""One analyst at a time has a case: claiming it, letting it go, and being given the next.

A claim ends by itself, so that nobody's break keeps a case from the others; looking at it again makes it longer.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from config.lib import audit
from verification.appeal_models import CASE_OF_APPEAL
from verification.models import Case, Review

HELD_FOR = timedelta(minutes=15)
ASSIGNED_FOR = timedelta(hours=8)  # a working day: who is given a case may be busy with another


class ClaimedByAnother(ValueError):
    """Somebody else has the case; the message says who, and until when."""


def holder(case: Case, *, at: datetime) -> User | None:
    """Who has a case now."""
    return case.claimed_by if case.claimed_until is not None and case.claimed_until > at else None


def free_for(analyst: User, *, at: datetime) -> Q:
    """Cases that nobody else has now."""
    return Q(claimed_until=None) | Q(claimed_until__lte=at) | Q(claimed_by=analyst)


def claim(case_pk: int, *, analyst: User, at: datetime) -> Case:
    """Take a case, or go on with it.

    Raises:
        ClaimedByAnother: somebody else has it.
        Case.DoesNotExist: it is closed, or there is none.

    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case_pk, closed_at=None)
        other = holder(case, at=at)
        if other is not None and other != analyst:
            raise ClaimedByAnother(f"{other} has this case until {case.claimed_until:%H:%M} UTC.")
        _hold(case, analyst, at)
    return case


def let_go(case_pk: int, *, analyst: User) -> None:
    """Give a case back, if it is this analyst's."""
    Case.objects.filter(pk=case_pk, claimed_by=analyst).update(claimed_by=None, claimed_until=None)


def take(account_pk: int, *, analyst: User, at: datetime) -> None:
    """Take the open cases of an account, so that whoever decides on it has them. Inside a transaction.

    Raises:
        ClaimedByAnother: somebody else has one.

    """
    for case in Case.objects.select_for_update().filter(account=account_pk, closed_at=None).order_by("pk"):
        other = holder(case, at=at)
        if other is not None and other != analyst:
            raise ClaimedByAnother(f"{other} has this case until {case.claimed_until:%H:%M} UTC.")
        _hold(case, analyst, at)


def assign(case_pk: int, *, to: User, by: User, at: datetime) -> Case:
    """Give a case to somebody, whoever has it now. Raises Case.DoesNotExist where it is closed, or there is none."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case_pk, closed_at=None)
        case.claimed_by, case.claimed_until = to, at + ASSIGNED_FOR
        case.save(update_fields=["claimed_by", "claimed_until"])
        details = {"case": case.pk, "to": f"user:{to.pk}"}
        audit.append(actor=f"user:{by.pk}", act="case.assign", subject=f"account:{case.account_id}", details=details)
    return case


def next_of(cases: QuerySet[Case], *, analyst: User, at: datetime) -> Case | None:
    """Claim the first of cases, in their order, that nobody has and that this analyst may answer; None: there is none.

    An appeal of what they decided themselves is passed over.
    """
    before = Review.objects.filter(account=OuterRef("account"), analyst=analyst, at__lte=OuterRef("opened_at"))
    own = Q(kind=CASE_OF_APPEAL) & Exists(before)
    with transaction.atomic():
        waiting = cases.select_for_update(skip_locked=True, of=("self",)).filter(
            free_for(analyst, at=at), closed_at=None
        )
        case = waiting.exclude(own).first()
        if case is not None:
            _hold(case, analyst, at)
    return case


def refuse_others(account_pk: int, *, analyst: User, at: datetime) -> None:
    """Raise ClaimedByAnother where somebody else has an open case of the account."""
    held = Case.objects.filter(account=account_pk, closed_at=None, claimed_until__gt=at).exclude(claimed_by=analyst)
    case = held.select_related("claimed_by").first()
    if case is not None:
        raise ClaimedByAnother(f"{case.claimed_by} has this case until {case.claimed_until:%H:%M} UTC.")


def _hold(case: Case, analyst: User, at: datetime) -> None:
    case.claimed_by, case.claimed_until = analyst, at + HELD_FOR
    case.save(update_fields=["claimed_by", "claimed_until"])

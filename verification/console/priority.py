"""Which case an analyst should look at first, and how long it may wait.

What waits costs twice: the account may take what it should not, and a person waits who did nothing. So a case rises by
the requests a day that are probably abuse (what its tier allows, times its probability), each tenfold by 20 points, and
by the part of its clock that has run down, up to 200 points; an appeal by twice that, for it is a person who waits.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case as Choose
from django.db.models import DateTimeField, ExpressionWrapper, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Extract, Greatest, Least, Ln

from verification.appeal_models import CASE_OF_APPEAL
from verification.exposure import limit_by
from verification.models import Case

TENFOLD = 20.0  # points for ten times the requests that are probably abuse
CLOCK = 100.0  # points for a clock that has run down once
CLOCK_MOST = 2.0  # how often it counts as having run down
OF_APPEALS = 2.0  # times as much where a person waits
LN_10 = 2.302585092994046


def with_priority(cases: QuerySet[Case], *, now: datetime) -> QuerySet[Any]:
    """The cases, each with its `due` moment and its `priority` in points."""
    hours = settings.CASE_HOURS
    due = Coalesce("due_at", ExpressionWrapper(F("opened_at") + timedelta(hours=hours), output_field=DateTimeField()))
    left = Extract("due", "epoch") - Value(now.timestamp(), output_field=FloatField())
    run = Value(1.0) - left / (_by_kind(settings.APPEAL_HOURS, hours) * 3600.0)
    clock = Greatest(Value(0.0), Least(run, Value(CLOCK_MOST)), output_field=FloatField())
    abuse = Cast(limit_by("tier"), FloatField()) * F("score") / 100.0
    points = clock * CLOCK * _by_kind(OF_APPEALS, 1.0) + Ln(1.0 + abuse) * (TENFOLD / LN_10)
    dated: QuerySet[Any] = cases.annotate(due=due)
    ordered: QuerySet[Any] = dated.annotate(priority=ExpressionWrapper(points, output_field=FloatField()))
    return ordered


def _by_kind(of_appeals: float, of_others: float) -> Choose:
    """A number that is another of appeals."""
    appeals = When(kind=CASE_OF_APPEAL, then=Value(of_appeals))
    return Choose(appeals, default=Value(of_others), output_field=FloatField())

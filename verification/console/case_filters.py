"""What the queue can be narrowed by."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from verification.appeal_models import CASE_OF_APPEAL
from verification.console.filters import OutcomeFilter, TierFilter
from verification.console.readonly import MenuFilter
from verification.decide import CASE
from verification.sharing_models import CASE_OF_PARTNER

SOON = timedelta(hours=4)


class OpenFilter(MenuFilter):
    """Open cases unless others are asked for."""

    title = "status"
    parameter_name = "status"
    lookup = "closed_at__isnull"

    def menu(self) -> Sequence[str]:
        """Open is what is shown with no choice made."""
        return ("closed", "all")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Open stands first, where other filters have all."""
        for value, words in (("", "Open"), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value or None})
            yield {"selected": (self.value() or "") == value, "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What waits, what does no longer, or both."""
        del request
        return queryset if self.value() == "all" else queryset.filter(closed_at__isnull=self.value() != "closed")


class KindFilter(MenuFilter):
    """What brought it up."""

    title = "kind"
    parameter_name = "kind"
    lookup = "kind"

    def menu(self) -> Sequence[str]:
        """Decisions, people's own appeals, and partners' rings that are seen here."""
        return (CASE, CASE_OF_APPEAL, CASE_OF_PARTNER)


class ClockFilter(MenuFilter):
    """How its clock stands."""

    title = "clock"
    parameter_name = "clock"
    lookup = "due"

    def menu(self) -> Sequence[str]:
        """Run down, or nearly."""
        return ("overdue", "soon")

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """In words."""
        del request, model_admin
        return [("overdue", "Overdue"), ("soon", "Due within four hours")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the moment that is due."""
        del request
        now = timezone.now()
        if self.value() == "overdue":
            return queryset.filter(due__lte=now)
        return queryset.filter(due__gt=now, due__lte=now + SOON) if self.value() == "soon" else queryset


class ClaimFilter(MenuFilter):
    """Who has it."""

    title = "claimed"
    parameter_name = "claimed"
    lookup = "claimed_by"

    def menu(self) -> Sequence[str]:
        """Whoever asks, nobody, somebody else."""
        return ("mine", "free", "others")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As claims stand now."""
        held = Q(claimed_until__gt=timezone.now())
        chosen = {
            "mine": held & Q(claimed_by=request.user.pk),
            "free": ~held | Q(claimed_until=None),
            "others": held & ~Q(claimed_by=request.user.pk),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class CaseOutcomeFilter(OutcomeFilter):
    """What is decided on its account now, as the case has it."""

    lookup = "outcome"


class CaseTierFilter(TierFilter):
    """What its account may do now, as the case has it."""

    lookup = "tier"


CASE_FILTERS = (OpenFilter, KindFilter, ClockFilter, ClaimFilter, CaseOutcomeFilter, CaseTierFilter)

"""What the list of signups can be narrowed by."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from risk.outcome import Outcome
from tiers.standing import ladder
from verification.console.readonly import MenuFilter
from verification.models import Source
from verification.states import SignupState


class OutcomeFilter(MenuFilter):
    """What was decided."""

    title = "outcome"
    parameter_name = "outcome"
    lookup = "account__outcome"

    def menu(self) -> Sequence[str]:
        """The four answers."""
        return tuple(Outcome)


class StateFilter(MenuFilter):
    """Where the signup stands."""

    title = "state"
    parameter_name = "state"
    lookup = "state"

    def menu(self) -> Sequence[str]:
        """The states."""
        return tuple(SignupState)


class TierFilter(MenuFilter):
    """What the account may do."""

    title = "tier"
    parameter_name = "tier"
    lookup = "account__tier"

    def menu(self) -> Sequence[str]:
        """The tiers of the ladder in force."""
        return [rung.tier for rung in ladder().rungs]


class HeldFilter(MenuFilter):
    """Whether risk keeps the account below what its proofs open."""

    title = "held"
    parameter_name = "held"
    lookup = "account__held"

    def menu(self) -> Sequence[str]:
        """As Django reads booleans."""
        return ("True", "False")

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """In words."""
        del request, model_admin
        return [("True", "Held"), ("False", "Not held")]


class SourceFilter(MenuFilter):
    """How the signup came in."""

    title = "source"
    parameter_name = "source"
    lookup = "source"

    def menu(self) -> Sequence[str]:
        """The sources."""
        return tuple(Source)


class DayFilter(MenuFilter):
    """The day of the signup (UTC), as the charts of the first page name it: there is no menu of all days."""

    title = "day"
    parameter_name = "day"
    lookup = "created_at"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Today, yesterday, and the day that is chosen."""
        del model_admin
        today = timezone.now().astimezone(UTC).date()
        named = {str(today): "Today", str(today - timedelta(days=1)): "Yesterday"}
        chosen = request.GET.get("day", "")
        other = {chosen: chosen} if _day(chosen) else {}
        return [*({**other, **named}).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the day; what is no day chooses nothing."""
        del request
        day = _day(self.value() or "")
        if day is None:
            return queryset
        began = datetime.combine(day, time.min, tzinfo=UTC)
        return queryset.filter(created_at__gte=began, created_at__lt=began + timedelta(days=1))


class ProbingFilter(admin.SimpleListFilter):
    """The signups by which one source tried out what passes: there is no menu, the list of these leads here."""

    title = "probing"
    parameter_name = "probing"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """The one that is chosen."""
        del model_admin
        chosen = request.GET.get("probing", "")
        return [(chosen, chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Its signups; one that is not there has none."""
        del request
        return queryset.filter(account__probings__public_id=self.value()) if self.value() else queryset


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


SIGNUP_FILTERS = (DayFilter, OutcomeFilter, StateFilter, TierFilter, HeldFilter, SourceFilter, ProbingFilter)

"""Cases in the console: what waits for an analyst, the longest waiting first."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.timesince import timesince
from unfold.views import ChangeList as UnfoldChangeList

from verification.console.readonly import COLOURS, MenuFilter, ReadOnlyAdmin, column, moment
from verification.console.signups import page_of
from verification.models import Case


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


class CaseList(UnfoldChangeList):  # type: ignore[misc] # unfold ships no types
    """Each line leads to the signup, where the word is given."""

    def url_for_result(self, result: Case) -> str:
        """The signup's page."""
        return page_of(result.account.signup.pk)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The queue."""

    list_display = ("account_id", "opened", "waits", "kind", "outcome", "score", "tier", "closed")
    list_filter = (OpenFilter,)
    ordering = ("opened_at", "id")

    @column("account")
    def account_id(self, case: Case) -> str:
        """The caller's own id."""
        return case.account.account_id

    @column("opened")
    def opened(self, case: Case) -> str | None:
        """Since when it waits."""
        return moment(case.opened_at)

    @column("waiting for")
    def waits(self, case: Case) -> str | None:
        """How long it has been waiting."""
        return timesince(case.opened_at, timezone.now(), depth=1) if case.closed_at is None else None

    @column(label=COLOURS)
    def outcome(self, case: Case) -> str:
        """What is decided now."""
        return case.account.outcome

    @column()
    def score(self, case: Case) -> str:
        """100 times the probability of abuse."""
        return f"{case.account.score:.1f}"

    @column()
    def tier(self, case: Case) -> str:
        """What the account may do."""
        return case.account.tier

    @column("closed")
    def closed(self, case: Case) -> str | None:
        """When it no longer waited."""
        return moment(case.closed_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Never with what the person sent."""
        cases: QuerySet[Case] = super().get_queryset(request)
        return cases.filter(account__test=False).select_related("account__signup").defer("account__signup__person")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list whose lines lead to signups."""
        del request, kwargs
        return CaseList

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """A case has no page of its own."""
        case = self.get_object(request, object_id)
        if case is None:
            raise Http404
        return HttpResponseRedirect(page_of(case.account.signup.pk))

"""What every page of the console has in common: it shows, it changes nothing, and it stays fast on big tables.

Unfold ships no types, so its classes are `Any` here; everything else in the console builds on this file.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.utils import display_for_label

Shown = TypeVar("Shown", bound=Callable[..., Any])

PER_PAGE = 50
PAGES = 200  # to go further back than 10,000 rows there are filters and search: each page costs more than the last
TIME = "%Y-%m-%d %H:%M:%S"  # in settings.TIME_ZONE

COLOURS: Mapping[str, str] = {
    "allow": "success",
    "challenge": "info",
    "review": "warning",
    "deny": "danger",
    "opened": "success",
    "challenged": "info",
    "in review": "warning",
    "refused": "danger",
    "held": "warning",
}


class NewestPages(InfinitePaginator):  # type: ignore[misc] # unfold ships no types
    """Pages by previous and next, and no count: counting a million rows takes longer than reading fifty."""

    count = PAGES * PER_PAGE


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """A table that nobody adds to, changes or deletes from in the console, superusers included."""

    actions = None
    list_per_page = PER_PAGE
    list_max_show_all = 0
    paginator = NewestPages
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count every row
    list_filter_sheet = False
    sortable_by: Sequence[str] = ()

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def render(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page of our own, in the frame of the console."""
        request.current_app = self.admin_site.name
        shown = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, shown, status=status)

    def row(self, request: HttpRequest, object_id: str) -> Any:
        """The row that a page is of. Raises PermissionDenied for who may not look, and Http404 where there is none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters alone: any other field in the address could mean a search through the whole table."""
        del value, request
        return lookup in {choice.parameter_name for choice in self.list_filter}


class MenuFilter(admin.SimpleListFilter):
    """A filter whose choices are known without asking the table."""

    lookup: ClassVar[str]

    def menu(self) -> Sequence[str]:
        """The choices."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices with their words."""
        del request, model_admin
        return [(choice, choice.replace("_", " ").capitalize()) for choice in self.menu()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What has the chosen value; a value that is not on the menu chooses nothing."""
        del request
        return queryset.filter(**{self.lookup: self.value()}) if self.value() in self.menu() else queryset


def column(
    description: str | None = None, *, ordering: str | None = None, label: Mapping[str, str] | None = None
) -> Callable[[Shown], Shown]:
    """A method that gives a column or a field; with `label` it is a label of the colour that its value has there."""
    shown: Callable[[Shown], Shown] = display(description=description, ordering=ordering)
    return shown if label is None else lambda method: shown(_labelled(method, label))


def _labelled(method: Shown, colours: Mapping[str, str]) -> Shown:
    @wraps(method)
    def drawn(*of: Any) -> str:
        value = method(*of)
        return _label(value, colours.get(value))

    return drawn  # type: ignore[return-value] # it is called as the method is


@lru_cache(maxsize=1024)
def _label(value: str | None, colour: str | None) -> str:
    """A label as unfold draws it: from a template each time, which for the few that a list has is most of its cost."""
    drawn: str = display_for_label(value, "-", {value: colour} if colour else {})
    return drawn


def moment(at: datetime | None) -> str | None:
    """A time as the console shows it."""
    return timezone.localtime(at).strftime(TIME) if at else None

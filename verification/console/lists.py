"""Lists in the console: what the policy declares, its own entries, and those beside it, added and removed here."""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from risk import list_entries
from risk.list_entries import EntryRefused, declared
from risk.list_search import OwnEntry, forms_of_typed, live_of, own
from risk.lists import PERSONAL, ListKind
from risk.models import ListEntry
from verification.console.list_acts import EntryForm, RemovalForm
from verification.console.permissions import Act, allow, may
from verification.console.policies import named
from verification.console.readonly import MenuFilter, ReadOnlyAdmin, column, moment

STATE_COLOURS = {"in force": "success", "expiring": "warning", "not yet": "info"}
EXPIRING = timedelta(days=7)
OWN_SHOWN = 100


class ListFilter(MenuFilter):
    """Which list."""

    title = "list"
    parameter_name = "list"
    lookup = "list"

    def menu(self) -> Sequence[str]:
        """Those that a policy in force declares."""
        return sorted(declared())

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """By their names as they are."""
        del request, model_admin
        return [(name, name) for name in self.menu()]


class KindFilter(MenuFilter):
    """What it is of."""

    title = "kind"
    parameter_name = "kind"
    lookup = "kind"

    def menu(self) -> Sequence[str]:
        """The kinds."""
        return tuple(ListKind)


class StateFilter(MenuFilter):
    """Whether it counts."""

    title = "state"
    parameter_name = "state"
    lookup = ""

    def menu(self) -> Sequence[str]:
        """Four."""
        return ("in_force", "expiring", "expired", "removed")

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
        """Those of the chosen state, as of now; expiring ones are in force too."""
        del request
        now = timezone.now()
        open_end = Q(expires_at=None) | Q(expires_at__gt=now)
        states = {
            "in_force": open_end & Q(removed_at=None, since__lte=now),
            "expiring": Q(removed_at=None, expires_at__gt=now, expires_at__lte=now + EXPIRING),
            "expired": Q(removed_at=None, expires_at__lte=now),
            "removed": Q(removed_at__isnull=False),
        }
        chosen = states.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


def page_of(entry_pk: int) -> str:
    """The address of an entry's page."""
    return reverse("admin:risk_listentry_change", args=[entry_pk])


@admin.register(ListEntry)
class ListEntryAdmin(ReadOnlyAdmin):
    """Live entries, the newest first, below what the policy itself says."""

    change_list_template = "console/lists.html"
    list_display = ("masked_value", "list", "kind_label", "state", "reason", "written_by", "added", "expires")
    list_filter = (ListFilter, KindFilter, StateFilter)
    ordering = ("-pk",)
    search_fields = ("value",)
    search_help_text = "A whole value: e-mail, phone, address, domain, card, ..."

    @column("value")
    def masked_value(self, entry: ListEntry) -> str:
        """A mask of it, where it is personal."""
        return entry.shown

    @column("of")
    def kind_label(self, entry: ListEntry) -> str:
        """What it is."""
        return entry.kind.replace("_", " ")

    @column(label=STATE_COLOURS)
    def state(self, entry: ListEntry) -> str:
        """Whether it counts now."""
        return state_of(entry)

    @column("author")
    def written_by(self, entry: ListEntry) -> str:
        """Who added it."""
        return named(entry.author)

    @column()
    def added(self, entry: ListEntry) -> str | None:
        """When."""
        return moment(entry.created_at)

    @column()
    def expires(self, entry: ListEntry) -> str:
        """Until when it counts."""
        return moment(entry.expires_at) or "never"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ListEntry], search_term: str
    ) -> tuple[QuerySet[ListEntry], bool]:
        """By a whole value: entries of it, and those that it falls under."""
        del request
        return (live_of(queryset, forms_of_typed(search_term)) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern]:
        """Adding and removing, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path("put/", view(self.put), name="risk_listentry_put"),
            path("<int:pk>/remove/", view(require_POST(self.remove)), name="risk_listentry_remove"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The lists of the policy with its own entries, then the live ones."""
        found = own_shown(request)
        shown = {
            **(extra_context or {}),
            "title": "Lists",
            "may_put": may(request.user, Act.USE_LISTS),
            "lists": declared_lines(),
            "own": found[:OWN_SHOWN],
            "own_more": len(found) > OWN_SHOWN,
            "own_most": OWN_SHOWN,
        }
        response: HttpResponse = super().changelist_view(request, shown)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one entry."""
        del form_url, extra_context
        return self._page(request, self._entry(request, object_id), RemovalForm())

    def put(self, request: HttpRequest) -> HttpResponse:
        """Put a value on a list."""
        self._allowed(request)
        form = EntryForm(request.POST or None, initial={"list": request.GET.get("list", "")})
        if form.is_valid():
            try:
                entry = form.put(author=f"user:{request.user.pk}")
            except EntryRefused as refused:
                form.add_error(None, refused.why)
            else:
                messages.success(
                    request, f"{entry.shown} is on {entry.list}. Accounts that showed it follow by and by."
                )
                return HttpResponseRedirect(page_of(entry.pk))
        status = 422 if request.POST else 200
        return self.render(request, "console/list_put.html", form=form, title="Put on a list", status=status)

    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take an entry out of force."""
        self._allowed(request)
        entry, form = self._entry(request, str(pk)), RemovalForm(request.POST)
        if not form.is_valid():
            return self._page(request, entry, form, status=422)
        try:
            list_entries.remove(pk, reason=form.cleaned_data["reason"], author=f"user:{request.user.pk}")
        except EntryRefused as refused:
            messages.error(request, refused.why)
        else:
            messages.success(request, f"{entry.shown} is off {entry.list}. Accounts that showed it follow by and by.")
        return HttpResponseRedirect(page_of(pk))

    def _allowed(self, request: HttpRequest) -> None:
        allow(request, Act.USE_LISTS)

    def _entry(self, request: HttpRequest, object_id: str) -> ListEntry:
        entry: ListEntry = self.row(request, object_id)
        return entry

    def _page(self, request: HttpRequest, entry: ListEntry, form: forms.Form, *, status: int = 200) -> HttpResponse:
        lines = [
            ("Of", entry.kind.replace("_", " ")),
            ("Reason", entry.reason),
            ("Added", f"{moment(entry.created_at)} by {named(entry.author)}"),
            ("Counts from", moment(entry.since)),
            ("Expires", moment(entry.expires_at) or "never"),
            ("Accounts of before", heard(entry)),
        ]
        if entry.removed_at:
            lines.append(
                ("Removed", f"{moment(entry.removed_at)} by {named(entry.removed_by)}: {entry.removed_because}")
            )
        return self.render(
            request,
            "console/list_entry.html",
            entry=entry,
            title=f"{entry.shown} on {entry.list}",
            state=state_of(entry),
            lines=lines,
            form=form,
            may_remove=may(request.user, Act.USE_LISTS) and entry.removed_at is None,
            status=status,
        )


def state_of(entry: ListEntry) -> str:
    """Whether an entry counts now, in words."""
    now = timezone.now()
    if entry.removed_at:
        return "removed"
    if entry.expires_at and entry.expires_at <= now:
        return "expired"
    if entry.since > now:
        return "not yet"
    return "expiring" if entry.expires_at and entry.expires_at <= now + EXPIRING else "in force"


def heard(entry: ListEntry) -> str:
    """How far accounts that showed the value before were looked at again."""
    if entry.kind in {ListKind.NETWORKS, ListKind.BINS, ListKind.ASNS}:
        return "not found by this kind; it counts for new signups"
    moments = (entry.since, entry.removed_at, entry.expires_at)
    latest = max((at for at in moments if at is not None and at <= timezone.now()), default=entry.since)
    if entry.applying_until is None and entry.applied_until is not None and latest <= entry.applied_until:
        return "all were looked at"
    return "being looked at" if entry.applying_until else "to be looked at soon"


def declared_lines() -> list[dict[str, Any]]:
    """What the policies that judge declare, a line a list."""
    return [
        {
            "name": one.name,
            "of": one.of.replace("_", " "),
            "effect": one.effect,
            "multiplier": f"{math.exp(one.weight):g}",
            "floor": one.floor or "-",
            "own": len(one.entries),
        }
        for _, one in sorted(declared().items())
    ]


def own_shown(request: HttpRequest) -> list[dict[str, Any]]:
    """The policy's own entries, narrowed as the live ones are, one more than is shown."""
    forms = forms_of_typed(request.GET.get("q", "")) if request.GET.get("q") else None
    name, kind, state = (request.GET.get(one) for one in ("list", "kind", "state"))
    now = timezone.now()
    fitting = (
        found
        for found in own(forms)
        if name in {None, "", found.of.name} and kind in {None, "", found.of.of} and _in_state(found, state, now)
    )
    return [_own_line(found) for found in islice(fitting, OWN_SHOWN + 1)]


def _in_state(found: OwnEntry, state: str | None, now: Any) -> bool:
    since, until = found.entry.since, found.entry.until
    over = until is not None and until <= now
    states = {
        "in_force": not over and (since is None or since <= now),
        "expiring": not over and until is not None and until <= now + EXPIRING,
        "expired": over,
        "removed": False,
    }
    return states.get(state or "", True)


def _own_line(found: OwnEntry) -> dict[str, Any]:
    return {
        "list": found.of.name,
        "value": "sealed" if found.of.of in PERSONAL else found.entry.value,
        "of": found.of.of.replace("_", " "),
        "reason": found.entry.reason,
        "author": found.entry.author,
        "expires": moment(found.entry.until) or "never",
    }

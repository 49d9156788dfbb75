"""Sources that try out what passes, in the console: each with what it tried and the signups that it tried it by."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.probing_models import Probing


def words_of(tried: Mapping[str, int]) -> str:
    """What was tried, the most often changed first."""
    return ", ".join(f"{count} x {part}" for part, count in sorted(tried.items(), key=lambda one: (-one[1], one[0])))


@admin.register(Probing)
class ProbingAdmin(ReadOnlyAdmin):
    """The newest first."""

    list_display = ("name", "source", "signups", "what", "began", "last", "listed")
    ordering = ("-pk",)

    @column("probing")
    def name(self, one: Probing) -> str:
        """By which events tell of it."""
        return one.public_id

    @column("signups")
    def signups(self, one: Any) -> str:
        """How many, leading to them."""
        return format_html('<a class="gh-link" href="{}">{}</a>', signups_of(one), one.counted)

    @column("other values tried")
    def what(self, one: Probing) -> str:
        """By part."""
        return words_of(one.tried)

    @column("since")
    def began(self, one: Probing) -> str | None:
        """Its first signup."""
        return moment(one.since)

    @column("last")
    def last(self, one: Probing) -> str | None:
        """Its last one."""
        return moment(one.last_at)

    @column("on lists")
    def listed(self, one: Probing) -> str:
        """How many of its devices and addresses were put on the lists of those that are challenged."""
        return str(len(one.entries))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many signups each has."""
        found: QuerySet[Any] = super().get_queryset(request).annotate(counted=Count("accounts"))
        return found

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """Its signups."""
        return HttpResponseRedirect(signups_of(self.row(request, object_id)))


def signups_of(one: Probing) -> str:
    """Where its signups are listed."""
    return f"{reverse('admin:verification_signup_changelist')}?probing={one.public_id}"

"""Golden accounts in the console: which there are, and how analysts' words on them agree. For leads."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from risk.facts import Word
from risk.intervals import wilson
from verification import golden
from verification.console.pages import page_of
from verification.console.permissions import Act, allow
from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.desk_models import Golden

DAYS = 90


class GoldenForm(forms.Form):
    """What is right of an account, and how that is known."""

    truth = forms.ChoiceField(choices=[(word, word) for word in (Word.APPROVE, Word.DENY)])
    why = forms.CharField(max_length=2000, error_messages={"required": "Say how it is known."})


@admin.register(Golden)
class GoldenAdmin(ReadOnlyAdmin):
    """Accounts of which it is known what is right."""

    list_display = ("account_id", "truth", "made", "ended")
    ordering = ("-at", "-id")
    list_before_template = "console/parts/agreement.html"

    @column("account")
    def account_id(self, one: Golden) -> str:
        """The caller's own id."""
        return one.account.account_id

    @column("made")
    def made(self, one: Golden) -> str | None:
        """When it became golden."""
        return moment(one.at)

    @column("ended")
    def ended(self, one: Golden) -> str | None:
        """Since when it is given to nobody."""
        return moment(one.ended_at)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With their accounts."""
        return super().get_queryset(request).select_related("account")

    def get_urls(self) -> list[URLPattern]:
        """Ending one, beside Django's own pages."""
        end = path("<int:pk>/end/", self.admin_site.admin_view(require_POST(self.end)), name="verification_golden_end")
        return [end, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how analysts' words agree."""
        rows = golden.agreement(timezone.now() - timedelta(days=DAYS))
        told = [(row, *_interval(row)) for row in rows]
        shown = {"title": "Golden accounts", "agreement": told, "days": DAYS, **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, shown)
        return answer

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """Its account's page."""
        return HttpResponseRedirect(page_of(self.row(request, object_id).account.signup.pk))

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it to nobody any more."""
        user = allow(request, Act.KEEP_GOLDEN)
        golden.end(self.row(request, str(pk)), by=user, at=timezone.now())
        return HttpResponseRedirect(reverse("admin:verification_golden_changelist"))


def _interval(row: golden.Agreement) -> tuple[str, str]:
    low, high = wilson(row.right / row.answered, n=row.answered)
    return f"{100 * low:.0f}", f"{100 * high:.0f}"

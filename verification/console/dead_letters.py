"""Failed tasks in the console: what failed for good, how, and the buttons that have it done again or discard it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from config.lib import tasks
from config.lib.models import DeadLetter
from verification.console.permissions import Act, allow, may
from verification.console.readonly import MenuFilter, ReadOnlyAdmin, column, moment

LIST = "admin:lib_deadletter_changelist"


class TaskFilter(MenuFilter):
    """Which task."""

    title = "task"
    parameter_name = "task"
    lookup = "task"

    def menu(self) -> Sequence[str]:
        """Those that failed: there are few letters."""
        return list(DeadLetter.objects.order_by("task").values_list("task", flat=True).distinct())


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """Failed tasks, the latest first."""

    list_display = ("task", "told", "failure", "place", "tries", "times", "first", "last")
    list_filter = (TaskFilter,)
    ordering = ("-last_at", "-pk")

    @column("with")
    def told(self, letter: DeadLetter) -> str:
        """The ids that it was called with."""
        return arguments(letter)

    @column("first failed")
    def first(self, letter: DeadLetter) -> str | None:
        """When it failed first."""
        return moment(letter.first_at)

    @column("last failed")
    def last(self, letter: DeadLetter) -> str | None:
        """And last."""
        return moment(letter.last_at)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name that it has in the menu."""
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "title": "Failed tasks"})
        return response

    def get_urls(self) -> list[URLPattern]:
        """The buttons, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/requeue/", view(require_POST(self.requeue)), name="lib_deadletter_requeue"),
            path("<int:pk>/discard/", view(require_POST(self.discard)), name="lib_deadletter_discard"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one."""
        del form_url, extra_context
        letter: DeadLetter = self.row(request, object_id)
        return self.render(
            request,
            "console/dead_letter.html",
            title="Failed task",
            letter=letter,
            told=arguments(letter),
            may_requeue=may(request.user, Act.REQUEUE),
        )

    def requeue(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have it done again."""
        return self._act(request, pk, tasks.requeue, "It is being done again.")

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let it be."""
        return self._act(request, pk, tasks.discard, "It was discarded.")

    def _act(self, request: HttpRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
        allow(request, Act.REQUEUE)
        letter: DeadLetter = self.row(request, str(pk))
        act(letter, by=f"user:{request.user.pk}")
        messages.success(request, said)
        return HttpResponseRedirect(reverse(LIST))


def arguments(letter: DeadLetter) -> str:
    """The ids and names that a task was called with, as in a call of it."""
    named = (f"{name}={json.dumps(value)}" for name, value in letter.kwargs.items())
    return ", ".join([*map(json.dumps, letter.args), *named])

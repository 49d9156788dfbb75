"""Re-decisions in the console: who asked for one and what for, how far it is, and what came of it."""

from django.contrib import admin

from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.models import Redecision

COLOURS = {"finished": "success", "running": "info"}


@admin.register(Redecision)
class RedecisionAdmin(ReadOnlyAdmin):
    """Runs, the newest first. `manage.py redecide` starts one."""

    list_display = ("why", "state", "progress", "decided", "passed_over", "asked_by", "began", "ended")
    fields = list_display
    readonly_fields = list_display
    ordering = ("-pk",)

    @column(label=COLOURS)
    def state(self, run: Redecision) -> str:
        """Whether it is done."""
        return "finished" if run.finished_at else "running"

    @column()
    def progress(self, run: Redecision) -> str:
        """How far it has come."""
        return f"{run.percent} %"

    @column()
    def began(self, run: Redecision) -> str | None:
        """When it was asked for."""
        return moment(run.asked_at)

    @column()
    def ended(self, run: Redecision) -> str | None:
        """When the last account was decided."""
        return moment(run.finished_at)

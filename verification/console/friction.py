"""Whom signing up costs how much: the friction report as a page."""

import csv

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from verification.console.readonly import ReadOnlyAdmin
from verification.console.trends import CHOICES, chart_of
from verification.friction.reading import DAYS, read
from verification.friction.tables import TITLES, alarms, cells, overturned_rows, rows
from verification.friction_models import FrictionTally


@admin.register(FrictionTally)
class FrictionAdmin(ReadOnlyAdmin):
    """What was counted of each group and day, the newest first; and the report that it is for."""

    list_display = ("day", "dimension", "value", "allow", "challenge", "review", "deny", "followed", "abusive")
    ordering = ("-day", "-id")

    def get_urls(self) -> list[URLPattern]:
        """The page of the report, beside Django's own."""
        page = path("report/", self.admin_site.admin_view(self.report), name="verification_frictiontally_report")
        view = self.admin_site.admin_view(self.export)
        export = path("trends/<str:name>.csv", view, name="verification_frictiontally_export")
        return [page, export, *super().get_urls()]

    def export(self, request: HttpRequest, name: str) -> HttpResponse:
        """The rows of one chart of the first page, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = next((days for days in CHOICES if str(days) == request.GET.get("days")), CHOICES[0])
        chart = chart_of(name, timezone.now(), days=days)
        if chart is None:
            raise Http404
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="gatehouse-{name}-{days}-days.csv"'
        writer = csv.writer(answer)
        writer.writerows([chart.header, *chart.rows])
        return answer

    def report(self, request: HttpRequest) -> HttpResponse:
        """The page for the days that were chosen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        reading = read(timezone.now(), days=_days(request.GET.get("days")))
        return self.render(
            request,
            "console/friction.html",
            title="Friction",
            reading=reading,
            choices=DAYS,
            columns=list(TITLES.values()),
            everybody=list(zip(TITLES.values(), cells(reading.report.overall), strict=True)),
            tables=list(rows(reading.report)),
            alarms=alarms(reading.report),
            overturned=overturned_rows(reading.appeals),
        )


def _days(given: str | None) -> int:
    return next((days for days in DAYS if str(days) == given), DAYS[0])

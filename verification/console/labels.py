"""Labels, and what they say of the scores: whether these mean what they say."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from risk.learning.calibration import AXIS, calibrate, figures_of, lines_of, picture
from risk.models import Label
from tiers.models import Account
from verification.calibration import MATURITY, Choice, NothingLabelled, read
from verification.console.readonly import ReadOnlyAdmin, column, moment

MOST = 20_000  # accounts that the page reads, the newest; the command reads as many as it is told
SECONDS = 5.0  # that it reads for, at most

SAYS_COLOURS = {"abusive": "danger", "honest": "success", "taken back": "warning"}


@admin.register(Label)
class LabelAdmin(ReadOnlyAdmin):
    """What reports and words said, the newest first."""

    list_display = ("account", "says", "source_label", "trust", "happened", "known")
    fields = ("account", "says", "source_label", "trust", "reference", "happened", "known")
    readonly_fields = fields
    ordering = ("-id",)

    @column()
    def account(self, label: Label) -> str | None:
        """The caller's own id."""
        name: str | None = getattr(label, "account_name", None)
        return name

    @column(label=SAYS_COLOURS)
    def says(self, label: Label) -> str:
        """What it says."""
        if label.takes_back_id is not None:
            return "taken back"
        return "abusive" if label.abuse else "honest"

    @column("source")
    def source_label(self, label: Label) -> str:
        """Who says so."""
        return label.source.replace("_", " ")

    @column()
    def happened(self, label: Label) -> str | None:
        """When it happened."""
        return moment(label.at)

    @column()
    def known(self, label: Label) -> str | None:
        """When it was heard of."""
        return moment(label.known_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Label]:
        """With the account's own id, which risk does not know."""
        labels: QuerySet[Label] = super().get_queryset(request)
        names = Account.objects.filter(pk=OuterRef("subject")).values("account_id")
        return labels.annotate(account_name=Subquery(names))

    def get_urls(self) -> list[URLPattern]:
        """The page of the calibration, beside Django's own."""
        page = path("calibration/", self.admin_site.admin_view(self.calibration), name="risk_label_calibration")
        return [page, *super().get_urls()]

    def calibration(self, request: HttpRequest) -> HttpResponse:
        """Measured when it is asked for, over a bounded number of accounts and for a bounded time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.render(request, "console/calibration.html", title="Calibration", **_measured())


def _measured() -> dict[str, Any]:
    bounds = {"most": f"{MOST:,}", "seconds": f"{SECONDS:.0f}", "maturity": MATURITY}
    try:
        history = read(Choice(known_by=timezone.now(), most=MOST, seconds=SECONDS))
    except NothingLabelled as error:
        return {**bounds, "refusal": str(error)}
    calibration = calibrate(history.rows)
    return {
        **bounds,
        "calibration": calibration,
        "late": history.cut_short and calibration.n < MOST,
        "figures": figures_of(calibration, labelled=history.labelled),
        "lines": lines_of(calibration),
        "picture": picture(calibration),
        "axis": AXIS,
    }

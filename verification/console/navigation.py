"""What UNFOLD in settings calls: the menu at the side, the colours, and where this install stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from verification.console.waiting import waiting_cases

BADGE_MOST = 99

Entry = tuple[str, str, str]  # title, icon of Material Symbols, model; or a page of the model's, after a slash

MENU: Mapping[str, Sequence[Entry]] = {
    "": (
        ("Signups", "how_to_reg", "verification.signup"),
        ("Cases", "inbox", "verification.case"),
        ("Rings", "hub", "risk.ring"),
    ),
    "Judgement": (
        ("Policies", "rule", "risk.storedpolicy"),
        ("Policy runs", "published_with_changes", "verification.policyrun"),
        ("Lists", "format_list_bulleted", "risk.listentry"),
        ("Backtests", "science", "verification.backtestrun"),
        ("Calibration", "ssid_chart", "risk.label/calibration"),
        ("Friction", "balance", "verification.frictiontally/report"),
        ("Labels", "label", "risk.label"),
        ("Probing", "troubleshoot", "verification.probing"),
        ("Golden accounts", "verified", "verification.golden"),
        ("Retention", "auto_delete", "verification.retentionwalk"),
    ),
    "Records": (
        ("Events", "stream", "verification.event"),
        ("Messages", "outgoing_mail", "verification.inboxmessage"),
        ("Codes to phones", "sms", "verification.message"),
        ("Failed tasks", "report", "lib.deadletter"),
        ("Audit log", "history_edu", "lib.auditentry"),
    ),
    "Access": (
        ("API keys", "key", "lib.apikey"),
        ("Webhooks", "webhook", "verification.webhookendpoint"),
        ("Users", "person", "auth.user"),
        ("Groups", "group", "auth.group"),
    ),
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu, with what this user may look at."""
    groups = [
        _group(title, [_item(*entry) for entry in entries if _may(request, entry)]) for title, entries in MENU.items()
    ]
    return [group for group in groups if group["items"]]


def _group(title: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The first group has no title, and the first page in it."""
    home = {"title": "Today", "icon": "monitoring", "link": reverse("admin:index")}
    return {"title": title, "separator": bool(title), "items": items if title else [home, *items]}


def _item(title: str, icon: str, of: str) -> dict[str, Any]:
    model, _, page = of.partition("/")
    link = reverse(f"admin:{model.replace('.', '_')}_{page or 'changelist'}")
    item: dict[str, Any] = {"title": title, "icon": icon, "link": link}
    if model == "risk.label" and not page:
        # Unfold takes every address below the table's for the table; the calibration's is no row of it.
        item["active"] = lambda request: request.path.startswith(link) and not request.path.endswith("/calibration/")
    if model == "verification.case":
        item |= {"badge": "verification.console.navigation.open_cases", "badge_variant": "warning"}
    return item


def _may(request: HttpRequest, entry: Entry) -> bool:
    app, _, name = entry[2].partition("/")[0].partition(".")
    return request.user.has_perm(f"{app}.view_{name}")


def own(request: HttpRequest) -> list[dict[str, str]]:
    """What stands under somebody's name: what is theirs alone."""
    password = {"title": "Change password", "link": reverse("admin:password_change")}
    mine = {"title": "How you sign in", "link": reverse("own-sign-in")}
    if not request.user.is_authenticated:
        return []
    return [mine, password] if request.user.has_usable_password() else [mine]


def open_cases(request: HttpRequest) -> str:
    """How many cases wait, up to what a badge has room for."""
    del request
    waiting = waiting_cases().order_by()[: BADGE_MOST + 1].count()  # which of them is all the same
    return str(waiting) if waiting <= BADGE_MOST else f"{BADGE_MOST}+"


def environment(request: HttpRequest) -> list[str] | None:
    """A label beside the title where this is no production install."""
    del request
    return ["Development", "warning"] if settings.DEVELOPMENT else None


def colours(request: HttpRequest) -> dict[str, dict[str, str]]:
    """None here: unfold would write them into the page as an inline style; console.css has them."""
    del request
    return {}


def stylesheet(request: HttpRequest) -> str:
    """Our own looks, beside unfold's."""
    del request
    return static("console.css")


def script(request: HttpRequest) -> str:
    """Our own keys."""
    del request
    return static("console.js")


def icon(request: HttpRequest) -> str:
    """What stands in the browser's tab."""
    del request
    return static("console.svg")

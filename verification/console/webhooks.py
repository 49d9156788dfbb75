"""Webhook endpoints in the console: the list, the page of one with its log, and what those who may do there."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from verification.console import webhook_log
from verification.console.permissions import Act, allow, may
from verification.console.readonly import MenuFilter, ReadOnlyAdmin, column, moment
from verification.console.webhook_acts import ReplayForm, RotateForm, change_form, forms_of, new_form
from verification.tasks import catch_up_soon, turn_soon
from verification.webhook_models import DeliveryStatus, DisabledWhy, WebhookDelivery, WebhookEndpoint
from verification.webhooks import endpoints, keys, replaying
from verification.webhooks.endpoints import EndpointRefused
from verification.webhooks.replaying import EndpointOff

COLOURS = {"on": "success", "off: asked": "warning", "off: gone": "danger", "off: failing": "danger"} | {
    "catching up": "info",
    "on, failing": "warning",
    "on, nobody answers": "warning",
}
URL_SHOWN = 60  # characters of it in the list


class StateFilter(MenuFilter):
    """Whether events are sent there."""

    title = "state"
    parameter_name = "state"
    lookup = ""

    def menu(self) -> Sequence[str]:
        """Three."""
        return ("on", "off", "failing")

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> QuerySet[WebhookEndpoint]:
        """Failing ones are on, or off because of it."""
        del request
        states = {
            "on": Q(disabled_at=None),
            "off": Q(disabled_at__isnull=False),
            "failing": Q(pk__in=endpoints.in_trouble().values("pk")),
        }
        chosen = states.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class ModeFilter(MenuFilter):
    """Whose events."""

    title = "mode"
    parameter_name = "mode"
    lookup = "test"

    def menu(self) -> Sequence[str]:
        """Two."""
        return ("live", "test")

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> QuerySet[WebhookEndpoint]:
        """Those of the chosen mode."""
        del request
        return queryset.filter(test=self.value() == "test") if self.value() in self.menu() else queryset


def page_of(endpoint_pk: int) -> str:
    """The address of an endpoint's page."""
    return reverse("admin:verification_webhookendpoint_change", args=[endpoint_pk])


@admin.register(WebhookEndpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Endpoints, the newest first."""

    change_list_template = "console/webhooks.html"
    list_display = ("address", "state_label", "mode", "wants", "description", "created")
    list_filter = (StateFilter, ModeFilter)
    ordering = ("-pk",)

    @column("URL")
    def address(self, endpoint: WebhookEndpoint) -> str:
        """Where it is."""
        return endpoint.url if len(endpoint.url) <= URL_SHOWN else f"{endpoint.url[:URL_SHOWN]}..."

    @column("state", label=COLOURS)
    def state_label(self, endpoint: WebhookEndpoint) -> str:
        """How it stands."""
        return webhook_log.state_of(endpoint, timezone.now())[0]

    @column()
    def mode(self, endpoint: WebhookEndpoint) -> str:
        """Whose events."""
        return "test" if endpoint.test else "live"

    @column("events")
    def wants(self, endpoint: WebhookEndpoint) -> str:
        """What it wants."""
        return ", ".join(endpoint.events)

    @column()
    def created(self, endpoint: WebhookEndpoint) -> str | None:
        """When it was made."""
        return moment(endpoint.created_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        """Those that were not deleted."""
        del request
        return endpoints.standing().order_by("-pk")

    def get_urls(self) -> list[URLPattern]:
        """What people do, beside Django's own pages."""
        view, name = self.admin_site.admin_view, "verification_webhookendpoint"
        acts = (self.edit, self.switch, self.rotate, self.try_out, self.replay_range, self.remove)
        one = "<int:pk>/deliveries/<int:delivery>/"
        return [
            path("new/", view(self.new), name=f"{name}_new"),
            *(
                path(f"<int:pk>/{act.__name__}/", view(require_POST(act)), name=f"{name}_{act.__name__}")
                for act in acts
            ),
            path(one, view(self.delivery), name=f"{name}_delivery"),
            path(f"{one}replay/", view(require_POST(self.replay)), name=f"{name}_replay"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new one for those who may."""
        shown = {**(extra_context or {}), "title": "Webhooks", "may_manage": may(request.user, Act.MANAGE_WEBHOOKS)}
        response: HttpResponse = super().changelist_view(request, shown)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one endpoint. `?status=` narrows its log, `?after=` goes on in it."""
        del form_url, extra_context
        return self._page(request, self._endpoint(request, object_id))

    def new(self, request: HttpRequest) -> HttpResponse:
        """Make an endpoint. Its secret is on the page that answers, and nowhere afterwards."""
        self._allowed(request)
        form = new_form(request.POST or None)
        if form.is_valid():
            try:
                endpoint, secret = form.create(by=_actor(request), at=timezone.now())
            except EndpointRefused as refused:
                form.add_error(None, f"{refused}.".capitalize())
            else:
                return self._page(request, endpoint, secret=secret)
        status = 422 if form.errors else 200
        return self.render(request, "console/webhook_new.html", form=form, title="New webhook endpoint", status=status)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change its URL, events or description."""
        endpoint = self._mine(request, pk)
        form = change_form(endpoint, request.POST)
        if not form.is_valid():
            return self._page(request, endpoint, changing=form)
        form.change(endpoint, by=_actor(request))
        messages.success(request, "Changed. What waits goes to it as it is now.")
        return HttpResponseRedirect(page_of(pk))

    def switch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Turn it off, or on: `to` says which, so that of two clicks the second changes nothing."""
        endpoint, now = self._mine(request, pk), timezone.now()
        if request.POST.get("to") == "off":
            endpoints.turn_off(endpoint, why=DisabledWhy.ASKED, at=now, by=_actor(request))
            messages.success(request, "It is off. What waits is held for three days.")
        elif request.POST.get("to") == "on":
            endpoints.turn_on(endpoint, by=_actor(request), at=now)
            catch_up_soon(pk)
            messages.success(request, "It is on. First it gets what it missed, of three days at the most.")
        return HttpResponseRedirect(page_of(pk))

    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it a new key. The secret is on the page that answers, and nowhere afterwards."""
        endpoint, form = self._mine(request, pk), RotateForm(request.POST)
        if form.is_valid():
            try:
                secret = form.rotate(endpoint, by=_actor(request), at=timezone.now())
            except EndpointRefused as refused:
                form.add_error(None, f"{refused}.".capitalize())
            else:
                return self._page(request, endpoint, secret=secret)
        return self._page(request, endpoint, rotating=form)

    def try_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it an event of its own, and show what comes of it."""
        endpoint = self._mine(request, pk)
        try:
            delivery = replaying.try_out(endpoint, by=_actor(request), at=timezone.now())
        except EndpointOff:
            return self._off(request, pk)
        turn_soon(pk)
        return HttpResponseRedirect(reverse("admin:verification_webhookendpoint_delivery", args=[pk, delivery.pk]))

    def replay_range(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send again what happened in a time."""
        endpoint, form = self._mine(request, pk), ReplayForm(request.POST)
        if not form.is_valid():
            return self._page(request, endpoint, replaying=form)
        try:
            replayed = form.replay(endpoint, by=_actor(request), at=timezone.now())
        except EndpointOff:
            return self._off(request, pk)
        turn_soon(pk)
        messages.success(request, f"{replayed:,} are sent again, the earliest first.")
        return HttpResponseRedirect(page_of(pk))

    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it."""
        endpoint = self._mine(request, pk)
        endpoints.delete(endpoint, by=_actor(request), at=timezone.now())
        messages.success(request, "It is deleted. What waited for it is given up.")
        return HttpResponseRedirect(reverse("admin:verification_webhookendpoint_changelist"))

    def delivery(self, request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
        """The page of one delivery: what is sent, and every attempt."""
        endpoint = self._endpoint(request, str(pk))
        row = self._delivery(endpoint, delivery)
        response = self.render(
            request,
            "console/webhook_delivery.html",
            title=row.event.type,
            endpoint=endpoint,
            line=webhook_log.line_of(row),
            delivery=row,
            tries=webhook_log.tries_of(row),
            body=webhook_log.body_of(row),
            may_replay=may(request.user, Act.MANAGE_WEBHOOKS) and endpoint.disabled_at is None,
        )
        if row.status == DeliveryStatus.WAITING and row.tries == 0:
            response["Refresh"] = "2"
        return response

    def replay(self, request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
        """Send one again."""
        row = self._delivery(self._mine(request, pk), delivery)
        try:
            replaying.replay(row, by=_actor(request), at=timezone.now())
        except EndpointOff:
            return self._off(request, pk)
        turn_soon(pk)
        return HttpResponseRedirect(reverse("admin:verification_webhookendpoint_delivery", args=[pk, delivery]))

    def _off(self, request: HttpRequest, pk: int) -> HttpResponse:
        messages.error(request, "It is off: turn it on first.")
        return HttpResponseRedirect(page_of(pk))

    def _allowed(self, request: HttpRequest) -> None:
        allow(request, Act.MANAGE_WEBHOOKS)

    def _mine(self, request: HttpRequest, pk: int) -> WebhookEndpoint:
        self._allowed(request)
        return self._endpoint(request, str(pk))

    def _endpoint(self, request: HttpRequest, object_id: str) -> WebhookEndpoint:
        endpoint: WebhookEndpoint = self.row(request, object_id)
        return endpoint

    def _delivery(self, endpoint: WebhookEndpoint, pk: int) -> WebhookDelivery:
        row = webhook_log.with_attempts(endpoint.deliveries.filter(pk=pk)).first()
        if row is None:
            raise Http404
        return row

    def _page(
        self, request: HttpRequest, endpoint: WebhookEndpoint, *, secret: str = "", **came_back: Form
    ) -> HttpResponse:
        """`came_back` are forms with errors, which stand in their places: changing, rotating, replaying."""
        now = timezone.now()
        state, colour = webhook_log.state_of(endpoint, now)
        return self.render(
            request,
            "console/webhook.html",
            status=422 if came_back else 200,
            title="Webhook endpoint",
            endpoint=endpoint,
            state=state,
            colour=colour,
            secret=secret,
            public_keys=[each for key in endpoints.keys_of(endpoint, at=now) if (each := keys.public_of(key))],
            may_manage=may(request.user, Act.MANAGE_WEBHOOKS),
            log=webhook_log.page_of(endpoint, request.GET),
            **{**forms_of(endpoint), **came_back},
        )


def _actor(request: HttpRequest) -> str:
    return f"user:{request.user.pk}"

"""/v1/webhook-endpoints/{id}/deliveries and what sends them again: the log of an endpoint."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import requires
from config.lib.cursors import page_of
from config.lib.errors import INVALID, declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from verification.api.webhook_endpoints import actor, found
from verification.intake import warnings_of
from verification.tasks import turn_soon
from verification.webhook_models import DeliveryStatus, Result, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from verification.webhooks import messages, replaying
from verification.webhooks.replaying import EndpointOff, Range

ENDPOINT_OFF = declare(
    code="webhook_endpoint_disabled",
    status=409,
    title="The endpoint is disabled, and nothing is sent to it",
    fix="Send disabled false to it first.",
)


class AttemptAnswer(serializers.ModelSerializer[WebhookAttempt]):
    result = serializers.ChoiceField(list(Result))
    status = serializers.IntegerField(allow_null=True, help_text="Of HTTP; null where there was no answer.")
    excerpt = serializers.SerializerMethodField(
        help_text="The begin of the answer, with what could be personal masked; empty where it said nothing."
    )

    class Meta:
        model = WebhookAttempt
        fields = ("at", "result", "status", "milliseconds", "excerpt")

    def get_excerpt(self, attempt: WebhookAttempt) -> str:
        """As it was kept."""
        return attempt.excerpt or ""


class DeliveryAnswer(serializers.ModelSerializer[WebhookDelivery]):
    """One event on its way to one endpoint."""

    id = serializers.CharField(source="public_id")
    webhook_id = serializers.SerializerMethodField(help_text="The header webhook-id that it is sent with.")
    type = serializers.CharField(source="event.type")
    account_id = serializers.SerializerMethodField()
    happened_at = serializers.DateTimeField(source="at")
    status = serializers.ChoiceField(list(DeliveryStatus))
    tries = serializers.IntegerField(help_text="Since it was made or last replayed.")
    next_try_at = serializers.SerializerMethodField(help_text="Not before then; null where it is not tried again.")
    settled_at = serializers.DateTimeField(allow_null=True, help_text="When it was delivered or given up.")
    attempts = AttemptAnswer(many=True, help_text="The newest first.")

    class Meta:
        model = WebhookDelivery
        fields = (
            *("id", "webhook_id", "type", "account_id", "happened_at", "status", "tries"),
            *("next_try_at", "settled_at", "attempts"),
        )

    def get_webhook_id(self, delivery: WebhookDelivery) -> str:
        """The same for each endpoint and try."""
        return messages.message_id(delivery.event)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_account_id(self, delivery: WebhookDelivery) -> str | None:
        """Your own id; none of events of no account."""
        account: str | None = delivery.event.data.get("account_id")
        return account

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_try_at(self, delivery: WebhookDelivery) -> datetime | None:
        """While it waits."""
        return delivery.due_at if delivery.status == DeliveryStatus.WAITING else None


class DeliveriesAnswer(serializers.Serializer[Any]):
    items = DeliveryAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page; null: the last one.")


class DeliveriesQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(list(DeliveryStatus), required=False)


class ReplayRequest(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="Events that happened then or later.")
    until = serializers.DateTimeField(required=False, help_text="And before then; left out: now.")
    status = serializers.ChoiceField(
        [DeliveryStatus.GIVEN_UP, DeliveryStatus.DELIVERED, "all"],
        default=DeliveryStatus.GIVEN_UP,
        help_text="Which: those given up, those delivered, or both.",
    )


class ReplayAnswer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField(help_text=f"At most {replaying.REPLAYED_MOST} by one call.")
    next_since = serializers.DateTimeField(allow_null=True, help_text="Where there are more: since for the next call.")
    warnings = serializers.ListField(child=serializers.CharField())


class DeliveriesView(APIView):
    """The log of an endpoint."""

    permission_classes = [requires("webhooks:read")]

    @extend_schema(
        operation_id="listWebhookDeliveries",
        summary="What was sent to an endpoint and what is to be, the newest first",
        parameters=[DeliveriesQuery, OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: DeliveriesAnswer, **PROBLEMS},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Each with its attempts."""
        query = DeliveriesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = log_of(found(request, endpoint_id))
        if "status" in query.validated_data:
            rows = rows.filter(status=query.validated_data["status"])
        return Response(page_of(rows, request, order="-id", serializer=DeliveryAnswer))


class DeliveryView(APIView):
    """One delivery."""

    permission_classes = [requires("webhooks:read")]

    @extend_schema(
        operation_id="readWebhookDelivery", summary="One delivery", responses={200: DeliveryAnswer, **PROBLEMS}
    )
    def get(self, request: Request, endpoint_id: str, delivery_id: str) -> Response:
        """With its attempts."""
        return Response(DeliveryAnswer(_delivery(request, endpoint_id, delivery_id)).data)


class ReplayView(IdempotentMixin, APIView):
    """Where one delivery is sent again."""

    permission_classes = [requires("webhooks:write")]

    @extend_schema(
        operation_id="replayWebhookDelivery",
        summary="Send a delivery again, under the same webhook-id",
        request=None,
        responses={202: DeliveryAnswer, **PROBLEMS},
    )
    def post(self, request: Request, endpoint_id: str, delivery_id: str) -> Response:
        """With all its tries before it; one that waits is tried now."""
        delivery = _delivery(request, endpoint_id, delivery_id)
        try:
            replaying.replay(delivery, by=actor(request), at=timezone.now())
        except EndpointOff:
            raise ENDPOINT_OFF.problem() from None
        turn_soon(delivery.endpoint_id)
        return Response(DeliveryAnswer(_delivery(request, endpoint_id, delivery_id)).data, status=202)


class ReplayRangeView(IdempotentMixin, APIView):
    """Where what happened in a time is sent again."""

    permission_classes = [requires("webhooks:write")]

    @extend_schema(
        operation_id="replayWebhookDeliveries",
        summary="Send again what happened in a time: what was given up, unless you ask for more",
        request=ReplayRequest,
        responses={202: ReplayAnswer, **PROBLEMS},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """The earliest first; each account's in its order."""
        endpoint, now = found(request, endpoint_id), timezone.now()
        body = ReplayRequest(data=request.data)
        body.is_valid(raise_exception=True)
        chosen = _range(body.validated_data, now)
        try:
            replayed, since = replaying.replay_range(endpoint, chosen, by=actor(request), at=now)
        except EndpointOff:
            raise ENDPOINT_OFF.problem() from None
        turn_soon(endpoint.pk)
        answer = {"replayed": replayed, "next_since": since, "warnings": warnings_of(request.data, body)}
        return Response(answer, status=202)


class TestView(IdempotentMixin, APIView):
    """Where an endpoint is tried out."""

    permission_classes = [requires("webhooks:write")]

    @extend_schema(
        operation_id="testWebhookEndpoint",
        summary="Send an endpoint the event webhook_endpoint.tested, as all others are sent",
        request=None,
        responses={202: DeliveryAnswer, **PROBLEMS},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Look at the delivery a moment later for what came of it."""
        endpoint = found(request, endpoint_id)
        try:
            delivery = replaying.try_out(endpoint, by=actor(request), at=timezone.now())
        except EndpointOff:
            raise ENDPOINT_OFF.problem() from None
        turn_soon(endpoint.pk)
        return Response(DeliveryAnswer(_delivery(request, endpoint_id, delivery.public_id)).data, status=202)


def log_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """The deliveries of an endpoint with their events and attempts."""
    attempts = Prefetch("attempts", WebhookAttempt.objects.order_by("-pk"))
    return endpoint.deliveries.select_related("event", "endpoint").prefetch_related(attempts)


def _delivery(request: Request, endpoint_id: str, delivery_id: str) -> WebhookDelivery:
    delivery = log_of(found(request, endpoint_id)).filter(public_id=delivery_id).first()
    if delivery is None:
        raise Http404
    return delivery


def _range(told: dict[str, Any], now: datetime) -> Range:
    until = told.get("until") or now
    if told["since"] >= until:
        raise INVALID.problem(detail="since has to be before until.", field="since")
    both = (DeliveryStatus.DELIVERED, DeliveryStatus.GIVEN_UP)
    return Range(told["since"], until, both if told["status"] == "all" else (DeliveryStatus(told["status"]),))

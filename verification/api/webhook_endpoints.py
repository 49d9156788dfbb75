"""/v1/webhook-endpoints: where events go. Making and changing them, their keys, and trying one out."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.cursors import page_of
from config.lib.errors import Problem, declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from verification.intake import warnings_of
from verification.tasks import catch_up_soon
from verification.webhook_models import DESCRIPTION_MOST, URL_MOST, Algorithm, DisabledWhy, WebhookEndpoint
from verification.webhooks import endpoints, keys
from verification.webhooks.addresses import UrlRefused
from verification.webhooks.endpoints import KeysOverlap, TooMany, Wanted
from verification.webhooks.filters import ALL, FILTERS_MOST, unknown

OVERLAP_HOURS = int(endpoints.OVERLAP.total_seconds() // 3600)
OVERLAP_HOURS_MOST = int(endpoints.OVERLAP_MOST.total_seconds() // 3600)

URL_REFUSED = declare(
    code="webhook_url_refused",
    status=422,
    title="An endpoint cannot be at this URL",
    fix="Use https:// and a full public name, without a user, a password or a fragment.",
)
ENDPOINTS_FULL = declare(
    code="webhook_endpoints_full",
    status=409,
    title="There are as many webhook endpoints as there may be",
    fix=f"Delete one that is used no more; there may be {endpoints.ENDPOINTS_MOST} of each mode.",
)
KEYS_OVERLAP = declare(
    code="webhook_keys_overlap",
    status=409,
    title="The endpoint has two keys already",
    fix="Wait until old_key_ends_at, or send overlap_hours 0, which ends all keys but the new one at once.",
)


class EventsField(serializers.ListField):
    """Filters of events: each has to take in some event that there is."""

    child = serializers.CharField(max_length=60)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Refuse what nothing would ever come of."""
        filters = super().to_internal_value(data)
        if strange := unknown(filters):
            raise serializers.ValidationError(f"no event is called so: {', '.join(strange)}")
        return filters


class ChangeRequest(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=URL_MOST, required=False, help_text="https, at a public name.")
    events = EventsField(
        required=False,
        min_length=1,
        max_length=FILTERS_MOST,
        help_text="Types of docs/events.md, ring.* for a family, * for all.",
    )
    description = serializers.CharField(
        max_length=DESCRIPTION_MOST, required=False, allow_blank=True, help_text="For people; no personal value."
    )
    disabled = serializers.BooleanField(
        required=False, help_text="true: nothing is sent, and what waits is held; false: it goes on from there."
    )


class EndpointRequest(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=URL_MOST, help_text="https, at a public name.")
    events = EventsField(
        default=[ALL],
        min_length=1,
        max_length=FILTERS_MOST,
        help_text="Types of docs/events.md, ring.* for a family, * for all.",
    )
    description = serializers.CharField(
        max_length=DESCRIPTION_MOST, default="", allow_blank=True, help_text="For people; no personal value."
    )
    algorithm = serializers.ChoiceField(
        [(each, each) for each in Algorithm], default=Algorithm.HMAC, help_text="How messages are signed."
    )


class RotateRequest(serializers.Serializer[Any]):
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=OVERLAP_HOURS_MOST,
        default=OVERLAP_HOURS,
        help_text="How long the old key signs beside the new one; 0: it ends at once.",
    )
    algorithm = serializers.ChoiceField(
        [(each, each) for each in Algorithm], required=False, help_text="Left out: as before."
    )


class EndpointAnswer(serializers.ModelSerializer[WebhookEndpoint]):
    """An endpoint. Its secret is not among it: that is shown when it is made."""

    id = serializers.CharField(source="public_id")
    events = serializers.ListField(child=serializers.CharField())
    algorithm = serializers.ChoiceField(list(Algorithm))
    public_keys = serializers.SerializerMethodField(
        help_text="whpk_ of each ed25519 key that signs now, the newest first; none of HMAC."
    )
    disabled = serializers.SerializerMethodField()
    disabled_why = serializers.ChoiceField([*DisabledWhy, ""], help_text="asked, gone (it answered 410) or failing.")
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="Nothing was delivered since, though it was tried; null: all is well."
    )

    class Meta:
        model = WebhookEndpoint
        fields = (
            *("id", "url", "description", "events", "algorithm", "public_keys", "old_key_ends_at", "created_at"),
            *("disabled", "disabled_at", "disabled_why", "failing_since"),
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_public_keys(self, endpoint: WebhookEndpoint) -> list[str]:
        """Of those that sign now."""
        live = endpoints.keys_of(endpoint, at=timezone.now())
        return [public for key in live if (public := keys.public_of(key))]

    def get_disabled(self, endpoint: WebhookEndpoint) -> bool:
        """Whether it is off."""
        return endpoint.disabled_at is not None


class ChangedAnswer(EndpointAnswer):
    """An endpoint as it stands after a change."""

    warnings = serializers.ListField(child=serializers.CharField())

    class Meta(EndpointAnswer.Meta):
        fields = (*EndpointAnswer.Meta.fields, "warnings")  # type: ignore[assignment] # one more of them


class KeyAnswer(ChangedAnswer):
    """An endpoint with its new key."""

    secret = serializers.CharField(
        help_text="whsec_ of HMAC, shown this once; or whpk_ of ed25519, the public key, which may be seen by all."
    )

    class Meta(ChangedAnswer.Meta):
        fields = (*ChangedAnswer.Meta.fields, "secret")  # type: ignore[assignment] # one more of them


class EndpointsAnswer(serializers.Serializer[Any]):
    items = EndpointAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page; null: the last one.")


class _Scoped(APIView):
    """Looking and changing are opened by scopes of their own."""

    def get_permissions(self) -> list[Any]:
        """By method."""
        return [requires("webhooks:read" if self.request.method == "GET" else "webhooks:write")()]


class EndpointsView(IdempotentMixin, _Scoped):
    """The endpoints of the key's mode."""

    @extend_schema(
        operation_id="listWebhookEndpoints",
        summary="Where events go",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: EndpointsAnswer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """The newest first. A test key sees test endpoints, and no other."""
        every = endpoints.standing(test=in_test_mode(request))
        return Response(page_of(every, request, order="-id", serializer=EndpointAnswer))

    @extend_schema(
        operation_id="createWebhookEndpoint",
        summary="Have events sent to a URL. The answer has the secret, this once",
        request=EndpointRequest,
        responses={201: KeyAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """A test key makes an endpoint that gets what happens to test accounts."""
        body = EndpointRequest(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = Wanted(**body.validated_data, test=in_test_mode(request))
        try:
            endpoint, secret = endpoints.create(wanted, by=actor(request), at=timezone.now())
        except UrlRefused as refused:
            raise _url_refused(refused) from None
        except TooMany:
            raise ENDPOINTS_FULL.problem() from None
        return Response(with_key(endpoint, secret, warnings_of(request.data, body)), status=201)


class EndpointView(_Scoped):
    """One endpoint."""

    @extend_schema(
        operation_id="readWebhookEndpoint", summary="One endpoint", responses={200: EndpointAnswer, **PROBLEMS}
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Without its secret."""
        return Response(EndpointAnswer(found(request, endpoint_id)).data)

    @extend_schema(
        operation_id="changeWebhookEndpoint",
        summary="Change its URL, events or description, or turn it off and on",
        request=ChangeRequest,
        responses={200: ChangedAnswer, **PROBLEMS},
    )
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """What is left out stays. Turned on, it first gets what it missed, of three days at the most."""
        endpoint = found(request, endpoint_id)
        body = ChangeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        told = dict(body.validated_data)
        disabled = told.pop("disabled", None)
        if told:
            _change(endpoint, told, by=actor(request))
        if disabled is not None:
            _switch(endpoint, disabled=disabled, by=actor(request), at=timezone.now())
        return Response({**EndpointAnswer(endpoint).data, "warnings": warnings_of(request.data, body)})

    @extend_schema(
        operation_id="deleteWebhookEndpoint",
        summary="Send nothing more there; what waits is given up",
        request=None,
        responses={204: OpenApiResponse(description="It is gone."), **PROBLEMS},
    )
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Its log is found no more. Told again, there is no such endpoint."""
        endpoints.delete(found(request, endpoint_id), by=actor(request), at=timezone.now())
        return Response(status=204)


class RotateView(IdempotentMixin, APIView):
    """Where an endpoint gets a new key."""

    permission_classes = [requires("webhooks:write")]

    @extend_schema(
        operation_id="rotateWebhookKey",
        summary="Give an endpoint a new key, shown this once; the old one signs beside it for a while",
        request=RotateRequest,
        responses={200: KeyAnswer, **PROBLEMS},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """While both live, each message has a signature by each."""
        endpoint, now = found(request, endpoint_id), timezone.now()
        body = RotateRequest(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        try:
            secret = endpoints.rotate(
                endpoint,
                Algorithm(told.get("algorithm", endpoint.algorithm)),
                overlap=timedelta(hours=told["overlap_hours"]),
                by=actor(request),
                at=now,
            )
        except KeysOverlap:
            raise KEYS_OVERLAP.problem() from None
        return Response(with_key(endpoint, secret, warnings_of(request.data, body)))


def found(request: Request, endpoint_id: str) -> WebhookEndpoint:
    """The endpoint of an id. Raises Http404 where there is none, or none of the key's mode."""
    endpoint = endpoints.standing(test=in_test_mode(request)).filter(public_id=endpoint_id).first()
    if endpoint is None:
        raise Http404
    return endpoint


def actor(request: Request) -> str:
    """As the audit log names a key."""
    return f"key:{key_of(request).public_id}"


def with_key(endpoint: WebhookEndpoint, secret: str, warnings: list[str]) -> dict[str, Any]:
    """An endpoint with what its receiver verifies by."""
    return {**EndpointAnswer(endpoint).data, "warnings": warnings, "secret": secret}


def _change(endpoint: WebhookEndpoint, told: dict[str, Any], *, by: str) -> None:
    try:
        endpoints.change(endpoint, told, by=by)
    except UrlRefused as refused:
        raise _url_refused(refused) from None


def _switch(endpoint: WebhookEndpoint, *, disabled: bool, by: str, at: datetime) -> None:
    if disabled:
        endpoints.turn_off(endpoint, why=DisabledWhy.ASKED, at=at, by=by)
    else:
        endpoints.turn_on(endpoint, by=by, at=at)
        catch_up_soon(endpoint.pk)


def _url_refused(refused: UrlRefused) -> Problem:
    return URL_REFUSED.problem(detail=str(refused), field="url")

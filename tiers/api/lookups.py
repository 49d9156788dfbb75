"""POST /v1/tiers/lookup and GET /v1/gateway/authorize. At the door they are answered faster (tiers.door)."""

import time
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import ApiKeyAuthentication, in_test_mode, key_of, requires
from config.lib.errors import Problem, respond, translate
from config.lib.idempotency import IdempotentMixin
from config.lib.metering import MeteredThrottle, meter_of
from config.lib.schema import PROBLEMS, problems
from tiers.api.entitlements import EntitlementsField
from tiers.copies import copies_of
from tiers.gateway import (
    ACCOUNT_HEADER,
    ACCOUNT_MISSING,
    ACCOUNT_QUERY,
    KEY_HEADER,
    UNDECIDED,
    cache_control,
    heard,
    permit,
    refusal,
    told,
)
from tiers.lookup import Basis

MOST_IDS: Final = 1000
METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options")
ETAG: Final = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 304], description="Strong.")


class TierSerializer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    tier = serializers.CharField()
    limits = serializers.DictField(child=serializers.IntegerField())
    budget_key = serializers.CharField(help_text="Whose quota the account draws on; accounts of one ring share one.")
    version = serializers.IntegerField(help_text="Rises with each change of tier or budget key.")
    expires = serializers.DateTimeField(
        allow_null=True, help_text="When the first of the proofs behind the tier lapses and it is decided anew."
    )
    basis = serializers.ChoiceField(list(Basis), help_text="current, or what goes on while the database is away.")
    entitlements = EntitlementsField(help_text="As the policy names them; models and scopes are what is allowed.")
    override_until = serializers.DateTimeField(allow_null=True, help_text="Set by hand until then; null: it is not.")


class FoundTierSerializer(serializers.Serializer[Any]):
    """One account of a lookup; all but the first two are null where there is no such account."""

    account_id = serializers.CharField()
    known = serializers.BooleanField()
    tier = serializers.CharField(allow_null=True)
    limits = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    budget_key = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    expires = serializers.DateTimeField(allow_null=True)
    basis = serializers.ChoiceField(list(Basis), allow_null=True)
    entitlements = EntitlementsField(allow_null=True)
    override_until = serializers.DateTimeField(allow_null=True)


class LookupRequest(serializers.Serializer[Any]):
    account_ids = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False), min_length=1, max_length=MOST_IDS
    )


class LookupAnswer(serializers.Serializer[Any]):
    items = FoundTierSerializer(many=True, help_text="In the order of the ids asked for, each as often as asked for.")
    warnings = serializers.ListField(child=serializers.CharField())


class AnyAccept(BaseContentNegotiation):
    """One form for everybody: what the person's browser accepts goes to the gateway, and is not meant for us."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """By the media type of the body, as always."""
        return next((parser for parser in parsers if request.content_type.startswith(parser.media_type)), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The first."""
        return renderers[0], renderers[0].media_type


class LookupView(IdempotentMixin, APIView):
    """The tiers of many accounts."""

    permission_classes = [requires("tiers:read")]
    throttle_classes = [MeteredThrottle]

    @extend_schema(
        operation_id="lookUpTiers",
        summary="Which tiers accounts have, up to 1,000 at once",
        request=LookupRequest,
        responses={200: LookupAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """One that is unknown has the same form as the others."""
        body = LookupRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data["account_ids"]
        meter = meter_of(key_of(request))
        if not meter.spend(len(asked) - 1):  # one is spent already
            raise meter.refusal()
        unknown = sorted(set(request.data) - {"account_ids"})
        found = copies_of(test=in_test_mode(request)).renewed(list(dict.fromkeys(asked)), anew=True)
        return Response(
            {
                "items": [told(name, found[name].answer) for name in asked],
                "warnings": [f"unknown field: {name[:100]}" for name in unknown[:20]],
            }
        )


class GatewayKeyAuthentication(ApiKeyAuthentication):
    """The gateway's own key in X-Gatehouse-Key where it sends one, and else in Authorization."""

    def token(self, request: Request) -> str | None:
        """The key that the call brings."""
        return request.headers.get(KEY_HEADER) or super().token(request)


class AuthorizeView(APIView):
    """A gateway's question before each request. Any method: Envoy asks with that of the request, below this address."""

    authentication_classes = [GatewayKeyAuthentication]
    permission_classes = [requires("tiers:read")]
    throttle_classes = [MeteredThrottle]
    content_negotiation_class = AnyAccept
    http_method_names = list(METHODS)

    @extend_schema(
        operation_id="authorize",
        summary="Whether an account's request may pass, answered in headers",
        parameters=[
            OpenApiParameter(ACCOUNT_HEADER, str, OpenApiParameter.HEADER, description="Set by the gateway."),
            OpenApiParameter(ACCOUNT_QUERY, str, description="In place of the header."),
            OpenApiParameter(KEY_HEADER, str, OpenApiParameter.HEADER, description="In place of Authorization."),
            *(
                OpenApiParameter(f"X-Gatehouse-{name}", str, OpenApiParameter.HEADER, response=[200])
                for name in ("Tier", "Budget-Key", "Version", "Expires", "Basis", "Entitlements")
            ),
        ],
        responses={200: OpenApiResponse(description="Let it through."), **problems(401, 403)},
    )
    def get(self, request: Request, rest: str | None = None) -> HttpResponse:
        """Below the address there is the person's own query, which names nobody."""
        asked = heard(request.headers.get(ACCOUNT_HEADER, ""))
        if not asked and rest is None:
            asked = request.query_params.get(ACCOUNT_QUERY, "")
        if not asked:
            raise ACCOUNT_MISSING.problem()
        copy = copies_of(test=in_test_mode(request)).renewed([asked], anew=True)[asked]
        refused = refusal(copy)
        if refused is not None or copy.answer is None:
            raise refused or UNDECIDED
        headers = {**dict(permit(copy.answer)), "Cache-Control": cache_control(copy, time.monotonic())}
        return HttpResponse(headers=headers)

    @extend_schema(exclude=True)
    def same(self, request: Request, rest: str | None = None) -> HttpResponse:
        """As `get`: the method is that of the person's request."""
        return self.get(request, rest)

    head = post = put = patch = delete = same
    options = same  # type: ignore[assignment] # and not what views answer to it of themselves

    def handle_exception(self, exc: Exception) -> Any:
        """What is neither 401 nor 403 is one of them: a proxy would take anything else for a fault of its own."""
        problem = translate(exc)
        if problem.kind.status not in (401, 403):
            problem = Problem(UNDECIDED.kind, headers={**UNDECIDED.headers, **problem.headers})
        return _answered(problem, self.request)


def _answered(problem: Problem, request: Request | HttpRequest) -> Any:
    return respond(problem, request._request if isinstance(request, Request) else request)  # noqa: SLF001 - no public name

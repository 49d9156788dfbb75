"""GET /v1/accounts/{account_id}/tier, /v1/accounts/{account_id} and /v1/tiers."""

import time
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.cursors import page_of
from config.lib.metering import MeteredThrottle
from config.lib.schema import PROBLEMS
from tiers.api.lookups import ETAG, AnyAccept, TierSerializer
from tiers.copies import copies_of
from tiers.gateway import cache_control, has_tag
from tiers.models import Account
from tiers.standing import ladder


class TierView(APIView):
    """The tier of one account, read now. At the door it is answered faster (tiers.door)."""

    permission_classes = [requires("tiers:read")]
    throttle_classes = [MeteredThrottle]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="getTier",
        summary="Which tier an account has",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, required=False), ETAG],
        responses={200: TierSerializer, 304: None, **PROBLEMS},
    )
    def get(self, request: Request, account_id: str) -> HttpResponse:
        """The tier now, or 304 when the caller has it already."""
        copy = copies_of(test=in_test_mode(request)).renewed([account_id], anew=True)[account_id]
        found = copy.answer
        if found is None:
            raise Http404
        headers = {"ETag": found.etag, "Cache-Control": cache_control(copy, time.monotonic())}
        if has_tag(request.headers.get("If-None-Match", ""), found.etag):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(found.body, content_type="application/json", headers=headers)


class GrantSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    tier = serializers.CharField()
    cause = serializers.CharField()
    version = serializers.IntegerField()


class AccountSerializer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    tier = serializers.CharField()
    outcome = serializers.CharField()
    score = serializers.FloatField()
    held = serializers.BooleanField()
    budget_key = serializers.CharField()
    version = serializers.IntegerField()


class AccountView(APIView):
    """One account as it stands."""

    permission_classes = [requires("signups:read")]

    @extend_schema(operation_id="getAccount", summary="An account", responses={200: AccountSerializer, **PROBLEMS})
    def get(self, request: Request, account_id: str) -> Response:
        """The account by the caller's own id."""
        return Response(AccountSerializer(_account(request, account_id)).data)


class GrantsPage(serializers.Serializer[Any]):
    items = GrantSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class GrantsView(APIView):
    """The tier history of one account."""

    permission_classes = [requires("signups:read")]

    @extend_schema(
        operation_id="listGrants",
        summary="An account's tier history, the newest first",
        parameters=[OpenApiParameter("cursor", str, required=False), OpenApiParameter("limit", int, required=False)],
        responses={200: GrantsPage, **PROBLEMS},
    )
    def get(self, request: Request, account_id: str) -> Response:
        """A page of grants."""
        return Response(
            page_of(_account(request, account_id).grants.all(), request, order="-version", serializer=GrantSerializer)
        )


class RungSerializer(serializers.Serializer[Any]):
    tier = serializers.CharField()
    needs = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    worst_outcome = serializers.CharField()
    limits = serializers.DictField(child=serializers.IntegerField())


class LadderSerializer(serializers.Serializer[Any]):
    items = RungSerializer(many=True)


class LadderView(APIView):
    """The ladder in force."""

    permission_classes = [requires("tiers:read")]

    @extend_schema(operation_id="listTiers", summary="The ladder", responses={200: LadderSerializer, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """Every rung from the top, with any one of the sets of proofs that open it."""
        rungs = [
            {
                "tier": rung.tier,
                "needs": [sorted(need) for need in rung.needs],
                "worst_outcome": rung.worst,
                "limits": dict(rung.limits),
            }
            for rung in ladder().rungs
        ]
        return Response({"items": rungs})


def _account(request: Request, account_id: str) -> Account:
    account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
    if account is None:
        raise Http404
    return account

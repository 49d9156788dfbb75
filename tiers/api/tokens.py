"""POST /v1/accounts/{account_id}/tier-token."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from tiers.lookup import look_up
from tiers.tokens import issue


class TierTokenSerializer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    tier = serializers.CharField()
    version = serializers.IntegerField()
    token = serializers.CharField(help_text="A JWT (EdDSA), for the application of the key that asked.")
    expires_at = serializers.DateTimeField()


class TierTokenView(IdempotentMixin, APIView):
    """Where a product has an account's tier signed, for gateways that ask nobody."""

    permission_classes = [requires("tiers:tokens")]

    @extend_schema(
        operation_id="createTierToken",
        summary="A signed tier token of an account, good for some minutes",
        request=None,
        responses={201: TierTokenSerializer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """Sign what a lookup would answer now. It takes no body."""
        test = in_test_mode(request)
        found = look_up(account_id, test=test)
        if found is None:
            raise Http404
        issued = issue(found, audience=key_of(request).application, test=test, at=timezone.now())
        answer = {
            "account_id": found.account_id,
            "tier": found.tier,
            "version": found.version,
            "token": issued.token,
            "expires_at": issued.expires_at,
        }
        return Response(TierTokenSerializer(answer).data, status=201)

"""POST /v1/accounts/{account_id}/rechecks: an account is looked at again now."""

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
from risk.half_lives import Evidence
from tiers.models import Account
from verification import looking
from verification.intake import warnings_of

CHOICES = sorted(looking.TO_ASK_FOR)


class RecheckRequest(serializers.Serializer[Any]):
    evidence = serializers.ListField(
        child=serializers.ChoiceField([(each, each) for each in CHOICES]),
        required=False,
        allow_empty=False,
        max_length=len(CHOICES),
        help_text="Which kinds; left out: all that the account showed.",
    )


class RecheckAnswer(serializers.Serializer[Any]):
    """Where the account stands after what was looked at here. What outside parties are asked comes by an event."""

    account_id = serializers.CharField()
    looked = serializers.ListField(child=serializers.ChoiceField(CHOICES), help_text="Looked at now.")
    asked = serializers.ListField(
        child=serializers.ChoiceField(CHOICES), help_text="Asked of outside parties, within their budgets."
    )
    decided = serializers.BooleanField(help_text="False: nothing that was looked at had changed.")
    tier = serializers.CharField()
    outcome = serializers.CharField()
    held = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.CharField())


class RechecksView(IdempotentMixin, APIView):
    """Where a product has an account looked at again."""

    permission_classes = [requires("accounts:write")]

    @extend_schema(
        operation_id="recheckAccount",
        summary="Look at an account again: at its number, mailbox, network and device as they are today",
        request=RecheckRequest,
        responses={202: RecheckAnswer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """Where anything has changed it is decided anew. Where nothing has, nothing is."""
        account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
        if account is None:
            raise Http404
        body = RecheckRequest(data=request.data)
        body.is_valid(raise_exception=True)
        only = {Evidence(each) for each in body.validated_data.get("evidence", CHOICES)}
        done = looking.look(account, by=f"key:{key_of(request).public_id}", at=timezone.now(), only=only)
        account.refresh_from_db()
        answer = {
            "account_id": account.account_id,
            "looked": list(done.looked),
            "asked": list(done.asked),
            "decided": done.decided,
            "tier": account.tier,
            "outcome": account.outcome,
            "held": account.held,
            "warnings": warnings_of(request.data, body),
        }
        return Response(answer, status=202)

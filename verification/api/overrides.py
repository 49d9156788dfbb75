"""POST and DELETE /v1/accounts/{account_id}/override: a tier is set by hand for a time, and that is ended."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.errors import declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from tiers.models import Account
from verification import overriding
from verification.intake import warnings_of
from verification.overriding import AppealWaits, NothingSet, Order, OverrideRefused

NOTE_MOST = 2000

OVERRIDE_REFUSED = declare(
    "override_refused",
    status=422,
    title="The tier cannot be set by hand so",
    fix="Do as detail says; GET /v1/tiers names the tiers.",
)
APPEAL_WAITS = declare(
    "override_appealed",
    status=409,
    title="An appeal of the account is open: a key neither sets its tier nor ends one that is set",
    fix="Wait for appeal.answered, or have somebody set the tier in the console who has not decided there before.",
)
NOTHING_SET = declare(
    "override_not_set",
    status=409,
    title="No tier is set by hand",
    fix="Nothing is to be done: proofs and score decide already.",
)


class OverrideRequest(serializers.Serializer[Any]):
    tier = serializers.CharField(max_length=32)
    until = serializers.DateTimeField(help_text=f"Within {overriding.LONGEST.days} days.")
    note = serializers.CharField(max_length=NOTE_MOST, help_text="Why: kept as written, no personal value.")


class OverrideAnswer(serializers.Serializer[Any]):
    """Where the account stands now. While risk is confirmed (outcome deny), a higher tier does not count."""

    account_id = serializers.CharField()
    tier = serializers.CharField()
    outcome = serializers.CharField()
    held = serializers.BooleanField()
    override_until = serializers.DateTimeField(allow_null=True, help_text="Null: no tier set by hand counts now.")
    version = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField())


class OverrideView(IdempotentMixin, APIView):
    """Where a tier is set by hand."""

    permission_classes = [requires("tiers:write")]

    @extend_schema(
        operation_id="setTier",
        summary="Set an account's tier by hand, up or down, until a moment",
        request=OverrideRequest,
        responses={200: OverrideAnswer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """It takes the place of one that was set before, and ends by itself."""
        account = _account(request, account_id)
        body = OverrideRequest(data=request.data)
        body.is_valid(raise_exception=True)
        order = Order(**body.validated_data, by=f"key:{key_of(request).public_id}")
        try:
            decision = overriding.set_tier(account.pk, order, at=timezone.now())
        except AppealWaits:
            raise APPEAL_WAITS.problem() from None
        except OverrideRefused as refused:
            raise OVERRIDE_REFUSED.problem(detail=str(refused)) from None
        return _answer(decision.account, warnings_of(request.data, body))

    @extend_schema(
        operation_id="endOverride",
        summary="End a tier that was set by hand, so that proofs and score decide",
        parameters=[OpenApiParameter("note", str, required=True, description="Why; kept with it.")],
        request=None,
        responses={200: OverrideAnswer, **PROBLEMS},
    )
    def delete(self, request: Request, account_id: str) -> Response:
        """The account is decided anew at once."""
        account, note = _account(request, account_id), request.query_params.get("note", "")[:NOTE_MOST]
        try:
            decision = overriding.lift(account.pk, by=f"key:{key_of(request).public_id}", note=note, at=timezone.now())
        except AppealWaits:
            raise APPEAL_WAITS.problem() from None
        except NothingSet:
            raise NOTHING_SET.problem() from None
        except OverrideRefused as refused:
            raise OVERRIDE_REFUSED.problem(detail=str(refused)) from None
        return _answer(decision.account, [])


def _account(request: Request, account_id: str) -> Account:
    account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
    if account is None:
        raise Http404
    return account


def _answer(account: Account, warnings: list[str]) -> Response:
    return Response(OverrideAnswer({**vars(account), "warnings": warnings}).data)

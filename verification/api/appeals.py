"""POST and GET /v1/accounts/{account_id}/appeals: a person's request to look again, made by their product."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.errors import declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from tiers.models import Account
from verification.appeal_models import Appeal
from verification.appeals import SAID_MOST, AppealRefused, open_appeal
from verification.intake import warnings_of
from verification.states import AppealResult

OPEN = "open"
SHOWN = 100

APPEAL_REFUSED = declare(
    "appeal_refused",
    status=409,
    title="There is nothing to appeal now",
    fix="Show the person what detail says; the newest appeal is in GET of the same address.",
)


class AppealRequest(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=SAID_MOST,
        required=False,
        allow_blank=True,
        default="",
        help_text="What the person says, in their words; encrypted, and shown to the analyst alone.",
    )


class AppealAnswer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    account_id = serializers.CharField()
    state = serializers.ChoiceField([OPEN, *AppealResult])
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="By when the person hears.")
    answered_at = serializers.DateTimeField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class AppealsAnswer(serializers.Serializer[Any]):
    items = AppealAnswer(many=True)


class AppealsView(IdempotentMixin, APIView):
    """Where a product hands a person's appeal in; the person's own page does the same."""

    def get_permissions(self) -> list[BasePermission]:
        """Looking needs less than writing."""
        return [requires("signups:read" if self.request.method == "GET" else "accounts:write")()]

    @extend_schema(
        operation_id="appeal",
        summary="Have what was decided on an account looked at again by somebody who has not decided before",
        request=AppealRequest,
        responses={201: AppealAnswer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """It becomes a case with a clock."""
        account = _account(request, account_id)
        body = AppealRequest(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            appeal = open_appeal(account.pk, text=body.validated_data["text"], at=timezone.now())
        except AppealRefused as refused:
            raise APPEAL_REFUSED.problem(detail=str(refused)) from None
        return Response(_told(appeal, account, warnings_of(request.data, body)), status=201)

    @extend_schema(
        operation_id="listAppeals", summary="The appeals of an account", responses={200: AppealsAnswer, **PROBLEMS}
    )
    def get(self, request: Request, account_id: str) -> Response:
        """The newest first."""
        account = _account(request, account_id)
        found = account.appeals.defer("said").order_by("-opened_at", "-pk")[:SHOWN]
        return Response({"items": [_told(appeal, account, ()) for appeal in found]})


def _account(request: Request, account_id: str) -> Account:
    account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
    if account is None:
        raise Http404
    return account


def _told(appeal: Appeal, account: Account, warnings: Sequence[str]) -> dict[str, Any]:
    return {
        "id": appeal.pk,
        "account_id": account.account_id,
        "state": appeal.result or OPEN,
        "opened_at": appeal.opened_at,
        "due_at": appeal.due_at,
        "answered_at": appeal.answered_at,
        "warnings": list(warnings),
    }

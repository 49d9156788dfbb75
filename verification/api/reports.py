"""POST /v1/accounts/{account_id}/reports: a product tells what became of an account."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib import ratelimit
from config.lib.auth import in_test_mode, key_of, requires
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk.facts import ReportKind
from tiers.models import Account
from verification import reports
from verification.intake import warnings_of
from verification.models import Report
from verification.tasks import queue_report


class ReportRequest(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        [(kind, kind) for kind in ReportKind],
        help_text="cleared and overturned take back all that was reported before, and speak for the person.",
    )
    at = serializers.DateTimeField(required=False, allow_null=True, help_text="When it happened; left out: now.")
    reference = serializers.RegexField(
        reports.REFERENCE, help_text="Your own name for this report; sent again it counts once."
    )


class ReportAnswer(serializers.Serializer[Any]):
    """A report as it was kept, and where the account stands with it."""

    account_id = serializers.CharField()
    kind = serializers.ChoiceField(list(ReportKind))
    at = serializers.DateTimeField()
    reference = serializers.CharField()
    tier = serializers.CharField()
    outcome = serializers.CharField()
    held = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.CharField())


class ReportsView(IdempotentMixin, APIView):
    """Where a product tells what became of an account."""

    permission_classes = [requires("accounts:write")]

    @extend_schema(
        operation_id="reportAccount",
        summary="Tell what became of an account: a chargeback, abuse, confirmed abuse, or that it is cleared",
        request=ReportRequest,
        responses={201: ReportAnswer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """Keep it and decide the account anew; the answer has the tier that follows."""
        account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
        if account is None:
            raise Http404
        body = ReportRequest(data=request.data)
        body.is_valid(raise_exception=True)
        report = self._take(request, account, body.validated_data)
        account.refresh_from_db()
        answer = {
            "account_id": account.account_id,
            "kind": report.kind,
            "at": report.at,
            "reference": report.reference,
            "tier": account.tier,
            "outcome": account.outcome,
            "held": account.held,
            "warnings": warnings_of(request.data, body),
        }
        return Response(answer, status=201)

    def _take(self, request: Request, account: Account, told: dict[str, Any]) -> Report:
        ratelimit.draw(reports.quota_of(key_of(request)))
        now = timezone.now()
        at: datetime = told.get("at") or now
        telling = reports.Telling(
            source=f"api:{key_of(request).application}{':test' if account.test else ''}",
            reference=told["reference"],
            kind=ReportKind(told["kind"]),
            at=at,
        )
        report = reports.take_own(telling, account=account, at=now)
        queue_report(report)
        return report

"""GET /v1/accounts/{account_id}/archive and POST /v1/accounts/{account_id}/erasure: what a person may ask for."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from tiers.models import Account
from verification.erasing import erase
from verification.exporting import export
from verification.intake import warnings_of

REASON_MOST = 500


class ZipRenderer(BaseRenderer):
    """A zip as it is."""

    media_type = "application/zip"
    format = "zip"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *_: Any, **__: Any) -> Any:
        """Bytes."""
        return data


class ArchiveView(APIView):
    """Where everything that is known of a person is had."""

    permission_classes = [requires("persons:read")]
    renderer_classes = [JSONRenderer, ZipRenderer]

    @extend_schema(
        operation_id="exportPerson",
        summary="Everything that is known of an account and its person, in one zip, with decisions explained",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, **PROBLEMS},
    )
    def get(self, request: Request, account_id: str) -> HttpResponse:
        """The audit log says that it was made. It holds personal data: hand it to that person alone."""
        account = _account(request, account_id)
        made = export(account, by=f"key:{key_of(request).public_id}", at=timezone.now())
        answer = HttpResponse(made, content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="person.zip"'
        return answer


class ErasureRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=REASON_MOST, help_text="Why, as Article 17: kept in the audit log; put no personal value there."
    )


class ErasureAnswer(serializers.Serializer[Any]):
    """What was erased. Tombstones are left by whoever was held, and nobody else."""

    account_id = serializers.CharField()
    erased = serializers.DictField(child=serializers.IntegerField(), help_text="Rows, by what they were.")
    tombstones = serializers.IntegerField()
    tombstones_until = serializers.DateTimeField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class ErasureView(IdempotentMixin, APIView):
    """Where a person is erased."""

    permission_classes = [requires("persons:erase")]

    @extend_schema(
        operation_id="erasePerson",
        summary="Erase an account and everything that is known of its person",
        request=ErasureRequest,
        responses={200: ErasureAnswer, **PROBLEMS},
    )
    def post(self, request: Request, account_id: str) -> Response:
        """At once, and for good. Afterwards the account is unknown here; your receivers of webhooks are told."""
        account = _account(request, account_id)
        body = ErasureRequest(data=request.data)
        body.is_valid(raise_exception=True)
        by, now = f"key:{key_of(request).public_id}", timezone.now()
        done = erase(account, by=by, why=body.validated_data["reason"], at=now)
        answer = {
            "account_id": account_id,
            "erased": done.rows,
            "tombstones": done.tombstones,
            "tombstones_until": done.until,
            "warnings": warnings_of(request.data, body),
        }
        return Response(ErasureAnswer(answer).data)


def _account(request: Request, account_id: str) -> Account:
    account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
    if account is None:
        raise Http404
    return account

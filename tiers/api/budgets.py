"""POST /v1/budgets/consume and /v1/budgets/release. At the door they are answered faster (tiers.door)."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.idempotency import IdempotentMixin
from config.lib.metering import MeteredThrottle
from config.lib.schema import PROBLEMS
from tiers.budgets import (
    LONGEST_HOLD,
    LONGEST_LEASE,
    MOST_REQUESTS,
    MOST_TOKENS,
    consumed,
    draw,
    order_of,
    released,
    with_budget,
)
from tiers.copies import copies_of
from tiers.lookup import TierAnswer


class ConsumeRequest(serializers.Serializer[Any]):
    account_id = serializers.CharField(trim_whitespace=False)
    requests = serializers.IntegerField(default=1, min_value=0, max_value=MOST_REQUESTS)
    tokens = serializers.IntegerField(
        default=0, min_value=0, max_value=MOST_TOKENS, help_text="As many as are known; 0 where they are told later."
    )
    hold = serializers.IntegerField(
        default=0,
        min_value=0,
        max_value=LONGEST_HOLD,
        help_text="Seconds for which the call counts as under way, unless it is released before; 0: it is not counted.",
    )


class LeftSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField()
    remaining = serializers.IntegerField()
    resets = serializers.IntegerField(help_text="Seconds until all of it is there again.")


class ConsumeAnswer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    granted = serializers.BooleanField()
    tier = serializers.CharField()
    budget_key = serializers.CharField()
    lease = serializers.CharField(allow_null=True, help_text="For /v1/budgets/release, where `hold` was sent.")
    retry_after = serializers.IntegerField(allow_null=True, help_text="Seconds; null where it was granted or never is.")
    violated = serializers.ListField(child=serializers.CharField(), help_text="The limits in its way.")
    left = serializers.DictField(child=LeftSerializer(), help_text="Of the account or its ring, whichever has less.")
    counted = serializers.ChoiceField(["valkey", "process"], help_text="process: Valkey is away.")
    warnings = serializers.ListField(child=serializers.CharField())


class ReleaseRequest(serializers.Serializer[Any]):
    account_id = serializers.CharField(trim_whitespace=False)
    lease = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_LEASE)
    tokens = serializers.IntegerField(
        default=0, min_value=0, max_value=MOST_TOKENS, help_text="Taken beyond those consumed, whatever is left."
    )


class ReleaseAnswer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    released = serializers.BooleanField(help_text="false: the call had ended by itself.")
    warnings = serializers.ListField(child=serializers.CharField())


class ConsumeView(IdempotentMixin, APIView):
    """Draws on an account's budget and its ring's."""

    permission_classes = [requires("budgets:write")]
    throttle_classes = [MeteredThrottle]

    @extend_schema(
        operation_id="consumeBudget",
        summary="Draw on the budget of an account, and of its ring at once",
        request=ConsumeRequest,
        responses={200: ConsumeAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """A refusal is no error: `granted` says so, and Retry-After when to ask again."""
        told, warnings = _read(ConsumeRequest, request)
        answer = _answer(request, told["account_id"])
        drawn = draw(answer, order_of(told["requests"], told["tokens"], told["hold"]))
        self.headers.update(with_budget(list(self.headers.items()), drawn))
        return Response({**consumed(answer, drawn), "warnings": warnings})


class ReleaseView(IdempotentMixin, APIView):
    """Tells that a call is over, and how many tokens it took."""

    permission_classes = [requires("budgets:write")]
    throttle_classes = [MeteredThrottle]

    @extend_schema(
        operation_id="releaseBudget",
        summary="Tell that a call is over, and what it took beyond what was consumed",
        request=ReleaseRequest,
        responses={200: ReleaseAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """What it took is taken whatever is left: it has been used."""
        told, warnings = _read(ReleaseRequest, request)
        answer = _answer(request, told["account_id"])
        return Response({**released(answer, told["lease"], told["tokens"]), "warnings": warnings})


def _read(form: type[serializers.Serializer[Any]], request: Request) -> tuple[dict[str, Any], list[str]]:
    body = form(data=request.data)
    body.is_valid(raise_exception=True)
    unknown = sorted(set(request.data) - set(body.fields))
    return body.validated_data, [f"unknown field: {name[:100]}" for name in unknown[:20]]


def _answer(request: Request, account_id: str) -> TierAnswer:
    found = copies_of(test=in_test_mode(request)).of(account_id).answer
    if found is None:
        raise Http404
    return found

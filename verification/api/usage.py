"""POST /v1/usage: gateways report usage windows, up to a thousand in a call."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.errors import LargeJSONParser
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk.usage.windows import LONGEST_ADDRESS, LONGEST_CLIENT, MOST_REQUESTS, MOST_SKETCHES, MOST_TOKENS
from verification.usage import Taken, take

MOST_WINDOWS: Final = 1000
WARNED: Final = 20


class UsageWindowSerializer(serializers.Serializer[Any]):
    """An hour of one account's use from one address with one client. risk.usage.windows reads it."""

    account_id = serializers.CharField(max_length=128)
    window_start = serializers.DateTimeField()
    requests = serializers.IntegerField(min_value=0, max_value=MOST_REQUESTS)
    input_tokens = serializers.IntegerField(min_value=0, max_value=MOST_TOKENS, default=0)
    output_tokens = serializers.IntegerField(min_value=0, max_value=MOST_TOKENS, default=0)
    ip = serializers.CharField(max_length=LONGEST_ADDRESS, allow_null=True, default=None)
    client = serializers.CharField(max_length=LONGEST_CLIENT, allow_null=True, default=None)
    prompt_sketches = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{16}$"),
        max_length=MOST_SKETCHES,
        default=list,
        help_text="64-bit SimHashes of the prompts' templates, in hex. The content stays with you.",
    )


class RefusedWindow(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place in the array, from 0.")
    detail = serializers.CharField()


class UsageAnswer(serializers.Serializer[Any]):
    """What became of the windows."""

    stored = serializers.IntegerField()
    known = serializers.IntegerField(help_text="They were there already, and count once.")
    refused = RefusedWindow(many=True, help_text="All others are kept; do not send these again as they are.")
    warnings = serializers.ListField(child=serializers.CharField())


class UsageView(IdempotentMixin, APIView):
    """Where gateways report use."""

    permission_classes = [requires("usage:write")]
    parser_classes = [LargeJSONParser]

    @extend_schema(
        operation_id="reportUsage",
        summary="Report usage windows, up to 1,000 at once, late and in any order; each counts once",
        request=UsageWindowSerializer(many=True),
        responses={200: UsageAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Keep those that can be kept."""
        taken = take(_windows(request.data), test=in_test_mode(request), now=timezone.now())
        return Response(_answer(taken))


def _windows(sent: Any) -> Sequence[Any]:
    if not isinstance(sent, list) or not sent or len(sent) > MOST_WINDOWS:
        raise ValidationError([f"Send an array of 1 to {MOST_WINDOWS} usage windows."])
    return sent


def _answer(taken: Taken) -> dict[str, Any]:
    return {
        "stored": taken.stored,
        "known": taken.known,
        "refused": [{"index": place, "detail": reason} for place, reason in sorted(taken.refused.items())],
        "warnings": [f"unknown field: {name[:100]}" for name in sorted(taken.unknown_fields)[:WARNED]],
    }

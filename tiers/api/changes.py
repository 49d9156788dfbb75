"""GET /v1/tier-changes: what a gateway that checks tier tokens by itself follows."""

import json
from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.crypto import SignatureError, sign, unsign
from config.lib.cursors import CURSOR_MALFORMED
from config.lib.errors import INVALID, declare
from config.lib.schema import PROBLEMS, problems
from tiers.changes import CursorExpired, beginning
from tiers.following import LONGEST_WAIT, Reader, follow

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000  # a ring of thousands moves at once, and has to be known everywhere within seconds
PURPOSE: Final = "tier changes"

CURSOR_EXPIRED = declare(
    "cursor_expired",
    status=410,
    title="The changes after this cursor are not all there any more",
    fix="Begin anew: drop every tier that you keep, and ask without a cursor.",
)


class TierChangeSerializer(serializers.Serializer[Any]):
    account_id = serializers.CharField(source="account.account_id")
    version = serializers.IntegerField(help_text="Tokens and answers of a lower version are good no more.")
    tier = serializers.CharField()
    budget_key = serializers.CharField()
    at = serializers.DateTimeField()


class TierChangesPage(serializers.Serializer[Any]):
    items = TierChangeSerializer(many=True)
    next = serializers.CharField(help_text="The cursor to go on from, always there.")
    more = serializers.BooleanField(help_text="Whether further changes are waiting already.")
    come_again = serializers.IntegerField(help_text="Seconds to let pass before asking again; 0: ask at once.")


class TierChangesView(APIView):
    """The feed of changes."""

    permission_classes = [requires("tiers:read")]

    @extend_schema(
        operation_id="followTierChanges",
        summary="Changes of tier and budget key, in their order; waits for the next where there is none",
        parameters=[
            OpenApiParameter("cursor", str, required=False, description="next of the answer before; left out: begin."),
            OpenApiParameter("wait", int, required=False, description=f"Seconds to wait at most, to {LONGEST_WAIT}."),
            OpenApiParameter("limit", int, required=False, description=f"1 to {MAX_LIMIT}; {DEFAULT_LIMIT} if unset."),
        ],
        responses={200: TierChangesPage, **PROBLEMS, **problems(410)},
    )
    def get(self, request: Request) -> Response:
        """A page of changes, at once where there are any."""
        test = in_test_mode(request)
        wait = _number(request, "wait", 0, within=range(LONGEST_WAIT + 1))
        limit = _number(request, "limit", DEFAULT_LIMIT, within=range(1, MAX_LIMIT + 1))
        cursor = request.query_params.get("cursor")
        after = _open(cursor, test=test) if cursor else beginning(timezone.now())
        try:
            followed = follow(Reader(after, test, limit), wait=wait)
        except CursorExpired:
            raise CURSOR_EXPIRED.problem(field="cursor") from None
        page = followed.page
        answer = {
            "items": TierChangeSerializer(page.items, many=True).data,
            "next": _seal(page.place, test=test),
            "more": page.more,
            "come_again": followed.come_again,
        }
        return Response(answer)


def _number(request: Request, name: str, unset: int, *, within: range) -> int:
    sent = request.query_params.get(name, str(unset))
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= len(str(within[-1])) and int(sent) in within):
        raise INVALID.problem(detail=f"{name} is a whole number from {within[0]} to {within[-1]}.", field=name)
    return int(sent)


def _seal(place: int, *, test: bool) -> str:
    return sign(PURPOSE, json.dumps([int(test), place], separators=(",", ":")).encode("ascii"))


def _open(cursor: str, *, test: bool) -> int:
    """The place that a cursor stands for. Raises Problem: cursor_malformed."""
    try:
        mode, place = json.loads(unsign(PURPOSE, cursor))
    except SignatureError:
        raise CURSOR_MALFORMED.problem(field="cursor") from None
    if mode != int(test):
        raise CURSOR_MALFORMED.problem(field="cursor")
    return int(place)

"""GET, POST /v1/lists/{name}/entries and DELETE /v1/lists/{name}/entries/{id}: entries of lists beside the policy."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.cursors import page_of
from config.lib.errors import declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk import list_entries
from risk.list_entries import EntryRefused, Wanted, declared
from risk.lists import TEXT_MOST
from risk.models import ListEntry
from verification.intake import warnings_of

NUMBER_MOST = 18  # digits
VALUE_MOST = 320

TEST_KEY = declare(
    "lists_need_live_key",
    status=403,
    title="Lists are the same for test and live, and a test key changes nothing that is live",
    fix="Use a live key that has the scope.",
)
ENTRY_REFUSED = declare(
    "list_entry_refused",
    status=422,
    title="The entry cannot be put on the list, or taken off it",
    fix="Do as detail says.",
)


class EntryRequest(serializers.Serializer[Any]):
    value = serializers.CharField(max_length=VALUE_MOST, help_text="As docs/lists.md says for what the list is of.")
    reason = serializers.CharField(max_length=TEXT_MOST, help_text="Kept as written: put no personal value there.")
    expires = serializers.DateTimeField(required=False, allow_null=True, help_text="Left out: it does not expire.")
    since = serializers.DateTimeField(required=False, allow_null=True, help_text="From when it counts; left out: now.")


class EntryAnswer(serializers.ModelSerializer[ListEntry]):
    """An entry as it was kept. The value itself is not."""

    id = serializers.IntegerField()
    of = serializers.CharField(source="kind")
    shown = serializers.CharField(help_text="The value, masked where it is personal.")
    added_at = serializers.DateTimeField(source="created_at")
    expires = serializers.DateTimeField(source="expires_at", allow_null=True)

    class Meta:
        model = ListEntry
        fields = ("id", "list", "of", "shown", "reason", "author", "added_at", "since", "expires")


class AddedAnswer(EntryAnswer):
    warnings = serializers.ListField(child=serializers.CharField())

    class Meta(EntryAnswer.Meta):
        fields = (*EntryAnswer.Meta.fields, "warnings")  # type: ignore[assignment] # one more of them


class EntriesAnswer(serializers.Serializer[Any]):
    items = EntryAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page; null: the last one.")


class EntriesView(IdempotentMixin, APIView):
    """The entries of a list."""

    def get_permissions(self) -> list[Any]:
        """Looking and adding are opened by scopes of their own."""
        return [requires("lists:write" if self.request.method == "POST" else "lists:read")()]

    @extend_schema(
        operation_id="listEntries",
        summary="The entries of a list beside the policy that have not run out, the newest first",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: EntriesAnswer, **PROBLEMS},
    )
    def get(self, request: Request, name: str) -> Response:
        """Those that a policy holds itself stand in the policy."""
        _live(request)
        if name not in declared():
            raise Http404
        entries = _standing(timezone.now()).filter(list=name)
        return Response(page_of(entries, request, order="-id", serializer=EntryAnswer))

    @extend_schema(
        operation_id="addListEntry",
        summary="Put a value on a list: it counts within five seconds, for accounts of before within minutes",
        request=EntryRequest,
        responses={201: AddedAnswer, **PROBLEMS},
    )
    def post(self, request: Request, name: str) -> Response:
        """Add it, unless the list is unknown or the value none of its kind."""
        author = _author(request)
        if name not in declared():
            raise Http404
        body = EntryRequest(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        wanted = Wanted(name, told["value"], told["reason"], expires=told.get("expires"), since=told.get("since"))
        try:
            (entry,) = list_entries.add([wanted], author=author)
        except EntryRefused as refused:
            raise ENTRY_REFUSED.problem(detail=refused.why) from None
        return Response({**EntryAnswer(entry).data, "warnings": warnings_of(request.data, body)}, status=201)


class EntryView(APIView):
    """One entry of a list."""

    permission_classes = [requires("lists:write")]

    @extend_schema(
        operation_id="removeListEntry",
        summary="Take an entry off a list",
        parameters=[OpenApiParameter("reason", str, required=True, description="Kept with the entry.")],
        request=None,
        responses={204: OpenApiResponse(description="It is off the list, now or since before."), **PROBLEMS},
    )
    def delete(self, request: Request, name: str, entry_id: str) -> Response:
        """Told again it changes nothing."""
        author = _author(request)
        number = int(entry_id) if entry_id.isascii() and entry_id.isdecimal() and len(entry_id) <= NUMBER_MOST else 0
        entry = ListEntry.objects.filter(pk=number, list=name).first()
        if entry is None:
            raise Http404
        if entry.removed_at is None:
            _remove(entry, request.query_params.get("reason", ""), author)
        return Response(status=204)


def _remove(entry: ListEntry, reason: str, author: str) -> None:
    try:
        list_entries.remove(entry.pk, reason=reason, author=author)
    except EntryRefused as refused:
        entry.refresh_from_db()
        if entry.removed_at is None:  # else somebody was faster
            raise ENTRY_REFUSED.problem(detail=refused.why) from None


def _author(request: Request) -> str:
    """As the audit log names a key. Raises Problem: lists_need_live_key."""
    _live(request)
    return f"key:{key_of(request).public_id}"


def _live(request: Request) -> None:
    if in_test_mode(request):
        raise TEST_KEY.problem()


def _standing(at: datetime) -> QuerySet[ListEntry]:
    return ListEntry.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), removed_at=None)

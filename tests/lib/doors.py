"""A small service behind the real middleware: what config.lib promises is seen through it, with no signup in sight."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import key_of, requires
from config.lib.cursors import page_of
from config.lib.errors import ProblemKind
from config.lib.health import healthz, readyz
from config.lib.idempotency import IdempotentMixin
from config.lib.metrics import metrics
from config.lib.models import ApiKey

handler400 = "config.lib.errors.bad_request"
handler403 = "config.lib.errors.forbidden"
handler404 = "config.lib.errors.not_found"
handler500 = "config.lib.errors.server_error"

# Not declared: what the service can answer with is documented, and this is no part of it.
TEAPOT = ProblemKind("test_teapot", status=418, title="It is a teapot", fix="Ask it for tea.")


class LeafSerializer(serializers.Serializer[Any]):
    size = serializers.IntegerField(max_value=9)


class NoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20)
    tags = serializers.ListField(child=serializers.CharField(max_length=3), required=False)
    leaves = LeafSerializer(many=True, required=False)
    leaf = LeafSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["text"] == "whole":
            raise serializers.ValidationError("it does not fit together")
        return attrs


class Notes:
    """How often the work was done, and how long it takes: the effects that idempotency keeps to one."""

    def __init__(self) -> None:
        self.done = 0
        self.seconds = 0.0
        self._lock = threading.Lock()

    def write(self) -> int:
        """Do the work."""
        time.sleep(self.seconds)
        with self._lock:
            self.done += 1
            return self.done


NOTES = Notes()


class NotesView(IdempotentMixin, APIView):
    """Writes a note."""

    permission_classes = [requires("signups:write")]

    def post(self, request: Request) -> Response:
        """`fail` in the body says how it ends."""
        body = NoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        number = NOTES.write()
        if body.validated_data["text"] in RAISED:
            error = RAISED[body.validated_data["text"]]()
            raise error
        return Response({"number": number}, status=201, headers={"Location": f"/v1/notes/{number}"})


class PagesView(APIView):
    """Takes what a page sends."""

    permission_classes = [requires("devices:write")]

    def post(self, request: Request) -> Response:
        """Whose page it is."""
        return Response({"application": key_of(request).application})


class OpenView(APIView):
    """Open to all; raises what it is asked for."""

    permission_classes = [AllowAny]

    def get(self, request: Request, what: str) -> Response:
        """Raise it."""
        del request
        error = RAISED[what]()
        raise error

    def post(self, request: Request, what: str) -> Response:
        """Give the body back."""
        del what
        return Response(request.data)


class KeySerializer(serializers.Serializer[Any]):
    public_id = serializers.CharField()


class KeysView(APIView):
    """A list of keys."""

    permission_classes = [AllowAny]
    throttle_classes = ()
    order = "pk"

    def get(self, request: Request) -> Response:
        """A page of them."""
        return Response(page_of(ApiKey.objects.all(), request, order=self.order, serializer=KeySerializer))


class LatestKeysView(KeysView):
    """The newest first."""

    order = "-created_at"


def crash(request: HttpRequest) -> HttpResponse:
    """A page that breaks."""
    raise RuntimeError(f"secret detail of {request.path}")


def find(request: HttpRequest, text: str) -> HttpResponse:
    """A page that asks the database for what the caller wrote."""
    return HttpResponse(str(ApiKey.objects.filter(name=text + request.GET.get("more", "")).count()))


class FindView(APIView):
    """The same, in the API."""

    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        """Ask for it."""
        sent: Any = request.data
        return Response(ApiKey.objects.filter(name=sent["name"]).count())


def _too_long() -> Exception:
    try:
        with transaction.atomic():
            ApiKey.objects.create(public_id="x" * 13)
    except DataError as error:
        return error
    raise AssertionError


RAISED: dict[str, Callable[[], Exception]] = {
    "teapot": lambda: TEAPOT.problem(detail="Short and stout.", spout=True),
    "too_long": _too_long,
    "busy": lambda: exceptions.Throttled(wait=3.2),
    "crash": lambda: RuntimeError("secret detail"),
    "denied": PermissionDenied,
    "denied_by_view": exceptions.PermissionDenied,
    "gone": Http404,
    "gone_by_view": exceptions.NotFound,
    "missing_row": ObjectDoesNotExist,
    "unknown_caller": exceptions.NotAuthenticated,
    "wrong_caller": exceptions.AuthenticationFailed,
    "model": lambda: ModelValidationError({"size": ["is too large"]}),
    "large": lambda: RequestDataTooBig("secret detail"),
    "suspicious": lambda: SuspiciousOperation("secret detail"),
    "unencodable": lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "secret detail"),
    "odd": lambda: exceptions.APIException("secret detail"),
}

urlpatterns = [
    path("v1/notes", NotesView.as_view(), name="notes"),
    path("v1/pages", PagesView.as_view(), name="pages"),
    path("v1/open/<what>", OpenView.as_view(), name="open"),
    path("v1/find", FindView.as_view(), name="find"),
    path("v1/keys", KeysView.as_view(), name="keys"),
    path("v1/latest", LatestKeysView.as_view(), name="latest"),
    path("v1/crash", crash),
    path("crash", crash),
    path("find/<text>", find),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]

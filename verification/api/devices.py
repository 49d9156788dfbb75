"""POST /v1/devices: the agent script tells what it saw and gets a device token; before that, a canvas challenge."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import key_of, requires
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk.canvas_challenge import SEED_LIFE, issue, judge
from risk.devices import TOKEN_LIFE, see
from verification.edge import edge_report
from verification.intake import PAGE, DevicesRequest, read_page, warnings_of

# Any page may call: the key is public, and what it brings is only evidence.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
}


class DevicesAnswer(serializers.Serializer[Any]):
    device_token = serializers.CharField(help_text="Opaque; single use.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    warnings = serializers.ListField(child=serializers.CharField())


class PagePermission(requires("devices:write")):  # type: ignore[misc] # a class made for the scope
    """The key of a page; the browser asks first, without a key, whether it may call at all."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method == "OPTIONS" or super().has_permission(request, view)


class PageView(APIView):
    """A call that any page may make, and whose answer it may read."""

    permission_classes = [PagePermission]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let any page read any answer, errors too."""
        answered = super().finalize_response(request, response, *args, **kwargs)
        for name, value in CORS.items():
            answered[name] = value
        return answered


class ChallengeAnswer(serializers.Serializer[Any]):
    challenge = serializers.CharField(help_text="Comes back in `canvas.challenge` of POST /v1/devices; single use.")
    seed = serializers.CharField(help_text="32 hexadecimal digits, from which the scene is drawn.")
    expires_in = serializers.IntegerField(help_text="Seconds.")


class ChallengeView(PageView):
    """Gives a page something to draw."""

    @extend_schema(
        operation_id="createCanvasChallenge",
        summary="Get the seed of a canvas challenge",
        request=None,
        responses={201: ChallengeAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Nothing is stored until it is answered."""
        given = issue(application=key_of(request).application, at=timezone.now())
        life = int(SEED_LIFE.total_seconds())
        answer = {"challenge": given.challenge, "seed": given.seed, "expires_in": life}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})


class DevicesView(IdempotentMixin, PageView):
    """Takes a sighting from a page."""

    @extend_schema(
        operation_id="createDevice",
        summary="Send what the agent script saw; get a device token",
        request=DevicesRequest,
        responses={201: DevicesAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Remember the sighting."""
        told, application, now = (
            read_page(request.data, edge=edge_report(request)),
            key_of(request).application,
            timezone.now(),
        )
        judged = judge(told.drawn, application=application, at=now)
        page = replace(told.page, challenge=judged.challenge, canvas=judged.canvas)
        token = see(page, application=application, at=now, seed=judged.seed)
        answer = {
            "device_token": token,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "warnings": warnings_of(request.data, PAGE),
        }
        return Response(answer, status=201)

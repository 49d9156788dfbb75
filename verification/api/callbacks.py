"""POST /v1/callbacks/{provider}: outside parties call back. What they sign is their key; ours is not asked for."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.errors import declare
from config.lib.ratelimit import counted
from config.lib.schema import PROBLEMS
from verification.callbacks import Told, take
from verification.providers import CALLBACK_READERS, callback_reader
from verification.providers.interface import CallbackEvent, ProviderRefused
from verification.tasks import queue_callback

BODY_MAX = 256 * 1024  # bytes; the largest that Stripe sends is well under it

CALLBACK_REFUSED = declare(
    code="callback_refused",
    status=400,
    title="This callback is not from the party it names",
    fix="Set the party's signing secret; one that was rotated, or a clock that is wrong, refuses everything.",
)


class CallbacksView(APIView):
    """Where outside parties tell."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()  # a busy party calls from a few addresses; what is refused is counted, below

    @extend_schema(
        operation_id="receiveCallback",
        summary="An outside party tells what came of a session or a payment",
        request={"application/json": {"type": "object"}},
        responses={204: None, **PROBLEMS},
        auth=[],
    )
    def post(self, request: Request, provider: str) -> Response:
        """Keep it; a task does what it calls for. The same again is taken and does nothing."""
        if provider not in CALLBACK_READERS:
            raise Http404
        body = request._request.body  # noqa: SLF001 - the very bytes are signed; REST framework gives only what it parsed
        if len(body) > BODY_MAX:
            raise CALLBACK_REFUSED.problem()
        try:
            event = callback_reader(provider).read(body, request.headers)
        except ProviderRefused:
            raise counted(request, None) or CALLBACK_REFUSED.problem() from None
        if event is not None:
            callback = take(_told(provider, event), at=timezone.now())
            if callback is not None:
                queue_callback(callback.pk)
        return Response(status=204)


def _told(provider: str, event: CallbackEvent) -> Told:
    return Told(provider, event.event_id, event.type, event.reference, event.reports)

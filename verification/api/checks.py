"""POST /v1/signups/{id}/checks and .../checks/{kind}/answers."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import requires
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from tiers.api.scores import as_told
from tiers.ladder import CheckKind
from verification.api.answers import SignupAnswer
from verification.api.signups import current_answer, find_signup
from verification.intake import warnings_of
from verification.models import Signup
from verification.providers.offline_sessions import choose
from verification.proving import CHECK_UNKNOWN, Asked, answer, ask
from verification.states import CheckStatus
from verification.tasks import nudge


class CheckRequest(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=16, help_text="One of the kinds that next_checks offers.")
    to = serializers.CharField(
        max_length=512,
        required=False,
        allow_null=True,
        help_text="A mailbox or phone in place of the one that came with the signup, for a person who gave none.",
    )
    channel = serializers.CharField(
        max_length=16,
        required=False,
        allow_null=True,
        help_text="How the code travels: sms, voice or whatsapp for phone. The first is usual.",
    )


class AnswerRequest(serializers.Serializer[Any]):
    """What answers a check depends on its kind; a session at an outside party is answered with an empty body."""

    code = serializers.RegexField(
        r"\A[0-9]{6}\Z", required=False, allow_null=True, help_text="email, phone: the six digits that the person read."
    )
    solution = serializers.CharField(
        max_length=4096, required=False, allow_null=True, help_text="proof_of_work: what the widget in the page made."
    )
    credential = serializers.DictField(
        required=False, allow_null=True, help_text="passkey: what navigator.credentials gave, as JSON."
    )
    choice = serializers.CharField(
        max_length=64,
        required=False,
        allow_null=True,
        help_text="payment and document, with a test key or in development: what the offline party shows.",
    )


class ChecksView(IdempotentMixin, APIView):
    """Where a person asks for a check."""

    permission_classes = [requires("signups:write")]

    @extend_schema(
        operation_id="requestCheck",
        summary="Ask for a check: a code is sent, a challenge is posed or a session is opened",
        request=CheckRequest,
        responses={202: SignupAnswer, **PROBLEMS},
    )
    def post(self, request: Request, signup_id: str) -> Response:
        """Ask; what goes to others goes out after the answer."""
        signup = find_signup(request, signup_id)
        body = CheckRequest(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        asked = Asked(_kind(wanted["kind"]), to=wanted.get("to"), channel=wanted.get("channel") or "")
        ask(signup, asked, at=timezone.now())
        nudge()
        return Response(as_told(current_answer(signup, warnings_of(request.data, body)), request), status=202)


class AnswersView(IdempotentMixin, APIView):
    """Where a person answers a check."""

    permission_classes = [requires("signups:write")]

    @extend_schema(
        operation_id="answerCheck",
        summary="Answer a check",
        request=AnswerRequest,
        responses={200: SignupAnswer, **PROBLEMS},
    )
    def post(self, request: Request, signup_id: str, kind: str) -> Response:
        """Try the answer; a wrong one is told by the check's status and tries_left."""
        signup = find_signup(request, signup_id)
        body = AnswerRequest(data=request.data)
        body.is_valid(raise_exception=True)
        if chosen := body.validated_data.get("choice"):
            _choose(signup, _kind(kind), chosen)
        answer(signup, _kind(kind), body.validated_data, at=timezone.now())
        nudge()
        return Response(as_told(current_answer(signup, warnings_of(request.data, body)), request))


def _choose(signup: Signup, kind: CheckKind, choice: str) -> None:
    """What an offline party is to show. Sessions at real ones are none of its own, and it keeps nothing of them."""
    for check in signup.checks.filter(kind=kind, status=CheckStatus.SENT):
        choose(check.reference, choice)


def _kind(name: str) -> CheckKind:
    try:
        return CheckKind(name)
    except ValueError:
        raise CHECK_UNKNOWN.problem(field="kind") from None

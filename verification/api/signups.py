"""POST /v1/signups and GET /v1/signups/{id}."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, require_scope, requires
from config.lib.errors import declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk.models import Assessment
from tiers.api.scores import as_told
from verification.api.answers import SignupAnswer, signup_answer
from verification.intake import SIGNUP, SignupRequest, read_registration, to_registration, warnings_of
from verification.models import Signup
from verification.signup import Entry, register

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

CREATED_AT_REFUSED = declare(
    code="created_at_refused",
    status=400,
    title="created_at does not fit",
    fix="Leave it out: it is now. With the scope signups:import, give a time since 2000 that is not in the future.",
)


class SignupsView(IdempotentMixin, APIView):
    """Where somebody registers."""

    permission_classes = [requires("signups:write")]

    @extend_schema(
        operation_id="createSignup",
        summary="Decide on a signup",
        request=SignupRequest,
        responses={201: SignupAnswer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Gather, decide, answer."""
        body = read_registration(request.data, SIGNUP)
        now = timezone.now()
        registration = to_registration(body, account_id=f"acct_{uuid_utils.uuid7().hex}")
        entry = Entry(
            registration=registration,
            at=_time(request, registration.created_at, now),
            device_token=body.get("device_token"),
        )
        decision = register(entry, application=key_of(request).application, test=in_test_mode(request))
        warnings = warnings_of(request.data, SIGNUP)
        answer = signup_answer(decision.matter.signup, decision.assessment, at=now, warnings=warnings)
        return Response(as_told(answer, request), status=201, headers={"Location": f"/v1/signups/{answer['id']}"})


def _time(request: Request, created_at: datetime | None, now: datetime) -> datetime:
    if created_at is None:
        return now
    require_scope(request, "signups:import")
    if not EARLIEST <= created_at <= now + timedelta(minutes=5):
        raise CREATED_AT_REFUSED.problem(field="created_at")
    return created_at


class SignupView(APIView):
    """One signup."""

    def get_permissions(self) -> list[BasePermission]:
        """Looking needs less than writing."""
        return [requires("signups:read")()]

    @extend_schema(
        operation_id="getSignup", summary="Look at a signup again", responses={200: SignupAnswer, **PROBLEMS}
    )
    def get(self, request: Request, signup_id: str) -> Response:
        """The signup as it stands now."""
        return Response(as_told(current_answer(find_signup(request, signup_id)), request))


def find_signup(request: Request, signup_id: str) -> Signup:
    """The signup of a public id, as far as this caller can see. Raises Http404."""
    seen = Signup.objects.select_related("account").filter(account__test=in_test_mode(request))
    signup = seen.filter(public_id=signup_id).first()
    if signup is None:
        raise Http404
    return signup


def current_answer(signup: Signup, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """The signup object as of now, read anew."""
    signup = Signup.objects.select_related("account").prefetch_related("checks").get(pk=signup.pk)
    assessment = Assessment.objects.filter(subject=signup.account_id).order_by("-id")[0]
    checks = list(signup.checks.all())
    return signup_answer(signup, assessment, at=timezone.now(), checks=checks, warnings=warnings)

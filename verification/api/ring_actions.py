"""POST /v1/rings/{id}/actions: confirm, dismiss or reopen a ring, or see what that would do."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import key_of, requires
from config.lib.errors import Problem, declare
from config.lib.idempotency import IdempotentMixin
from config.lib.schema import PROBLEMS
from risk.models import Ring
from verification import containment, proposing
from verification.api.rings import RingWithTaken, found
from verification.containment import ActRefused, NoteMissing, Preview, RingAct
from verification.intake import warnings_of
from verification.proposing import SecondNeeded

NOTE_MOST = 2000
OFFERED = (RingAct.CONFIRM, RingAct.DISMISS, RingAct.REOPEN)

ACT_REFUSED = declare(
    "ring_act_refused",
    status=409,
    title="The ring's state does not allow this action",
    fix="Look at state; where merged_into names a ring, act on that one.",
)
NOTE_MISSING = declare(
    "ring_note_missing",
    status=422,
    title="An action on a ring needs a note that says why",
    fix="Send note; it is kept with the ring. With dry_run it may be left out.",
)


SECOND_PERSON = declare(
    "ring_second_person",
    status=409,
    title="The ring is so large that two people act on it",
    fix="Propose it in the console, where somebody else agrees; dry_run tells what it would do.",
)


class ActionRequest(serializers.Serializer[Any]):
    action = serializers.ChoiceField([(act, act) for act in OFFERED])
    note = serializers.CharField(
        max_length=NOTE_MOST, required=False, allow_blank=True, help_text="Why: kept as written, no personal value."
    )
    dry_run = serializers.BooleanField(default=False, help_text="Tell what it would do, and do nothing.")


class Counts(serializers.Serializer[Any]):
    before = serializers.DictField(child=serializers.IntegerField())
    after = serializers.DictField(child=serializers.IntegerField())


class WouldChange(serializers.Serializer[Any]):
    accounts = serializers.IntegerField(help_text="Members that were looked at.")
    moving = serializers.IntegerField(help_text="Of those, how many would have another tier or outcome.")
    tiers = Counts()
    outcomes = Counts()


class ActionAnswer(serializers.Serializer[Any]):
    """The ring as it stands now; with `dry_run` as it stood before too."""

    action = serializers.ChoiceField(list(OFFERED))
    dry_run = serializers.BooleanField()
    ring = RingWithTaken()
    would_change = WouldChange(allow_null=True, help_text="With dry_run; else null.")
    warnings = serializers.ListField(child=serializers.CharField())


class ActionsView(IdempotentMixin, APIView):
    """Where a ring is acted on."""

    permission_classes = [requires("rings:write")]

    @extend_schema(
        operation_id="actOnRing",
        summary="Confirm, dismiss or reopen a ring: its accounts follow within a minute",
        request=ActionRequest,
        responses={200: ActionAnswer, **PROBLEMS},
    )
    def post(self, request: Request, ring_id: str) -> Response:
        """Confirming holds all members, dismissing undoes all that the ring did, reopening takes either back."""
        ring = found(request, ring_id)
        body = ActionRequest(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        would_change = self._done(request, ring, told)
        answer = {
            "action": told["action"],
            "dry_run": told["dry_run"],
            "ring": RingWithTaken(found(request, ring_id)).data,
            "would_change": would_change,
            "warnings": warnings_of(request.data, body),
        }
        return Response(answer)

    def _done(self, request: Request, ring: Ring, told: dict[str, Any]) -> dict[str, Any] | None:
        act, by = RingAct(told["action"]), f"key:{key_of(request).public_id}"
        try:
            if told["dry_run"]:
                return shown(containment.preview(ring.pk, act))
            proposing.act_alone(ring.pk, act, said=(by, told.get("note", "")), at=timezone.now())
        except SecondNeeded:
            raise SECOND_PERSON.problem() from None
        except NoteMissing:
            raise NOTE_MISSING.problem() from None
        except ActRefused as refused:
            raise _refused(ring, str(refused)) from None
        return None


def shown(preview: Preview) -> dict[str, Any]:
    """A preview as the interface tells it."""
    tiers, outcomes = (
        dict(zip(("before", "after"), map(dict, pair), strict=True)) for pair in (preview.tiers, preview.outcomes)
    )
    return {"accounts": preview.accounts, "moving": preview.moving, "tiers": tiers, "outcomes": outcomes}


def _refused(ring: Ring, why: str) -> Problem:
    into = ring.merged_into.public_id if ring.merged_into else None
    return ACT_REFUSED.problem(detail=why, merged_into=into)

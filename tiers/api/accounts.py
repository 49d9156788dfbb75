"""GET /v1/accounts/{account_id}/tier, /v1/accounts/{account_id}, /v1/accounts/{account_id}/grants and /v1/tiers."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.cursors import page_of
from config.lib.metering import MeteredThrottle
from config.lib.schema import PROBLEMS
from risk.policies.store import active
from tiers.api.entitlements import EntitlementsField
from tiers.api.lookups import ETAG, AnyAccept, TierSerializer
from tiers.api.scores import as_told
from tiers.copies import copies_of
from tiers.gateway import cache_control, has_tag
from tiers.grants import Allowed, allowed_by, history, in_force_at, standing_at
from tiers.ladder import Movement, Need, Rung
from tiers.models import Account
from tiers.standing import ladder_of

SHOWN = 12  # characters of a policy's digest
DAY = timedelta(days=1)


class TierView(APIView):
    """The tier of one account, read now. At the door it is answered faster (tiers.door)."""

    permission_classes = [requires("tiers:read")]
    throttle_classes = [MeteredThrottle]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="getTier",
        summary="Which tier an account has",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, required=False), ETAG],
        responses={200: TierSerializer, 304: None, **PROBLEMS},
    )
    def get(self, request: Request, account_id: str) -> HttpResponse:
        """The tier now, or 304 when the caller has it already."""
        copy = copies_of(test=in_test_mode(request)).renewed([account_id], anew=True)[account_id]
        found = copy.answer
        if found is None:
            raise Http404
        headers = {"ETag": found.etag, "Cache-Control": cache_control(copy, time.monotonic())}
        if has_tag(request.headers.get("If-None-Match", ""), found.etag):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(found.body, content_type="application/json", headers=headers)


class AllowedSerializer(serializers.Serializer[Any]):
    policy = serializers.CharField(help_text="The version, as in a signup's answer.")
    limits = serializers.DictField(child=serializers.IntegerField())
    entitlements = EntitlementsField()


class GrantSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    tier = serializers.CharField()
    cause = serializers.CharField()
    version = serializers.IntegerField()
    until = serializers.DateTimeField(allow_null=True, help_text="Of a tier that was set by hand; else null.")
    outcome = serializers.CharField(allow_null=True)
    score = serializers.FloatField(allow_null=True, help_text="Null without the scope scores:read.")
    reasons = serializers.SerializerMethodField(help_text="Codes; docs/reasons.md lists all.")
    allowed = serializers.SerializerMethodField(help_text="By the policy that judged; null where it is stored no more.")

    def get_reasons(self, grant: Any) -> list[str]:
        """The codes of the assessment that brought it."""
        return [line["code"] for line in grant.reasons or ()]

    @extend_schema_field(AllowedSerializer(allow_null=True))
    def get_allowed(self, grant: Any) -> dict[str, Any] | None:
        """What it allowed by the version that judged."""
        allowed = allowed_by(grant.tier, grant.policy_digest)
        return _shown(allowed) if allowed else None


class AccountSerializer(serializers.Serializer[Any]):
    account_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    tier = serializers.CharField()
    outcome = serializers.CharField()
    score = serializers.FloatField(allow_null=True, help_text="Null without the scope scores:read.")
    held = serializers.BooleanField()
    budget_key = serializers.CharField()
    version = serializers.IntegerField()


class AccountView(APIView):
    """One account as it stands."""

    permission_classes = [requires("signups:read")]

    @extend_schema(operation_id="getAccount", summary="An account", responses={200: AccountSerializer, **PROBLEMS})
    def get(self, request: Request, account_id: str) -> Response:
        """The account by the caller's own id."""
        return Response(as_told(AccountSerializer(_account(request, account_id)).data, request))


class ThenSerializer(AllowedSerializer):
    tier = serializers.CharField()


class GrantsPage(serializers.Serializer[Any]):
    items = GrantSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    then = ThenSerializer(
        allow_null=True,
        help_text="With `at`: the tier at that moment, and what the policy that was in force then allowed it.",
    )


class MomentSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(required=False, default=None, help_text="Grants up to this moment only.")


class GrantsView(APIView):
    """The tier history of one account."""

    permission_classes = [requires("signups:read")]

    @extend_schema(
        operation_id="listGrants",
        summary="An account's tier history, the newest first; with at, up to a moment: the first is what held then",
        parameters=[
            MomentSerializer,
            OpenApiParameter("cursor", str, required=False),
            OpenApiParameter("limit", int, required=False),
        ],
        responses={200: GrantsPage, **PROBLEMS},
    )
    def get(self, request: Request, account_id: str) -> Response:
        """A page of grants."""
        asked = MomentSerializer(data={name: value for name, value in request.query_params.items() if name == "at"})
        asked.is_valid(raise_exception=True)
        account, at = _account(request, account_id), asked.validated_data["at"]
        page = page_of(history(account, at=at), request, order="-version", serializer=GrantSerializer)
        page["items"] = [as_told(grant, request) for grant in page["items"]]
        return Response({**page, "then": None if at is None else _then(account, at)})


class NeedSerializer(serializers.Serializer[Any]):
    proofs = serializers.ListField(child=serializers.CharField())
    earned_days = serializers.IntegerField(help_text="Days of ordinary, varied use, where use is reported.")


class RungSerializer(serializers.Serializer[Any]):
    tier = serializers.CharField()
    needs = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="The sets of any_of that ask for no more earned days than the rung does.",
    )
    any_of = NeedSerializer(many=True, help_text="Any one of these is enough.")
    challenged = NeedSerializer(
        many=True,
        allow_null=True,
        help_text="In place of any_of where the outcome is worse than allow; null: any_of.",
    )
    worst_outcome = serializers.CharField()
    highest_score = serializers.FloatField(allow_null=True, help_text="Null: whatever the score.")
    earned_days = serializers.IntegerField(help_text="Asked of everybody.")
    limits = serializers.DictField(child=serializers.IntegerField())
    entitlements = EntitlementsField()


class MovementSerializer(serializers.Serializer[Any]):
    rise_margin = serializers.FloatField(help_text="Points of score.")
    rise_after_days = serializers.FloatField()
    at_once = serializers.ListField(child=serializers.CharField(), help_text="Causes after which nobody waits.")
    notice_days = serializers.FloatField()
    grace_days = serializers.FloatField()


class LadderSerializer(serializers.Serializer[Any]):
    policy = serializers.CharField(help_text="The version in force.")
    movement = MovementSerializer()
    items = RungSerializer(many=True)


class LadderView(APIView):
    """The ladder in force."""

    permission_classes = [requires("tiers:read")]

    @extend_schema(operation_id="listTiers", summary="The ladder", responses={200: LadderSerializer, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """Every rung from the top, with any one of the sets of proofs that open it."""
        version = active()
        current = ladder_of(version)
        return Response(
            {
                "policy": version.policy.digest[:SHOWN],
                "movement": _movement(current.movement),
                "items": [_rung(rung) for rung in current.rungs],
            }
        )


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "tier": rung.tier,
        "needs": [sorted(need.proofs) for need in rung.needs if need.earned_days <= rung.earned_days],
        "any_of": _needs(rung.needs),
        "challenged": None if rung.challenged_needs is None else _needs(rung.challenged_needs),
        "worst_outcome": rung.worst,
        "highest_score": rung.highest_score,
        "earned_days": rung.earned_days,
        "limits": dict(rung.limits),
        "entitlements": dict(rung.entitlements),
    }


def _needs(needs: Iterable[Need]) -> list[dict[str, Any]]:
    return [{"proofs": sorted(need.proofs), "earned_days": need.earned_days} for need in needs]


def _movement(movement: Movement) -> dict[str, Any]:
    return {
        "rise_margin": movement.rise_margin,
        "rise_after_days": movement.rise_after / DAY,
        "at_once": sorted(movement.at_once),
        "notice_days": movement.notice / DAY,
        "grace_days": movement.grace / DAY,
    }


def _then(account: Account, at: datetime) -> dict[str, Any] | None:
    granted = standing_at(account, at)
    allowed = allowed_by(granted.tier, in_force_at(at)) if granted else None
    return {"tier": granted.tier, **_shown(allowed)} if granted and allowed else None


def _shown(allowed: Allowed) -> dict[str, Any]:
    return {**asdict(allowed), "policy": allowed.policy[:SHOWN]}


def _account(request: Request, account_id: str) -> Account:
    account = Account.objects.filter(account_id=account_id, test=in_test_mode(request)).first()
    if account is None:
        raise Http404
    return account

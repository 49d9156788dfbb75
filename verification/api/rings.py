"""GET /v1/rings, /{id} and /{id}/members: rings, what ties their accounts together, and who is in them."""

import math
from typing import Any, cast

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.cursors import page_of
from config.lib.schema import PROBLEMS
from risk.models import Ring, RingChange, RingMember
from risk.rings.states import RingChangeKind, RingState
from tiers.models import Account
from verification.exposure import could_have_taken, figures_of, placed, took, with_exposure

ORDERS = {"exposure": "-place", "newest": "-pk"}
HISTORY = 100  # changes shown with a ring, the newest


class RingAnswer(serializers.ModelSerializer[Ring]):
    """A ring as a list shows it."""

    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(list(RingState))
    score = serializers.FloatField(help_text="100 times the probability that one operator runs all its accounts.")
    confidence = serializers.FloatField(help_text="How sure that is, 0 to 1.")
    size = serializers.IntegerField(help_text="Members now.")
    exposure = serializers.IntegerField(help_text="Requests a day that its members may make whom nothing holds.")
    aspects = serializers.SerializerMethodField(help_text="Which parts of what people show speak for it.")
    contained_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when its members are decided as a ring's; null: they are not."
    )
    merged_into = serializers.CharField(
        source="merged_into.public_id", default=None, allow_null=True, help_text="The ring that it became part of."
    )

    class Meta:
        model = Ring
        fields = (
            *("id", "state", "score", "confidence", "size", "exposure", "aspects"),
            *("found_at", "changed_at", "contained_at", "merged_into"),
        )

    def get_aspects(self, ring: Ring) -> list[str]:
        """In the order of the evidence."""
        return [str(line["aspect"]) for line in ring.evidence]


class RingsAnswer(serializers.Serializer[Any]):
    items = RingAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page; null: the last one.")


class TemplateLine(serializers.Serializer[Any]):
    link = serializers.CharField()
    words = serializers.CharField(help_text="What they share; from before a release that told it apart, as what too.")
    shown = serializers.CharField(default="", help_text="As what, without a personal value.")
    share = serializers.FloatField(help_text="Of the members, 0 to 1.")
    values = serializers.IntegerField(help_text="How many different values they have there.")


class Template(serializers.Serializer[Any]):
    words = serializers.CharField(default="")
    lines = TemplateLine(many=True, default=list)


class EvidenceLine(serializers.Serializer[Any]):
    aspect = serializers.CharField()
    nats = serializers.FloatField(
        help_text="Natural log-odds for one operator: of a member on average; of use and labels for the whole ring."
    )
    words = serializers.CharField(default="")


class ChangeLine(serializers.ModelSerializer[RingChange]):
    kind = serializers.ChoiceField(list(RingChangeKind))
    size = serializers.IntegerField(help_text="Members afterwards.")
    by = serializers.CharField(help_text="Who did it; empty where detection did.")

    class Meta:
        model = RingChange
        fields = ("at", "kind", "size", "by", "note")


class RingWithTaken(RingAnswer):
    """A ring with what its accounts could have taken, and took, before it was contained."""

    could_have_taken = serializers.IntegerField(
        help_text="Requests that the tiers of its members allowed until it was contained, or until now where it is not."
    )
    took = serializers.IntegerField(
        allow_null=True,
        help_text="Requests that they made until then, by the usage windows reported; null: none ever were.",
    )
    added_up_at = serializers.DateTimeField(
        help_text="As of when exposure, could_have_taken and took are: now, or lately where the ring is large."
    )

    class Meta(RingAnswer.Meta):
        more = ("could_have_taken", "took", "added_up_at")
        fields = (*RingAnswer.Meta.fields, *more)  # type: ignore[assignment] # more of them

    def to_representation(self, instance: Ring) -> Any:
        """With the sums of its members now."""
        figures, told = figures_of(instance, at=timezone.now()), cast("Any", instance)
        told.exposure, told.could_have_taken, told.took = figures.a_day, figures.could, figures.took
        told.added_up_at = figures.at
        return super().to_representation(instance)


class RingInFull(RingWithTaken):
    """A ring with what its accounts look like, what speaks for it and what became of it."""

    template = Template()
    evidence = EvidenceLine(many=True)
    history = serializers.SerializerMethodField(help_text=f"The newest {HISTORY} changes, the newest first.")

    class Meta(RingWithTaken.Meta):
        fields = (*RingWithTaken.Meta.fields, "template", "evidence", "history")  # type: ignore[assignment] # as above

    @extend_schema_field(ChangeLine(many=True))
    def get_history(self, ring: Ring) -> Any:
        """Of any age, as many as are shown."""
        return ChangeLine(ring.changes.order_by("-at", "-pk")[:HISTORY], many=True).data


class Why(serializers.Serializer[Any]):
    link = serializers.CharField()
    weight = serializers.FloatField(help_text="In natural log-odds.")
    shared = serializers.IntegerField(help_text="By how many members.")


class MembersOfAPage(serializers.ListSerializer[Any]):
    """Members, each with what its account could have taken and took: the same queries for one as for all of them."""

    def to_representation(self, data: Any) -> Any:
        members = list(data)
        subjects, now = [member.subject for member in members], timezone.now()
        could, taken = could_have_taken(subjects, at=now), took(subjects, at=now)
        for member in members:
            member.could_have_taken, member.took = could[member.subject], taken[member.subject]
        return super().to_representation(members)


class MemberAnswer(serializers.ModelSerializer[RingMember]):
    account_id = serializers.CharField(allow_null=True, help_text="Your own id; null where the account was erased.")
    weight = serializers.FloatField(help_text="How much likelier it is of this operator than a stranger, in log-odds.")
    why = Why(many=True, help_text="The weightiest first.")
    could_have_taken = serializers.IntegerField(help_text="Requests that its tiers allowed, as the ring's counts them.")
    took = serializers.IntegerField(allow_null=True, help_text="Requests that it made, as the ring's counts them.")

    class Meta:
        model = RingMember
        list_serializer_class = MembersOfAPage
        fields = ("account_id", "weight", "why", "joined_at", "could_have_taken", "took")


class MembersAnswer(serializers.Serializer[Any]):
    items = MemberAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page; null: the last one.")


class RingsQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(list(RingState), required=False)
    min_score = serializers.FloatField(min_value=0, max_value=100, required=False)
    order = serializers.ChoiceField(list(ORDERS), default="exposure")

    def validate_min_score(self, score: float) -> float:
        """NaN passes both bounds."""
        if math.isnan(score):
            raise serializers.ValidationError("a number is needed")
        return score


class RingsView(APIView):
    """Rings."""

    permission_classes = [requires("rings:read")]

    @extend_schema(
        operation_id="listRings",
        summary="Rings, those first that could still take the most",
        parameters=[RingsQuery, OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: RingsAnswer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Without `state`, all but those that were merged into others. Send the same query with a cursor."""
        query = RingsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        rings = placed(with_exposure(visible(request), at=timezone.now()))
        rings = rings.filter(state=asked["state"]) if "state" in asked else rings.exclude(state=RingState.MERGED)
        if "min_score" in asked:
            rings = rings.filter(score__gte=asked["min_score"])
        return Response(page_of(rings, request, order=ORDERS[asked["order"]], serializer=RingAnswer))


class RingView(APIView):
    """One ring."""

    permission_classes = [requires("rings:read")]

    @extend_schema(
        operation_id="readRing",
        summary="A ring: what its accounts look like, what speaks for it, what became of it",
        responses={200: RingInFull, **PROBLEMS},
    )
    def get(self, request: Request, ring_id: str) -> Response:
        """One that was merged names the ring that it became part of."""
        return Response(RingInFull(found(request, ring_id)).data)


class MembersView(APIView):
    """The members of a ring."""

    permission_classes = [requires("rings:read")]

    @extend_schema(
        operation_id="listRingMembers",
        summary="The accounts in a ring now, and why",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: MembersAnswer, **PROBLEMS},
    )
    def get(self, request: Request, ring_id: str) -> Response:
        """In the order of their signups."""
        ring = found(request, ring_id)
        names = Account.objects.filter(pk=OuterRef("subject")).values("account_id")
        members = RingMember.objects.filter(ring=ring, left_at=None).annotate(account_id=Subquery(names))
        return Response(page_of(members, request, order="subject", serializer=MemberAnswer))


def visible(request: Request) -> QuerySet[Ring]:
    """The rings that a caller may see: rings are live, and a test key sees nothing that is."""
    rings = Ring.objects.select_related("merged_into")
    return rings.none() if in_test_mode(request) else rings


def found(request: Request, ring_id: str) -> Ring:
    """The ring of an id. Raises Http404 where there is none, or none that the caller may see."""
    ring = visible(request).filter(public_id=ring_id).first()
    if ring is None:
        raise Http404
    return ring

"""GET /v1/reports/friction: whom signing up costs how much."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, requires
from config.lib.schema import PROBLEMS
from risk.groups import Dimension
from verification.friction.reading import DAYS, read
from verification.friction.report import Over, RateName


class DaysSerializer(serializers.Serializer[Any]):
    days = serializers.ChoiceField(DAYS, default=DAYS[0], help_text="Up to today (UTC), today with them.")


class RateSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="Null where there are none to take it of.")
    interval = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="Wilson's, 95 %."
    )


RatesSerializer = type(
    "RatesSerializer", (serializers.Serializer,), {name.value: RateSerializer() for name in RateName}
)


class GroupSerializer(serializers.Serializer[Any]):
    dimension = serializers.ChoiceField(list(Dimension), allow_null=True)
    group = serializers.CharField(allow_null=True, help_text="(unknown) where it is not known; (other): the smallest.")
    accounts = serializers.IntegerField()
    followed = serializers.IntegerField(help_text="Of how many it is known what came of them within a day.")
    abusive = serializers.IntegerField(help_text="By their labels so far.")
    rates = RatesSerializer()


class AlarmSerializer(serializers.Serializer[Any]):
    dimension = serializers.ChoiceField(list(Dimension))
    group = serializers.CharField()
    rate = serializers.ChoiceField([name.value for name in RateName])
    over = serializers.ChoiceField(
        [over.value for over in Over], help_text="overall: three times everybody's rate; budget: the policy's."
    )
    share = serializers.FloatField()
    low = serializers.FloatField(help_text="The lower end of its interval, which is past the limit.")
    limit = serializers.FloatField()
    of = serializers.IntegerField()
    since = serializers.DateTimeField(
        allow_null=True, help_text="When it was raised; null for what is not over a limit in the last seven days."
    )


class EasedSerializer(serializers.Serializer[Any]):
    dimension = serializers.ChoiceField(list(Dimension))
    group = serializers.CharField()
    points = serializers.FloatField(help_text="Of score, by which the threshold of challenge is higher now.")
    since = serializers.DateTimeField()


class OverturnedSerializer(RateSerializer):
    reason = serializers.CharField(
        allow_null=True, help_text="That spoke against who appealed; null: of all that were answered."
    )


class FrictionAnswer(serializers.Serializer[Any]):
    """Rates of groups with their intervals, and the alarms of these days."""

    days = serializers.IntegerField()
    since = serializers.DateField()
    until = serializers.DateField()
    counted_at = serializers.DateTimeField(allow_null=True, help_text="When all that there was had last been counted.")
    policy = serializers.CharField()
    budget = serializers.FloatField(allow_null=True)
    fewest = serializers.IntegerField(help_text="Groups of fewer accounts raise no alarm.")
    overall = GroupSerializer()
    groups = GroupSerializer(many=True)
    alarms = AlarmSerializer(many=True)
    eased = EasedSerializer(many=True)
    appeals = OverturnedSerializer(many=True, help_text="Answered in these days: of all, and by reason.")


class FrictionView(APIView):
    """Outcomes, step-ups and holds by group."""

    permission_classes = [requires("signups:read")]

    @extend_schema(
        operation_id="getFrictionReport",
        summary="Outcomes, step-ups and holds by country, carrier, network, browser and language, with intervals",
        parameters=[DaysSerializer],
        responses={200: FrictionAnswer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """As counted by now. Accounts of test keys are counted nowhere, and a test key is shown an empty report."""
        asked = DaysSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = read(timezone.now(), days=asked.validated_data["days"], empty=in_test_mode(request))
        return Response(FrictionAnswer(told.as_json()).data)

"""The errors that every call can answer with, for the schema."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 application/problem+json."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; docs/errors.md lists all.")
    detail = serializers.CharField(required=False)
    fix = serializers.CharField(help_text="What to do about it.")
    request_id = serializers.CharField()
    instance = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `errors`, a name that the class of serializers uses itself."""
        return {**super().get_fields(), "errors": FieldErrorSerializer(many=True, required=False)}


TITLES = {
    400: "The body or a header is malformed",
    401: "No key, or one that is not valid",
    403: "The key has not the scope",
    404: "No such thing, or not yours to see",
    405: "Method not allowed",
    406: "No such representation",
    409: "It does not fit the state of things",
    413: "The body is too large",
    415: "Only application/json is read",
    422: "The Idempotency-Key was used with another body, or the value cannot be worked with",
    429: "Too many calls",
}
RARE = {410: "What it goes on from is not there any more"}  # of some calls only


def problems(*statuses: int) -> Mapping[Any, Any]:
    """The responses of the schema for these statuses."""
    return {
        (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, description={**TITLES, **RARE}[status])
        for status in statuses
    }


PROBLEMS = problems(*TITLES)

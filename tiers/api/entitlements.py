"""How entitlements are told and described: numbers, texts and lists of texts by their names."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [
                {"type": "number"},
                {"type": "boolean"},
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
            ]
        },
    }
)
class EntitlementsField(serializers.DictField):
    """Numbers, texts and lists of texts by their names."""

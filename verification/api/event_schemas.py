"""GET /v1/events/schemas: what is sent of each event, as JSON Schema; and the same in OpenAPI's section of webhooks."""

from typing import Any

from drf_spectacular.utils import OpenApiWebhook, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.schema import problems
from verification.webhooks.schemas import schemas


class SchemasAnswer(serializers.Serializer[Any]):
    events = serializers.DictField(
        child=serializers.DictField(), help_text="By type of event: the JSON Schema (2020-12) of what is sent of it."
    )


class EventSchemasView(APIView):
    """The contract of webhooks, open to all as the interface's own schema is."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="listEventSchemas",
        summary="What is sent of each event, as JSON Schema",
        auth=[],
        responses={200: SchemasAnswer, **problems(405, 406, 429)},
    )
    def get(self, request: Request) -> Response:
        """It changes with the version of Gatehouse only."""
        return Response({"events": schemas()}, headers={"Cache-Control": "public, max-age=300"})


HEADERS = {
    "webhook-id": "The same for each try of one event: make its effect once for each id.",
    "webhook-timestamp": "When it was sent, in seconds since 1970: refuse what is older than five minutes.",
    "webhook-signature": "v1,... (HMAC-SHA256) or v1a,... (ed25519) of each key that lives, with blanks between.",
}


def _operation(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    body = {key: value for key, value in schema.items() if not key.startswith("$")}
    return {
        "operationId": f"on_{name.replace('.', '_')}",
        "summary": name,
        "description": schema["description"],
        "tags": ["webhooks"],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
            for header, words in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again; 410 disables the endpoint."}},
    }


WEBHOOKS = [OpenApiWebhook(name, {"post": _operation(name, schema)}) for name, schema in schemas().items()]

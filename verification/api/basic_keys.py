"""API keys by Authorization: Basic, which the clients of minFraud and of TAXII send."""

import base64
import binascii

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request

from config.lib.auth import ApiKeyAuthentication


class BasicKeyAuthentication(ApiKeyAuthentication):
    """Authorization: Basic, with any name and a secret API key as the password."""

    def token(self, request: Request) -> str | None:
        """The password, or a key as every other call brings it."""
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return super().token(request)
        try:
            return base64.b64decode(sent, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return ""

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        del request
        return "Basic"


class BasicKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular's registry
    """How it stands in the schema."""

    target_class = BasicKeyAuthentication
    name = "licenceKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """An account id and a key."""
        del auto_schema
        return {"type": "http", "scheme": "basic"}

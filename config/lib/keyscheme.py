"""API keys in the schema. Apart from `auth`, which Django REST framework imports while itself half imported."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular's registry
    """The security scheme of every call that takes a key."""

    target_class = "config.lib.auth.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token."""
        del auto_schema
        return {"type": "http", "scheme": "bearer", "bearerFormat": "gh_sk_... or, from a page, gh_pk_..."}

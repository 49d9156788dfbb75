"""The schema says how to bring a key."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator


def test_the_schema_says_that_keys_are_bearer_tokens() -> None:
    generator: Any = SchemaGenerator
    schema = generator(urlconf="tests.lib.doors").get_schema(request=None, public=True)
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    assert schema["paths"]["/v1/notes"]["post"]["security"] == [{"apiKey": []}]

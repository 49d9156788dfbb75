"""Every event has a schema that says what is sent of it, and what is sent keeps to it."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jsonschema
import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from verification.events import EVENTS, Occurrence
from verification.models import Event
from verification.webhooks.messages import payload
from verification.webhooks.schemas import schema_of, schemas


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_has_a_sound_schema(name: str) -> None:
    schema = schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["type"] == {"const": name}
    assert set(schema["properties"]["data"]["properties"]) == set(EVENTS[name].__dataclass_fields__) - {"type"}
    assert schema["description"]


def test_what_happens_keeps_to_its_schema(shop: APIClient) -> None:
    signup = post(shop, "/v1/signups", alice()).json()
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    post(shop, "/v1/accounts/acct_alice/reports", {"kind": "abuse", "reference": "r1"})
    told = list(Event.objects.all())
    assert len({event.type for event in told}) >= 5
    for event in told:
        jsonschema.validate(payload(event.type, event.at, event.data), schemas()[event.type])


@dataclass(frozen=True, slots=True)
class Made(Occurrence):
    """Something was made up."""

    type: ClassVar[str] = "made.up"
    names: tuple[str, ...]
    share: float | None


def test_lists_and_what_can_be_missing_are_told() -> None:
    data = schema_of(Made)["properties"]["data"]
    assert data["required"] == ["names", "share"]
    assert data["properties"] == {
        "names": {"type": "array", "items": {"type": "string"}},
        "share": {"anyOf": [{"type": "number"}, {"type": "null"}]},
    }


@dataclass(frozen=True, slots=True)
class Strange(Occurrence):
    """Something that JSON has no word for."""

    type: ClassVar[str] = "strange"
    when: complex


def test_what_json_has_no_type_for_is_found_when_schemas_are_made() -> None:
    with pytest.raises(TypeError, match="no schema for"):
        schema_of(Strange)


def test_the_schemas_are_open_to_all_and_stand_in_openapi(client: Client) -> None:
    served: dict[str, Any] = client.get("/v1/events/schemas").json()["events"]
    assert served == schemas()
    described = client.get("/v1/schema?format=json").json()["webhooks"]
    assert set(described) == set(EVENTS)
    for name, item in described.items():
        body = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert body["properties"] == served[name]["properties"]
        headers = {each["name"] for each in item["post"]["parameters"]}
        assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}

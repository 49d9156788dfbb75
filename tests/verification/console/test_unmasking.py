"""Reading what a person gave: who may, one field at a time, for a reason that is kept."""

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from tests.verification.console.desk import LIST, RAW, page, signed_up, text


def read(client: Client, pk: int, **said: str) -> object:
    return client.post(f"{LIST}{pk}/unmask/", {"field": "email", "why": "support", **said})


def test_one_field_is_read_for_a_reason_and_that_stands_on_the_page(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    answer = read(desk, signup.pk, reference="T-17")
    assert "alice.archer@gmail.com" in text(answer)
    assert "4155552671" not in text(answer)
    assert "no-store" in answer["Cache-Control"]  # type: ignore[index]
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("account.unmask", f"account:{signup.account_id}")
    assert "alice" not in entry.details_json
    again = text(desk.get(page(signup)))
    assert not [raw for raw in RAW if raw in again]
    assert "account.unmask" in again
    assert "T-17" in again


@pytest.mark.parametrize("said", [{"why": ""}, {"field": "person"}, {"why": "curious"}, {"reference": "a@b.example"}])
def test_without_a_reason_nothing_is_read_and_nothing_written(
    shop: APIClient, desk: Client, said: dict[str, str]
) -> None:
    signup = signed_up(shop)
    answer = read(desk, signup.pk, **said)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "alice.archer" not in text(answer)
    assert not AuditEntry.objects.exists()


def test_a_viewer_reads_nothing(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop)
    assert "Read one unmasked" not in text(victor.get(page(signup)))
    assert read(victor, signup.pk).status_code == 403  # type: ignore[attr-defined]


def test_where_no_key_opens_it_that_is_said(shop: APIClient, desk: Client, settings: Settings) -> None:
    signup = signed_up(shop)
    settings.GATEHOUSE_DATA_KEYS = ["cmVwbGFjZWQtcmVwbGFjZWQtcmVwbGFjZWQtcmVwbGE="]
    assert "cannot be read" in text(read(desk, signup.pk))

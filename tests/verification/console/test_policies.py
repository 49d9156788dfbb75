"""Policies in the console: a lead writes a draft, tries it in shadow, publishes it and rolls it back; others look."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient

from risk.models import PolicyState, StoredPolicy
from risk.policies.source import written
from risk.policies.store import DEFAULT, active, read
from tests.verification.console.desk import desk_of, signed_up, text, user_of

LIST = reverse("admin:risk_storedpolicy_changelist")
DRAFT = reverse("admin:risk_storedpolicy_draft")
RULE = {"name": "mine", "when": "mailbox.valid", "floor": "review"}


@pytest.fixture
def lena(db: None) -> Client:
    """A lead's browser."""
    return desk_of(user_of("lena", "Lead"))


def drafted(client: Client, **changes: Any) -> StoredPolicy:
    """A draft, through the form."""
    document = {**read(DEFAULT), "name": "mine", **changes}
    answer = client.post(DRAFT, {"text": written(document)})
    assert answer.status_code == 302, text(answer)
    return StoredPolicy.objects.get(name="mine")


def move(client: Client, stored: StoredPolicy, name: str) -> Any:
    return client.post(reverse("admin:risk_storedpolicy_move", args=[stored.pk]), {"move": name}, follow=True)


def page(client: Client, stored: StoredPolicy) -> str:
    return text(client.get(reverse("admin:risk_storedpolicy_change", args=[stored.pk])))


def test_a_draft_is_stored_and_its_page_says_what_it_changes(lena: Client) -> None:
    assert "name: default" in text(lena.get(DRAFT))
    stored = drafted(lena, prior=0.03)
    shown = page(lena, stored)
    assert stored.state == PolicyState.DRAFT
    assert "-prior: 0.02" in shown
    assert "+prior: 0.03" in shown


def test_a_text_that_is_no_policy_comes_back_with_its_lines(lena: Client) -> None:
    document = written(read(DEFAULT)).replace("prior: 0.02", "prior: 2")
    refused = lena.post(DRAFT, {"text": document})
    assert refused.status_code == 422
    assert "line:2: prior: 2 is greater than or equal to the maximum" in text(refused)
    assert "prior: 2\n" in text(refused)
    assert not StoredPolicy.objects.filter(state=PolicyState.DRAFT).exists()


def test_a_shadow_is_compared_on_its_page_with_what_was_decided(shop: APIClient, lena: Client) -> None:
    stored = drafted(lena, rules=[RULE])
    assert "is shadow" in text(move(lena, stored, "shadow"))
    signed_up(shop)
    assert "1 decisions were judged twice" in page(lena, stored)
    assert "1 would have had another outcome" in page(lena, stored)


def test_a_version_is_published_and_rolled_back(lena: Client) -> None:
    stored = drafted(lena, prior=0.03)
    assert "is active" in text(move(lena, stored, "publish"))
    assert active().document["prior"] == 0.03
    assert "Roll back" in page(lena, stored)
    lena.post(reverse("admin:risk_storedpolicy_roll_back"))
    assert active().document["name"] == "default"


def test_where_it_takes_two_the_page_offers_each_their_part(lena: Client, settings: Settings) -> None:
    settings.PUBLISH_BY_TWO = True
    stored = drafted(lena, prior=0.03)
    assert "takes two" in text(move(lena, stored, "publish"))
    move(lena, stored, "propose")
    assert ">Publish<" not in page(lena, stored)
    omar = desk_of(user_of("omar", "Lead"))
    assert ">Publish<" in page(omar, stored)
    move(omar, stored, "publish")
    assert active().document["prior"] == 0.03


def test_others_look_and_move_nothing(lena: Client, desk: Client, victor: Client) -> None:
    stored = drafted(lena, prior=0.03)
    for other in (desk, victor):
        assert "What it changes" in page(other, stored)
        assert ">Publish<" not in page(other, stored)
        assert "New draft" not in text(other.get(LIST))
        assert other.get(DRAFT).status_code == 403
        assert move(other, stored, "publish").status_code == 403
        assert other.post(reverse("admin:risk_storedpolicy_roll_back")).status_code == 403
    assert active().document["name"] == "default"


def test_a_move_that_there_is_not_is_not_found(lena: Client) -> None:
    stored = drafted(lena, prior=0.03)
    assert move(lena, stored, "burn").status_code == 404


def test_a_text_is_checked_as_it_is_typed_and_told_what_it_would_change(lena: Client, desk: Client) -> None:
    text_now = written(active().document)
    address = "/console/risk/storedpolicy/draft/check/"
    assert lena.post(address, {"text": text_now}).json() == {"errors": [], "diff": []}
    changed = lena.post(address, {"text": text_now.replace("prior: 0.02", "prior: 0.03", 1)}).json()
    assert changed["errors"] == []
    assert any(line.startswith("+") and "0.03" in line for line in changed["diff"])
    wrong = lena.post(address, {"text": text_now.replace("thresholds:", "tresholds:", 1)}).json()
    assert wrong["errors"]
    assert not StoredPolicy.objects.filter(state=PolicyState.DRAFT).exists()
    assert desk.post(address, {"text": text_now}).status_code == 403
    assert "Its parts" in text(lena.get("/console/risk/storedpolicy/draft/"))

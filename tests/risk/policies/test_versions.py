"""The life of a policy version: into shadow, into force by one or two people, and back in one step."""

from typing import Any

import pytest
from pytest_django import Settings

from risk.models import PolicyActivation, PolicyState, StoredPolicy
from risk.policies.store import DEFAULT, active, in_force, keep, read
from risk.policies.versions import SHADOWS_MOST, VersionRefused, propose, publish, roll_back, shadow, withdraw

pytestmark = pytest.mark.django_db


def version(name: str, **changes: Any) -> StoredPolicy:
    return keep({**read(DEFAULT), "name": name, **changes}, author="nora")


def test_a_draft_judges_nothing() -> None:
    stored = version("stricter")
    assert stored.state == PolicyState.DRAFT
    assert active().document["name"] == "default"


def test_rolling_back_leads_to_what_was_before_and_then_further() -> None:
    for name in ("one", "two"):
        publish(version(name), by="nora")
    assert active().document["name"] == "two"
    assert roll_back(by="nora").policy.name == "one"
    assert active().document["name"] == "one"
    roll_back(by="nora")
    assert active().document["name"] == "default"
    with pytest.raises(VersionRefused, match="Nothing was in force"):
        roll_back(by="nora")


def test_publishing_after_a_roll_back_can_be_rolled_back_again() -> None:
    publish(version("one"), by="nora")
    roll_back(by="nora")
    publish(version("two"), by="nora")
    assert roll_back(by="nora").policy.name == "default"


def test_where_it_takes_two_nobody_publishes_alone(settings: Settings) -> None:
    settings.PUBLISH_BY_TWO = True
    stored = version("stricter")
    with pytest.raises(VersionRefused, match="takes two"):
        publish(stored, by="nora")
    propose(stored, by="nora")
    with pytest.raises(VersionRefused, match="takes two"):
        publish(stored, by="nora")
    activation = publish(stored, by="oscar")
    assert (activation.by, activation.agreed_by) == ("oscar", "nora")
    assert active().document["name"] == "stricter"


def test_a_proposal_holds_once(settings: Settings) -> None:
    settings.PUBLISH_BY_TWO = True
    stored = version("stricter")
    propose(stored, by="nora")
    publish(stored, by="oscar")
    roll_back(by="oscar")
    with pytest.raises(VersionRefused, match="takes two"):
        publish(stored, by="oscar")


def test_rolling_back_takes_one_also_where_publishing_takes_two(settings: Settings) -> None:
    publish(version("stricter"), by="nora")
    settings.PUBLISH_BY_TWO = True
    assert roll_back(by="nora").policy.name == "default"


def test_a_shadow_stands_beside_the_active_one_until_it_is_withdrawn() -> None:
    stored = version("stricter")
    shadow(stored)
    assert [each.document["name"] for each in in_force().shadows] == ["stricter"]
    assert active().document["name"] == "default"
    withdraw(stored)
    assert in_force().shadows == ()
    assert StoredPolicy.objects.get(pk=stored.pk).state == PolicyState.DRAFT


def test_there_are_only_so_many_shadows() -> None:
    for number in range(SHADOWS_MOST):
        shadow(version(f"shadow {number}"))
    with pytest.raises(VersionRefused, match="take one out"):
        shadow(version("one more"))


def test_a_shadow_that_is_published_is_no_shadow_any_more() -> None:
    stored = version("stricter")
    shadow(stored)
    publish(stored, by="nora")
    assert in_force().shadows == ()
    assert active().document["name"] == "stricter"


@pytest.mark.parametrize("move", [propose, publish])
def test_what_is_in_force_is_not_moved(move: Any) -> None:
    with pytest.raises(VersionRefused, match="in force"):
        move(StoredPolicy.objects.get(state=PolicyState.ACTIVE), by="nora")
    with pytest.raises(VersionRefused, match="in force"):
        shadow(StoredPolicy.objects.get(state=PolicyState.ACTIVE))


def test_every_activation_is_kept() -> None:
    publish(version("one"), by="nora")
    roll_back(by="oscar")
    acts = PolicyActivation.objects.order_by("pk").values_list("policy__name", "by")
    assert list(acts) == [("default", "system"), ("one", "nora"), ("default", "oscar")]

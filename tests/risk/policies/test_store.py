"""Which policy is in force: one at a time, the default on a new install, followed by all."""

from pathlib import Path
from typing import Any

import pytest

from risk.models import PolicyState, StoredPolicy
from risk.policies.store import DEFAULT, active, forget, publish, publish_default, read
from risk.policy import digest
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES
from risk.velocities import READ_BY_SIGNALS


def stricter() -> dict[str, Any]:
    return {**read(DEFAULT), "name": "stricter", "prior": 0.1}


@pytest.mark.django_db
def test_a_new_install_has_the_default_policy() -> None:
    assert active().policy.digest == digest(read(DEFAULT))


@pytest.mark.django_db
def test_publishing_puts_one_in_force_and_retires_the_one_before() -> None:
    publish(stricter())
    assert active().document["name"] == "stricter"
    assert StoredPolicy.objects.get(state=PolicyState.RETIRED).name == "default"


@pytest.mark.django_db
def test_going_back_is_publishing_the_old_one_again() -> None:
    publish(stricter())
    publish(read(DEFAULT))
    assert active().document["name"] == "default"
    assert StoredPolicy.objects.count() == 2


@pytest.mark.django_db
def test_migrating_again_leaves_the_published_policy_in_force() -> None:
    publish(stricter())
    publish_default()
    assert active().document["name"] == "stricter"


@pytest.mark.django_db
def test_an_upgrade_completes_a_policy_that_does_not_know_the_new_reasons() -> None:
    """Else the first signup after it would find no policy that can be read."""
    older = stricter()
    older["multipliers"] = {"mailbox_disposable": 3, "gone_since": 2}
    older["family_caps"] = {"mailbox": 5}
    older["floors"] = {"gone_since": "deny", "mailbox_invalid": "review"}
    older["velocities"] = {"device_accounts_30d": {"of": "device", "within": "20d"}}
    StoredPolicy.objects.update(state=PolicyState.RETIRED)
    StoredPolicy.objects.create(digest="older", name="stricter", document=older, state=PolicyState.ACTIVE)
    forget()
    publish_default()
    in_force = active().document
    assert in_force["name"] == "stricter"
    assert in_force["thresholds"] == older["thresholds"]
    assert set(in_force["multipliers"]) == REASON_CODES
    assert (in_force["multipliers"]["mailbox_disposable"], in_force["family_caps"]["mailbox"]) == (3, 5)
    assert in_force["floors"] == {**read(DEFAULT)["floors"], "mailbox_invalid": "review"}
    counted = {velocity.name: velocity.window.days for velocity in active().policy.velocities}
    assert counted["device_accounts_30d"] == 20
    assert counted.keys() == {velocity.name for velocity in READ_BY_SIGNALS}
    publish_default()
    assert active().document == in_force


@pytest.mark.parametrize("text", ["", "[]", "{", "prior: 0.5", "\x00", "a: &a [*a]"])
def test_a_file_that_is_no_policy_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError):
        read(path)

"""A code that was asked for is sent before whatever else waits to be relayed."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from verification import outbox
from verification.models import Event


def test_a_code_is_relayed_before_what_others_wait_for_and_they_follow(
    shop: APIClient, relay: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"bulk_{number}", email=f"b{number}@gmail.com", phone=None))
    signup = post(shop, "/v1/signups", alice(account_id="person")).json()
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    Event.objects.update(relayed_at=None)
    monkeypatch.setattr(outbox, "BATCH", 1)
    relay()
    asked = Event.objects.get(type="check.requested")
    assert asked.relayed_at is not None
    others = Event.objects.exclude(account=asked.account)
    assert others.filter(relayed_at=None).count() == 0, "nothing is left behind"
    assert not others.filter(relayed_at__lte=asked.relayed_at).exists()

"""A worker is killed after a party was away and before the next try: the code goes out all the same, and once."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import errands
from config.lib.models import Errand
from config.queues import INTERACTIVE
from tests.cast import alice
from tests.conftest import post
from tests.faults.sink import Mood, Sink, sink
from verification.models import Check
from verification.providers import code_provider
from verification.states import CheckStatus
from verification.tasks import codes


@pytest.fixture
def mails(settings: Settings) -> Iterator[Sink]:
    """A mail server that answers garbage, until it is told to be well."""
    settings.PROVIDERS = {**settings.PROVIDERS, "email": "django"}
    settings.EMAIL_BACKEND = "verification.providers.smtp_backend.CarefulBackend"
    with sink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        server.mood = Mood.GARBLED
        code_provider.cache_clear()
        yield server
    code_provider.cache_clear()


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(codes, "again", id="before the next try is written down"),
        pytest.param(errands, "done", id="after it, with this try still to be crossed out"),
    ],
)
def test_a_worker_killed_between_an_absence_and_the_next_try_leaves_no_check_behind(
    shop: APIClient,
    mails: Sink,
    relay: Callable[[], int],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    *,
    place: Any,
    name: str,
) -> None:
    signup = post(shop, "/v1/signups", alice()).json()
    with monkeypatch.context() as killed:
        killed.setattr(place, name, lambda *_, **__: sys.exit(9))
        with pytest.raises(SystemExit):
            post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})  # a worker has it at once
    assert (Check.objects.get().status, dict(mails.taken)) == (CheckStatus.REQUESTED, {})
    mails.mood = Mood.WELL
    for _ in range(4):  # its claim ends with the limit of its queue
        clock.shift(INTERACTIVE.seconds)
        relay()
    assert (Check.objects.get().status, dict(mails.taken)) == (CheckStatus.SENT, {alice()["email"]: 1})
    assert not Errand.objects.exists()

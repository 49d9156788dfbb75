"""Nora the analyst, Victor the viewer and a superuser, each at a browser."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import letters
from risk.models import ListEntry, StoredPolicy
from tests.conftest import post
from tests.operator import ring_of
from tests.verification.console.desk import desk_of, say, signed_up, user_of
from verification import backtest_runs, policy_runs, retaining
from verification.models import Check, Message, Signup
from verification.probing_models import Probing
from verification.webhooks import endpoints
from verification.webhooks.endpoints import Wanted


@pytest.fixture
def nora(db: None) -> User:
    """An analyst."""
    return user_of("nora", "Analyst")


@pytest.fixture
def desk(nora: User) -> Client:
    """Nora's browser."""
    return desk_of(nora)


@pytest.fixture
def nina_desk(db: None) -> Client:
    """Another analyst's browser."""
    return desk_of(user_of("nina", "Analyst"))


@pytest.fixture
def victor(db: None) -> Client:
    """A viewer's browser."""
    return desk_of(user_of("victor", "Viewer"))


@pytest.fixture
def root(admin_user: User) -> Client:
    """A superuser's browser."""
    return desk_of(admin_user)


@pytest.fixture
def full_house(shop: APIClient, nora: User, desk: Client, catch_up: Callable[[], None]) -> Signup:
    """Something in every table."""
    signup = signed_up(shop)
    post(shop, f"/v1/signups/{signup.public_id}/checks", {"kind": "email"})
    catch_up()
    check = Check.objects.get()
    Message.objects.create(
        check_asked=check, at=check.requested_at, application="shop", country="US", prefix="+14155", proven=False
    )
    post(shop, "/v1/accounts/acct_alice/reports", {"kind": "cleared", "reference": "ticket-1"})
    say(desk, signup, "hold", note="a secretive note")
    now = timezone.now()
    ListEntry.objects.create(
        list="known", kind="devices", value="0" * 16, shown="0", reason="seen", author="nora", created_at=now, since=now
    )
    run = backtest_runs.start(StoredPolicy.objects.get(), by=nora, at=timezone.now())
    assert not backtest_runs.go_on(run.pk, at=timezone.now())
    policy_runs.start(StoredPolicy.objects.get(), by="command", at=timezone.now())
    ring_of([signup.account])
    Probing.objects.create(source="device", since=now, last_at=now, found_at=now)
    endpoints.create(Wanted("https://hooks.example.org/gatehouse"), by="command", at=timezone.now())
    retaining.purge(timezone.now())
    letters.write(letters.Told("verification.lapse_proofs", [], {}, "KeyError", "a.py:1", tries=1), at=timezone.now())
    return signup

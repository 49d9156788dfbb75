"""Who shows what a partner marked is found, newcomers and those of before, each once, and stands on a list by it."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import ListEntry
from tests.cast import alice
from tests.flows.test_sharing import sign_up
from tiers.models import Account
from verification.sharing.marks import MarkKind, mark
from verification.sharing.matching import match, match_due
from verification.sharing.partners import Wanted, add
from verification.sharing_models import Partner, PartnerIndicator, PartnerMatch

KEY = "5f" * 32
PHONE = "+14155552671"


@pytest.fixture
def acme(db: None) -> Partner:
    return add(Wanted("acme", key=KEY), by="tests", at=timezone.now())


def marked(acme: Partner, number: int = 1, **changes: Any) -> PartnerIndicator:
    """They told of Alice's phone."""
    now = timezone.now()
    told = {"stix_id": f"indicator--{number}", "of": "phones", "confidence": 80, "modified": now, "since": now}
    told |= {"mark": mark(PHONE, kind=MarkKind.PHONE, key=KEY), "expires_at": now + timedelta(days=30), **changes}
    return PartnerIndicator.objects.create(partner=acme, **told)


def matched(acme: Partner) -> int:
    acme.refresh_from_db()
    return match(acme, at=timezone.now(), until=time.monotonic() + 30)


def test_a_newcomer_is_found_once_and_listed_by_the_keyed_hash_of_the_value(acme: Partner, shop: APIClient) -> None:
    indicator = marked(acme)
    (account,) = sign_up(shop, alice())
    assert matched(acme) == 1
    assert PartnerMatch.objects.get().subject == account.pk
    entry = ListEntry.objects.get()
    indicator.refresh_from_db()
    assert (entry.list, indicator.entry) == ("indicated_phones_surely", entry.pk)
    assert "4155552671" not in f"{entry.value} {entry.shown} {entry.reason}"
    assert matched(acme) == 0
    assert ListEntry.objects.count() == 1


def test_those_of_before_are_looked_at_again_where_something_new_was_told(acme: Partner, shop: APIClient) -> None:
    sign_up(shop, alice())
    assert matched(acme) == 0
    marked(acme)
    assert matched(acme) == 0
    Partner.objects.filter(pk=acme.pk).update(again_from=0)
    assert matched(acme) == 1
    acme.refresh_from_db()
    assert acme.again_from is None


def test_one_value_told_twice_is_one_entry(acme: Partner, shop: APIClient) -> None:
    marked(acme), marked(acme, 2)
    sign_up(shop, alice())
    assert matched(acme) == 2
    assert ListEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"revoked": True}, id="revoked"),
        pytest.param({"expires_at": timezone.now() - timedelta(days=1)}, id="expired"),
        pytest.param({"mark": mark(PHONE, kind=MarkKind.PHONE, key="60" * 32)}, id="under another key"),
        pytest.param({"mark": mark(PHONE, kind=MarkKind.CARD, key=KEY)}, id="of another kind"),
    ],
)
def test_what_does_not_stand_or_is_no_mark_of_it_finds_nobody(
    acme: Partner, shop: APIClient, change: dict[str, Any]
) -> None:
    marked(acme, **change)
    sign_up(shop, alice())
    assert matched(acme) == 0
    assert not ListEntry.objects.exists()


def test_below_a_medium_confidence_it_is_known_and_on_no_list(acme: Partner, shop: APIClient) -> None:
    marked(acme, confidence=29)
    sign_up(shop, alice())
    assert matched(acme) == 1
    assert not ListEntry.objects.exists()


def test_test_accounts_are_held_against_nothing_and_one_that_cannot_be_read_stops_nobody(
    acme: Partner, shop: APIClient
) -> None:
    marked(acme)
    first, second, third = sign_up(
        shop, *(alice(account_id=f"acct_{number}", email=f"jo{number}@x.example", device=None) for number in range(3))
    )
    Account.objects.filter(pk=first.pk).update(test=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_signup SET person = %s WHERE account_id = %s", [b"\x00" * 40, second.pk])
    assert matched(acme) == 1
    assert PartnerMatch.objects.get().subject == third.pk


def test_a_run_without_time_goes_on_the_next_time(acme: Partner, shop: APIClient) -> None:
    marked(acme)
    sign_up(shop, alice())
    assert match(acme, at=timezone.now(), until=time.monotonic() - 1) == 0
    assert match_due(timezone.now(), seconds=30) == 1

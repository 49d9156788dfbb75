"""An analyst sees by prefix and country whether codes to phones are entered, and never a number."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from tests.verification.console.desk import text
from verification.models import Check, Message, Signup

LIST = "/console/verification/message/"
AT = datetime(2026, 8, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ledger(shop: APIClient) -> None:
    """A code that was entered, and one that was not, in two countries."""
    post(shop, "/v1/signups", alice())
    for place, (prefix, country, entered) in enumerate((("+14155", "US", AT), ("+99450", "AZ", None))):
        check = Check.objects.create(
            signup=Signup.objects.get(), kind="phone", status="expired", requested_at=AT, recipient=place
        )
        Message.objects.create(
            check_asked=check, at=AT + timedelta(minutes=place), application="shop", country=country, carrier="",
            prefix=prefix, proven=False, entered_at=entered,
        )  # fmt: skip


def test_what_was_entered_and_what_was_not_is_told_apart_and_no_number_shown(desk: Client) -> None:
    page = text(desk.get(LIST))
    assert "not entered" in page
    assert "+99450" in page
    assert "4155552671" not in page


@pytest.mark.parametrize(("term", "found", "left"), [("+994", "+99450", "+14155"), ("us", "+14155", "+99450")])
def test_messages_are_found_by_prefix_or_country(desk: Client, term: str, found: str, left: str) -> None:
    page = text(desk.get(LIST, {"q": term}))
    assert found in page
    assert left not in page

"""What traces promise: two signups hold the same number exactly where they share a value, and nothing raw is kept."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from risk.facts import FormFacts
from risk.models import Trace
from risk.rings.links import STORED, Link
from risk.rings.traces import filled_in, home_of, later, origin
from tests.cast import alice
from tests.conftest import post
from tests.risk.alice import alice as facts_of_alice
from tests.risk.alice import with_
from tiers.models import Account


def _links(shop: APIClient, account: str, **changes: Any) -> dict[Link, int]:
    """The trace of Alice's signup with changes, as another account."""
    answered = post(shop, "/v1/signups", alice(account_id=account, **changes))
    assert answered.status_code == 201
    trace = Trace.objects.get(subject=Account.objects.get(account_id=account).pk)
    return dict(zip(Link, trace.links, strict=False))


def _shared(one: dict[Link, int], other: dict[Link, int]) -> set[Link]:
    return {link for link in one if one[link] and one[link] == other[link]}


def test_one_who_comes_again_with_another_mailbox_shares_all_but_the_mailbox(shop: APIClient) -> None:
    one = _links(shop, "acct_1")
    other = _links(shop, "acct_2", email="zoe.zimmer@example.org")
    assert {Link.ADDRESS, Link.NETWORK, Link.PHONE, Link.PHONE_1000, Link.CARRIER, Link.AGENT} <= _shared(one, other)
    assert not {Link.MAILBOX, Link.DOMAIN, Link.SHAPE} & _shared(one, other)


def test_a_number_beside_hers_shares_its_blocks_and_not_itself(shop: APIClient) -> None:
    one, other = _links(shop, "acct_1", phone="+14155552671"), _links(shop, "acct_2", phone="+14155552679")
    blocks = {Link.PHONE_10, Link.PHONE_100, Link.PHONE_1000, Link.PHONE_10000}
    assert blocks <= _shared(one, other)
    assert Link.PHONE not in _shared(one, other)


def test_what_was_not_shown_is_nothing_and_shared_with_nobody(shop: APIClient) -> None:
    bare = {"phone": None, "payment": None, "form": None}
    one, other = _links(shop, "acct_1", **bare), _links(shop, "acct_2", **bare)
    assert not any(one[link] for link in (Link.PHONE, Link.PHONE_10, Link.CARD, Link.BIN, Link.FORM, Link.CARRIER))
    assert not {Link.PHONE, Link.CARD, Link.FORM} & _shared(one, other)


def test_a_trace_holds_as_many_numbers_as_there_are_places(shop: APIClient) -> None:
    _links(shop, "acct_1")
    assert len(Trace.objects.get().links) == STORED


def test_home_is_where_the_number_is_else_the_card_else_the_network() -> None:
    abroad = with_("network", country="DE")
    assert home_of(abroad) == "US"
    assert home_of(facts_of_alice(phone=None, card=None)) == "US"
    assert home_of(facts_of_alice(phone=None, card=None, network=None)) is None


def test_countries_that_are_one_tell_nothing_of_an_origin() -> None:
    assert origin(facts_of_alice()) is None
    assert origin(with_("network", country="DE")) == "US|DE|US"


def test_how_a_form_was_filled_in_is_told_in_steps() -> None:
    slow = FormFacts(41_250, keystrokes=58, pastes=0, pointer_events=61, typed_length=50, trusted=True)
    alike = FormFacts(41_900, keystrokes=58, pastes=0, pointer_events=62, typed_length=50, trusted=False)
    fast = FormFacts(300, keystrokes=0, pastes=3, pointer_events=0, typed_length=50, trusted=True)
    assert filled_in(slow) == filled_in(alike)
    assert filled_in(slow) != filled_in(fast)


@pytest.mark.parametrize("link", [Link.PHONE, Link.PHONE_100, Link.DOMAIN, Link.TEMPLATE, Link.CARD])
def test_what_is_given_later_counts(link: Link) -> None:
    assert later([7] * STORED)[link] == 7


@pytest.mark.parametrize("link", [Link.ADDRESS, Link.DEVICE, Link.COUNTRY, Link.HOUR, Link.LOCALE, Link.FORM])
def test_where_from_and_when_is_of_the_signup_only(link: Link) -> None:
    assert later([7] * STORED)[link] == 0

"""A person shows a card: to Stripe's real SDK against localstripe and the documented answers, and offline."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.identifiers import IdentifierKind
from risk.models import Assessment, Identifier
from tests import local_stripe
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.stripe_peer import CARD, StripePeer
from verification.models import Check, Event, Proof
from verification.providers import session_provider
from verification.tasks import settle_session

CatchUp = Callable[[], int]
Step = Callable[..., dict[str, Any]]


def signed_up(shop: APIClient, **changes: Any) -> dict[str, Any]:
    answered: dict[str, Any] = post(shop, "/v1/signups", alice(**changes)).json()
    return answered


def card_check(answered: dict[str, Any]) -> dict[str, Any]:
    (check,) = [check for check in answered["checks"] if check["kind"] == "payment"]
    return dict(check)


@pytest.fixture
def ask(shop: APIClient, catch_up: CatchUp) -> Step:
    """Ask for a card check and let the worker open its session."""

    def step(signup: dict[str, Any]) -> dict[str, Any]:
        assert post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"}).status_code == 202
        catch_up()
        answered: dict[str, Any] = shop.get(f"/v1/signups/{signup['id']}").json()
        return answered

    return step


@pytest.fixture
def come_back(shop: APIClient, catch_up: CatchUp) -> Step:
    """The page says that the person is done, and the worker asks the party."""

    def step(signup: dict[str, Any], **body: Any) -> dict[str, Any]:
        assert post(shop, f"/v1/signups/{signup['id']}/checks/payment/answers", body).status_code == 200
        catch_up()
        answered: dict[str, Any] = shop.get(f"/v1/signups/{signup['id']}").json()
        return answered

    return step


def facts() -> dict[str, Any]:
    stored: dict[str, Any] = Assessment.objects.order_by("-id")[0].facts
    return stored


@pytest.fixture
def localstripe(settings: Settings) -> Iterator[str]:
    with local_stripe.running() as address:
        settings.PROVIDERS = {**settings.PROVIDERS, "payment": "stripe"}
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = address, local_stripe.SECRET_KEY
        settings.STRIPE_PUBLISHABLE_KEY = local_stripe.PUBLISHABLE_KEY
        session_provider.cache_clear()
        yield address
    session_provider.cache_clear()


def test_a_card_confirmed_at_localstripe_raises_the_tier_and_is_known_again(
    shop: APIClient, ask: Step, come_back: Step, localstripe: str
) -> None:
    signup = signed_up(shop)
    check = card_check(ask(signup))
    assert (check["status"], check["challenge"]["publishable_key"]) == ("sent", local_stripe.PUBLISHABLE_KEY)
    secret = check["challenge"]["client_secret"]
    assert local_stripe.confirm(localstripe, secret.partition("_secret_")[0], secret).ok
    passed = come_back(signup)
    assert (card_check(passed)["status"], passed["tier"]) == ("passed", "basic")
    assert facts()["card"] == {
        "brand": "visa",
        "funding": "credit",
        "issuer_country": "FR",
        "cvc_check": None,
        "postal_check": None,
        "three_d_secure": None,
    }
    assert facts()["velocity"]["card_accounts_30d"] == 0
    assert "card_country_mismatch" in {reason["code"] for reason in passed["reasons"]}
    assert Identifier.objects.filter(kind=IdentifierKind.CARD).count() == 1


def test_a_card_that_localstripe_declines_passes_nothing(
    shop: APIClient, ask: Step, come_back: Step, localstripe: str
) -> None:
    signup = signed_up(shop)
    secret = card_check(ask(signup))["challenge"]["client_secret"]
    reference = secret.partition("_secret_")[0]
    declined = local_stripe.confirm(localstripe, reference, secret, number=local_stripe.DECLINED)
    assert declined.status_code == 402
    assert card_check(come_back(signup))["status"] == "failed"  # localstripe cancels where Stripe gives another try
    assert not Proof.objects.exists()


def test_saying_that_one_is_done_passes_nothing_before_the_party_says_so(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    assert card_check(come_back(signup))["status"] == "sent"
    assert not Proof.objects.exists()


def test_a_card_that_was_declined_leaves_another_try(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    reference = Check.objects.get().reference
    with_stripe.decline(reference)
    assert card_check(come_back(signup))["status"] == "sent"
    with_stripe.confirm(reference, three_d_secure="authenticated")
    assert card_check(come_back(signup))["status"] == "passed"
    assert facts()["card"]["three_d_secure"] == "authenticated"


def test_a_card_that_others_showed_counts_against_the_one_who_shows_it_later(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    for number in range(2):
        signup = signed_up(shop, account_id=f"acct_{number}", device=None, email=f"a{number}@example.org", phone=None)
        ask(signup)
        with_stripe.confirm(Check.objects.latest("pk").reference)
        passed = come_back(signup)
    assert facts()["velocity"]["card_accounts_30d"] == 1
    assert "velocity_card_few" in {reason["code"] for reason in passed["reasons"]}


def test_a_session_settled_twice_is_passed_and_learnt_once(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    check = Check.objects.get()
    with_stripe.confirm(check.reference)
    come_back(signup)
    before = Assessment.objects.count()
    settle_session.apply(args=(check.pk,)).get(disable_sync_subtasks=False)
    assert (Assessment.objects.count(), Proof.objects.count()) == (before, 1)
    assert Identifier.objects.filter(kind=IdentifierKind.CARD).count() == 1
    assert Event.objects.filter(type="check.passed").count() == 1


def test_with_stripe_away_the_check_waits_and_then_says_so(shop: APIClient, ask: Step, with_stripe: StripePeer) -> None:
    with_stripe.trouble = (503, b"")
    assert card_check(ask(signed_up(shop)))["status"] == "undelivered"


def test_with_stripe_away_at_the_end_nothing_is_lost(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    with_stripe.confirm(Check.objects.get().reference)
    with_stripe.trouble = (503, b"")
    assert card_check(come_back(signup))["status"] == "sent"
    assert not Proof.objects.exists()


def test_asking_again_opens_another_session_and_the_first_no_longer_counts(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    first = Check.objects.get()
    ask(signup)
    assert Check.objects.exclude(pk=first.pk).get().reference != first.reference
    with_stripe.confirm(first.reference)
    assert card_check(come_back(signup))["status"] == "sent"


@pytest.mark.parametrize(
    ("choice", "status"),
    [("visa", "passed"), ("secured", "passed"), ("declined", "sent"), ("not_secured", "sent"), ("canceled", "failed")],
)
def test_offline_each_choice_comes_to_what_its_name_says(
    shop: APIClient, ask: Step, come_back: Step, choice: str, status: str
) -> None:
    signup = signed_up(shop)
    check = card_check(ask(signup))
    assert check["challenge"]["form"] == "offline"
    assert choice in check["challenge"]["choices"]
    assert card_check(come_back(signup, choice=choice))["status"] == status


def test_offline_the_same_owner_is_the_same_card(shop: APIClient, ask: Step, come_back: Step) -> None:
    for number in range(2):
        signup = signed_up(shop, account_id=f"acct_{number}", device=None, email=f"a{number}@example.org", phone=None)
        ask(signup)
        come_back(signup, choice="visa:carol")
    assert facts()["velocity"]["card_accounts_30d"] == 1


def test_a_test_key_shows_magic_cards_even_where_stripe_is_chosen_and_leaves_no_trace(
    db: None, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    trial = client_with(token)
    signup = signed_up(trial)
    post(trial, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"})
    catch_up()
    post(trial, f"/v1/signups/{signup['id']}/checks/payment/answers", {"choice": "visa"})
    catch_up()
    assert trial.get(f"/v1/signups/{signup['id']}").json()["tier"] == "basic"
    assert with_stripe.calls == []
    assert not Identifier.objects.exists()


def test_a_choice_is_nothing_to_a_live_session_at_stripe(
    shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer
) -> None:
    signup = signed_up(shop)
    ask(signup)
    assert card_check(come_back(signup, choice="visa"))["status"] == "sent"


def test_what_is_off_is_neither_offered_nor_taken(shop: APIClient, settings: Settings) -> None:
    settings.PROVIDERS = {**settings.PROVIDERS, "payment": "off", "document": "off"}
    signup = signed_up(shop)
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    assert not offered & {"payment", "document"}
    refused = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"})
    assert (refused.status_code, refused.json()["code"]) == (422, "check_unknown")


def test_no_number_of_a_card_is_anywhere(shop: APIClient, ask: Step, come_back: Step, with_stripe: StripePeer) -> None:
    signup = signed_up(shop)
    ask(signup)
    with_stripe.confirm(Check.objects.get().reference)
    come_back(signup)
    stored = str(facts()) + str(list(Event.objects.values_list("data", flat=True)))
    assert CARD["fingerprint"] not in stored
    assert CARD["last4"] not in stored

"""Golden accounts: an analyst gets one, does not know, and their word is held against the truth."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.facts import Word
from risk.models import Assessment
from tests.cast import bob
from tests.conftest import post
from tests.verification.console.desk import LIST, QUEUE, desk_of, page, say, shown, signed_up, text, user_of
from tiers.models import Account
from verification import golden
from verification.desk_models import Golden, GoldenAnswer
from verification.models import Case, Review, Signup

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(settings: Settings) -> User:
    settings.GOLDEN_EVERY = 2
    return user_of("lena", "Lead")


@pytest.fixture
def known(shop: APIClient, lena: User) -> Signup:
    """Bob's, which a lead denied and made golden."""
    post(shop, "/v1/signups", bob())
    signup, desk = Signup.objects.select_related("account").get(), desk_of(lena)
    say(desk, signup, "deny", note="a telling note")
    desk.post(f"{LIST}{signup.pk}/golden/", {"truth": "deny", "why": "the script was ours"})
    return signup


@pytest.fixture
def nina(known: Signup, shop: APIClient) -> Client:
    """An analyst who has given two words."""
    client = desk_of(user_of("nina", "Analyst"))
    for number in range(2):
        say(client, signed_up(shop, account_id=f"acct_{number}"), "approve")
    return client


def test_it_comes_as_it_was_and_the_word_on_it_changes_nothing(known: Signup, nina: Client) -> None:
    before = Account.objects.filter(pk=known.account_id).values().get()
    assert nina.post(f"{QUEUE}next/")["Location"] == page(known)
    seen = text(nina.get(page(known)))
    assert "a telling note" not in seen
    assert "the script was ours" not in seen
    assert "Nobody has acted on this account" in seen
    assert "golden" not in seen.lower()
    assert "browser_tool" in seen
    first = Assessment.objects.filter(subject=known.account_id).earliest("pk").pk
    assert say(nina, known, "approve", note="looks fine", seen=first)["Location"] == QUEUE
    assert Account.objects.filter(pk=known.account_id).values().get() == before
    assert Review.objects.filter(account=known.account_id).count() == 1
    assert GoldenAnswer.objects.get().word == "approve"
    assert not Case.objects.filter(closed_at=None, golden__isnull=False).exists()
    assert "a telling note" in text(nina.get(page(known)))


def test_agreement_is_told_to_leads_alone(known: Signup, nina: Client, lena: User) -> None:
    nina.post(f"{QUEUE}next/")
    first = Assessment.objects.filter(subject=known.account_id).earliest("pk").pk
    say(nina, known, "deny", note="a script", seen=first)
    nora = user_of("nora", "Analyst")
    GoldenAnswer.objects.create(golden=Golden.objects.get(), analyst=nora, word="approve", at=timezone.now())
    rows = {row.analyst: row for row in golden.agreement(timezone.now() - timedelta(days=1))}
    assert (rows["nina"].answered, rows["nina"].right, rows["nina"].pairs, rows["nina"].same) == (1, 1, 1, 0)
    assert rows["nora"].right == 0
    seen = text(desk_of(lena).get("/console/verification/golden/"))
    assert "nina" in seen
    assert shown(desk_of(lena).get("/console/verification/golden/")) == ["acct_bob"]
    assert nina.get("/console/verification/golden/").status_code == 403
    assert "Make it golden" not in text(nina.get(page(known)))
    assert nina.post(f"{LIST}{known.pk}/golden/", {"truth": "deny", "why": "x"}).status_code == 403
    assert {entry.act for entry in AuditEntry.objects.filter(subject__startswith="golden:")} == {
        "golden.make",
        "golden.answer",
    }


def test_nobody_gets_one_that_they_know_or_answered_or_that_has_ended(known: Signup, nina: Client, lena: User) -> None:
    analyst = User.objects.get(username="nina")
    assert golden.seed(lena, at=timezone.now()) is None
    case = golden.seed(analyst, at=timezone.now())
    assert case is not None
    golden.answer(case, Word.HOLD, analyst=analyst, at=timezone.now())
    Review.objects.filter(analyst=analyst).update(at=timezone.now() + timedelta(hours=1))
    assert golden.seed(analyst, at=timezone.now()) is None
    nora = user_of("nora", "Analyst")
    Review.objects.filter(analyst=analyst).update(analyst=nora)
    desk_of(lena).post(f"/console/verification/golden/{Golden.objects.get().pk}/end/")
    assert golden.seed(nora, at=timezone.now()) is None
    assert Group.objects.filter(name="Lead").exists()


def test_a_golden_account_needs_what_is_right_and_how_that_is_known(known: Signup, lena: User) -> None:
    with pytest.raises(ValueError, match="what is right"):
        golden.make(known.account, truth=Word.HOLD, why="x", by=lena, at=timezone.now())
    refused = desk_of(lena).post(f"{LIST}{known.pk}/golden/", {"truth": "deny", "why": ""}, follow=True)
    assert "Say how it is known" in text(refused)

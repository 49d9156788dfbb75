"""The word: Nora gives it, Victor cannot, and a word that is not right changes nothing."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import Assessment
from tests.verification.console.desk import LIST, page, say, shown, signed_up, text
from tiers.models import Account
from verification.models import Signup


@pytest.mark.parametrize(
    ("act", "outcome", "state"),
    [("approve", "allow", "opened"), ("deny", "deny", "refused"), ("hold", "review", "in_review")],
)
def test_an_analysts_word_decides_and_is_seen_everywhere(
    shop: APIClient, desk: Client, act: str, outcome: str, state: str
) -> None:
    signup = signed_up(shop)
    said = say(desk, signup, act, note="known to the sales team")
    assert (said.status_code, said["Location"]) == (302, page(signup))
    signup = Signup.objects.select_related("account").get()
    assert (signup.account.outcome, signup.state) == (outcome, state)
    seen = text(desk.get(page(signup)))
    assert seen.count("known to the sales team") == 2  # in the summary and among the reviews
    assert f"now {outcome}" in seen
    assert f"account.{act}" in seen
    assert AuditEntry.objects.get().subject == f"account:{signup.account_id}"


def test_a_word_withdrawn_lets_the_score_decide_again(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    assert "Withdraw the word" not in text(desk.get(page(signup)))
    say(desk, signup, "deny")
    assert "Withdraw the word" in text(desk.get(page(signup)))
    assert say(desk, signup, "withdraw", note="mistaken").status_code == 302
    assert Account.objects.get().outcome == "allow"
    assert say(desk, signup, "withdraw").status_code == 422


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"note": ""}, "Say why"),
        ({"note": "   \n"}, "Say why"),
        ({"note": "x" * 2001}, "at most 2000"),
        ({"act": "promote"}, "not one of the available choices"),
        ({"act": ""}, "Choose one of the buttons"),
        ({"seen": "x"}, "whole number"),
        ({"seen": "1"}, "decided anew"),
        ({"note": "a\x00b"}, "Null characters"),
    ],
)
def test_an_act_that_is_not_right_is_refused_with_its_reason_and_changes_nothing(
    shop: APIClient, desk: Client, body: dict[str, str], complaint: str
) -> None:
    signup = signed_up(shop)
    before = Account.objects.values().get()
    refused = say(desk, signup, **{"act": "deny", **body})
    assert refused.status_code == 422
    assert complaint in text(refused)
    assert Account.objects.values().get() == before
    assert not AuditEntry.objects.exists()


def test_the_second_of_two_clicks_is_told_that_the_first_was_heard(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    first = Assessment.objects.get().pk
    assert say(desk, signup, "deny", seen=first).status_code == 302
    second = say(desk, signup, "deny", seen=first)
    assert second.status_code == 422
    assert "decided anew" in text(second)
    assert AuditEntry.objects.count() == 1


def test_a_viewer_sees_all_but_gives_no_word(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop)
    assert shown(victor.get(LIST)) == ["acct_alice"]
    seen = text(victor.get(page(signup)))
    assert 'name="note"' not in seen
    assert "You may look" in seen
    assert say(victor, signup, "approve").status_code == 403
    assert not AuditEntry.objects.exists()


def test_a_word_needs_a_post_with_its_token(shop: APIClient, nora: User, desk: Client) -> None:
    signup = signed_up(shop)
    address = reverse("admin:verification_signup_word", args=[signup.pk])
    assert desk.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nora)
    assert say(strict, signup, "deny").status_code == 403
    assert Account.objects.get().outcome == "allow"

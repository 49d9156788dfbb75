"""The page of one signup: why it was decided so, and everything that happened to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from pytest_django import Settings
from rest_framework.test import APIClient

from risk.facts import ReportKind, Word
from risk.identifiers import IdentifierKind, hashed
from risk.models import Assessment
from tests.cast import bob
from tests.conftest import post
from tests.verification.console.desk import LIST, RAW, count_queries, page, signed_up, text
from verification.models import Proof, Signup
from verification.reports import Telling, apply_chunk, take
from verification.review import give_word

DAY = timedelta(days=1)
PAGE_QUERIES = 39  # the same as the list, but the list; the signup, its person, and one for each part of the page


def test_the_page_of_a_signup_explains_its_score_line_by_line(shop: APIClient, desk: Client) -> None:
    answer = post(shop, "/v1/signups", bob()).json()
    seen = text(desk.get(page(Signup.objects.get())))
    for reason in answer["reasons"]:
        assert escape(reason["words"]) in seen or reason["code"].startswith("cap_")
        assert reason["code"] in seen
        assert f"{reason['weight']:+.2f}" in seen
    assert f"{answer['score']:.1f}" in seen
    assert "likelier" in seen
    assert "Before anything is known" in seen


def test_the_page_shows_masked_contacts_and_nothing_raw(shop: APIClient, desk: Client) -> None:
    seen = text(desk.get(page(signed_up(shop))))
    assert "a***@g***.com" in seen
    assert "+1***71" in seen
    assert "A*** A***" in seen
    assert not [raw for raw in RAW if raw in seen]


def test_the_page_shows_what_could_not_be_seen_and_the_facts(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop, phone=None)
    unknown = Assessment.objects.get().unknown
    seen = text(desk.get(page(signup)))
    assert unknown
    assert all(escape(name) in seen and escape(why) in seen for name, why in unknown.items())
    assert "America/New_York" in seen
    assert "time taken" in seen


def test_the_page_shows_checks_proofs_and_the_tiers_that_followed(
    shop: APIClient, desk: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    signup = signed_up(shop)
    path = f"/v1/signups/{signup.public_id}/checks"
    post(shop, path, {"kind": "email"})
    catch_up()
    post(shop, f"{path}/email/answers", {"code": code_for("alice.archer@gmail.com")})
    seen = text(desk.get(page(signup)))
    assert "passed" in seen
    assert "Lapses" in seen
    assert seen.index(">basic<") < seen.index(">trial<", seen.index('id="gh-tiers"'))
    earlier = Assessment.objects.earliest("id")
    drawn = text(desk.get(page(signup), {"assessment": earlier.pk}))
    assert "This is an earlier assessment" in drawn
    assert "This is an earlier assessment" not in seen


def test_the_page_takes_the_same_number_of_queries_however_long_its_history(
    shop: APIClient, desk: Client, nora: User
) -> None:
    signup = signed_up(shop)
    counts = []
    for _ in range(2):
        for word in Word:
            give_word(signup.account_id, word=word, note="again", analyst=nora, at=timezone.now())
        counts.append(count_queries(desk, page(signup)))
    assert counts == [PAGE_QUERIES] * 2


def test_the_page_shows_what_was_reported_and_which_proof_it_takes_away(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop, payment={"provider": "stripe", "fingerprint": "fp_1"})
    assert "Reports" not in text(desk.get(page(signup)))
    now = timezone.now()
    shown = hashed(IdentifierKind.CARD, "stripe:fp_1")
    Proof.objects.create(account=signup.account, kind="payment", passed_at=now, lapses_at=now + DAY, shown=shown)
    telling = Telling("stripe", "dp_1", ReportKind.CHARGEBACK, now, card="stripe:fp_1", detail="fraudulent, lost")
    apply_chunk(take(telling, account=None, at=now).pk, at=now)
    seen = text(desk.get(page(signup)))
    assert "a card that it showed" in seen
    assert "fraudulent, lost" in seen
    assert "no: its card was reported" in seen
    assert "fp_1" not in seen


@pytest.mark.parametrize(("asked", "status"), [("0", 404), ("9" * 18, 404), ("x", 200), ("9" * 5000, 200), ("", 200)])
def test_an_assessment_of_somebody_else_is_not_shown(shop: APIClient, desk: Client, asked: str, status: int) -> None:
    signup = signed_up(shop)
    assert desk.get(page(signup), {"assessment": asked}).status_code == status
    other = signed_up(shop, account_id="acct_other")
    theirs = Assessment.objects.get(subject=other.account_id)
    assert desk.get(page(signup), {"assessment": theirs.pk}).status_code == 404


@pytest.mark.parametrize("name", ["\ud800ob \u202eecilA", "<script>alert(1)</script>", "   ", "💥", "a" * 200])
def test_a_hostile_name_breaks_no_page(shop: APIClient, desk: Client, name: str) -> None:
    seen = desk.get(page(signed_up(shop, name=name)))
    assert seen.status_code == 200
    assert "\u202e" not in text(seen)
    assert "<script>alert" not in text(seen)


def test_a_page_is_shown_even_where_no_key_opens_what_was_sent(
    shop: APIClient, desk: Client, settings: Settings
) -> None:
    signup = signed_up(shop)
    settings.GATEHOUSE_DATA_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    seen = desk.get(page(signup))
    assert seen.status_code == 200
    assert "cannot be read" in text(seen)
    assert desk.get(LIST).status_code == 200

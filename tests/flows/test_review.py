"""An analyst gives a word: it outweighs the score, is written in the audit log, and can be taken back."""

import json

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.models import AuditEntry
from risk.facts import Word
from tests.cast import alice, bob
from tests.conftest import post
from tiers.models import Account
from verification.models import Case, Event
from verification.review import NoteMissing, give_word, withdraw_word


@pytest.fixture
def account(shop: APIClient) -> Account:
    """Bob's account, waiting for review or refused."""
    post(shop, "/v1/signups", bob())
    return Account.objects.get()


@pytest.mark.parametrize(
    ("word", "tier", "outcome"),
    [(Word.APPROVE, "trial", "allow"), (Word.HOLD, "restricted", "review"), (Word.DENY, "blocked", "deny")],
)
def test_a_word_decides_whatever_the_score(account: Account, nora: User, word: Word, tier: str, outcome: str) -> None:
    score = account.score
    give_word(account.pk, word=word, note="looked at it", analyst=nora, at=timezone.now())
    account.refresh_from_db()
    assert (account.tier, account.outcome, account.score) == (tier, outcome, score)


def test_a_word_withdrawn_lets_the_score_speak_again(account: Account, nora: User) -> None:
    before = (account.tier, account.outcome)
    give_word(account.pk, word=Word.APPROVE, note="a regular", analyst=nora, at=timezone.now())
    withdraw_word(account.pk, note="mistaken for another", analyst=nora, at=timezone.now())
    account.refresh_from_db()
    assert (account.tier, account.outcome) == before


def test_every_word_stands_in_the_audit_log_with_its_note(account: Account, nora: User) -> None:
    give_word(account.pk, word=Word.DENY, note="a bot farm", analyst=nora, at=timezone.now())
    entry = AuditEntry.objects.get(act="account.deny")
    assert (entry.actor, entry.subject) == (f"user:{nora.pk}", f"account:{account.pk}")
    assert json.loads(entry.details_json) == {"reviews": [account.reviews.get().pk]}
    assert account.reviews.get().note == "a bot farm"
    assert audit.verify() == []


def test_a_word_can_be_given_where_the_data_key_is_lost(account: Account, nora: User, settings: Settings) -> None:
    settings.GATEHOUSE_DATA_KEYS = [Fernet.generate_key().decode()]
    give_word(account.pk, word=Word.DENY, note="no", analyst=nora, at=timezone.now())
    account.refresh_from_db()
    assert account.tier == "blocked"


def test_a_word_without_a_note_is_not_taken(account: Account, nora: User) -> None:
    with pytest.raises(NoteMissing):
        give_word(account.pk, word=Word.APPROVE, note="  ", analyst=nora, at=timezone.now())
    assert not AuditEntry.objects.exists()


def test_a_case_opens_with_review_and_closes_with_the_word(shop: APIClient, nora: User) -> None:
    post(shop, "/v1/signups", alice())
    account = Account.objects.get()
    give_word(account.pk, word=Word.HOLD, note="odd", analyst=nora, at=timezone.now())
    assert Case.objects.get().closed_at is None
    assert Event.objects.filter(type="case.opened").count() == 1
    give_word(account.pk, word=Word.APPROVE, note="fine after all", analyst=nora, at=timezone.now())
    assert Case.objects.get().closed_at is not None

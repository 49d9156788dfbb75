"""One analyst at a time has a case."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from tests.verification.console.desk import signed_up, user_of
from verification import claims
from verification.appeals import open_appeal
from verification.claims import HELD_FOR, ClaimedByAnother
from verification.models import Case
from verification.review import give_word


@pytest.fixture
def case(shop: APIClient, nora: User) -> Case:
    """An open one."""
    give_word(signed_up(shop).account_id, word=Word.HOLD, note="x", analyst=nora, at=timezone.now())
    return Case.objects.get()


def test_a_claim_keeps_others_away_until_it_ends_by_itself(case: Case, nora: User) -> None:
    nina, now = user_of("nina", "Analyst"), timezone.now()
    claims.claim(case.pk, analyst=nora, at=now)
    with pytest.raises(ClaimedByAnother, match="nora has this case"):
        claims.claim(case.pk, analyst=nina, at=now + HELD_FOR - timedelta(seconds=1))
    with pytest.raises(ClaimedByAnother):
        claims.refuse_others(case.account_id, analyst=nina, at=now)
    claims.claim(case.pk, analyst=nina, at=now + HELD_FOR)
    claims.let_go(case.pk, analyst=nora)  # not hers any more
    assert claims.holder(Case.objects.get(), at=now + HELD_FOR) == nina


def test_a_closed_case_is_claimed_by_nobody(case: Case, nora: User) -> None:
    Case.objects.update(closed_at=timezone.now())
    with pytest.raises(Case.DoesNotExist):
        claims.claim(case.pk, analyst=nora, at=timezone.now())
    assert claims.next_of(Case.objects.all(), analyst=nora, at=timezone.now()) is None


def test_nobody_is_given_an_appeal_of_what_they_decided(shop: APIClient, nora: User) -> None:
    signup = signed_up(shop)
    give_word(signup.account_id, word=Word.DENY, note="x", analyst=nora, at=timezone.now())
    open_appeal(signup.account_id, text="", at=timezone.now())
    assert claims.next_of(Case.objects.all(), analyst=nora, at=timezone.now()) is None
    given = claims.next_of(Case.objects.all(), analyst=user_of("nina", "Analyst"), at=timezone.now())
    assert given is not None
    assert given.kind == "appeal"

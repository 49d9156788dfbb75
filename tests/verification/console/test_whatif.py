"""What would change the answer."""

import math

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from risk.models import Assessment
from risk.policies.store import active
from tests.verification.console.desk import page, signed_up, text
from verification.console.whatif import what_if
from verification.review import give_word


def test_checks_and_reasons_are_each_tried_alone(shop: APIClient, desk: Client) -> None:
    form = {"duration_ms": 300, "keystrokes": 0, "pastes": 0, "pointer_events": 0}
    signup = signed_up(shop, form=form, device=None, phone="+1415555")
    assessment = Assessment.objects.get()
    found = what_if(assessment, active().policy)
    assert found is not None
    assert assessment.outcome == "challenge"
    by_mail = next(each for each in found.checks if "email" in each.what)
    assert (by_mail.outcome, by_mail.changes) == ("allow", True)
    assert all(float(each.score) < assessment.score for each in found.reasons)
    assert "score below" in found.nearest
    assert "What would change the answer" in text(desk.get(page(signup)))


def test_leaving_a_reason_out_takes_its_weight_from_the_odds(shop: APIClient) -> None:
    signed_up(shop, phone="+1415555", device=None)
    assessment = Assessment.objects.get()
    (left_out,) = [line for line in assessment.reasons if line["weight"] > 0]
    found = what_if(assessment, active().policy)
    assert found is not None
    odds = math.log(assessment.score / (100 - assessment.score)) - left_out["weight"]
    assert float(found.reasons[0].score) == pytest.approx(100 / (1 + math.exp(-odds)), abs=0.06)


def test_where_a_word_decides_nothing_else_would_change_it(shop: APIClient, nora: User) -> None:
    signup = signed_up(shop)
    give_word(signup.account_id, word=Word.DENY, note="x", analyst=nora, at=timezone.now())
    assert what_if(Assessment.objects.latest("pk"), active().policy) is None
    assert what_if(Assessment.objects.earliest("pk"), None) is None

"""Whom an act on a ring reaches."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from risk.models import RingMember
from tests.operator import accounts_of, ring_of
from tests.verification.console.desk import signed_up
from tiers.models import Account
from verification.blast import blast
from verification.models import Proof
from verification.review import give_word

pytestmark = pytest.mark.django_db


def test_it_counts_who_pays_who_was_spoken_for_and_who_is_close_by(shop: APIClient, nora: User) -> None:
    members = [
        signed_up(shop, account_id=f"acct_{number}", email=f"p{number}@example{number}.org", device=None).account
        for number in range(3)
    ]
    near = signed_up(shop, account_id="acct_near", email="near@example.net", device=None)  # the same phone
    now = timezone.now()
    Account.objects.filter(pk=members[0].pk).update(created_at=now - timedelta(days=400), earned_days=5)
    Proof.objects.create(account=members[0], kind="payment", passed_at=now, lapses_at=now + timedelta(days=9))
    give_word(members[1].pk, word=Word.APPROVE, note="known", analyst=nora, at=now)
    ring = ring_of(members)
    RingMember.objects.create(ring=ring, subject=10**9, joined_at=now, left_at=now, weight=1.0)
    reached = blast(ring.pk, at=now)
    assert (reached.members, reached.paying, reached.spoken_for, reached.earning) == (3, 1, 1, 1)
    assert (reached.month, reached.year, reached.oldest_days, reached.half_days) == (1, 1, 400, 0)
    assert (reached.former, reached.near, reached.near_more) == (1, 1, False)
    assert near.account_id


def test_a_ring_of_nobody_reaches_nobody(db: None) -> None:
    reached = blast(ring_of(accounts_of(0)).pk, at=timezone.now())
    assert (reached.members, reached.oldest_days, reached.near) == (0, 0, 0)

"""Of a confirmed ring a partner is told what its members alone have, and of nobody else anything."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Label, Ring, RingMember
from risk.rings.states import RingState
from tests.cast import alice
from tests.flows.test_sharing import KEY, confirmed, of_operator, partner, sign_up
from tiers.models import Account
from verification.appeal_models import Appeal
from verification.sharing.marks import MarkKind, mark
from verification.sharing.ring_objects import RingToTell
from verification.sharing.shareable import LEAST, rings_now, rings_to_tell

Telling = Callable[[Ring], RingToTell | None]


@pytest.fixture
def members(shop: APIClient) -> list[Account]:
    return sign_up(shop, *(of_operator(number) for number in range(LEAST)))


@pytest.fixture
def told(db: None, tmp_path: Path) -> Telling:
    """What a partner is told of a ring now; None: nothing."""
    acme = partner(tmp_path)
    return lambda ring: next(rings_to_tell(acme, [ring.public_id]), None)


def patterns(ring: RingToTell | None) -> str:
    assert ring is not None
    return "\n".join(value.pattern for value in ring.values)


def test_marks_of_its_members_their_domain_and_their_host_are_told(members: list[Account], told: Telling) -> None:
    ring = told(confirmed(members))
    said = patterns(ring)
    assert mark("+14155553000", kind=MarkKind.PHONE, key=KEY) in said
    assert "domain-name:value = 'farm.example'" in said
    assert "3.5.140.0/24" in said
    assert "3.5.140.1'" not in said
    assert ring is not None
    assert ring.accounts == len(members)


def test_what_somebody_outside_showed_too_is_not(shop: APIClient, members: list[Account], told: Telling) -> None:
    ring = confirmed(members)
    sign_up(shop, alice(account_id="acct_neighbour", phone="+14155553000", email="someone@farm.example", device=None))
    said = patterns(told(ring))
    assert mark("+14155553000", kind=MarkKind.PHONE, key=KEY) not in said
    assert mark("+14155553001", kind=MarkKind.PHONE, key=KEY) in said
    assert "farm.example" not in said


def test_a_domain_and_a_host_need_members_enough(members: list[Account], told: Telling) -> None:
    said = patterns(told(confirmed(members[: LEAST - 1])))
    assert "domain-name" not in said
    assert "ipv4-addr" not in said


@pytest.mark.parametrize("state", [RingState.SUSPECTED, RingState.DISMISSED])
def test_a_ring_that_nobody_confirmed_is_told_to_nobody(members: list[Account], told: Telling, state: str) -> None:
    ring = confirmed(members)
    Ring.objects.filter(pk=ring.pk).update(state=state)
    assert told(ring) is None
    assert rings_now() == {}


def test_who_was_found_honest_or_appeals_is_not_spoken_of(members: list[Account], told: Telling) -> None:
    ring, now = confirmed(members), timezone.now()
    honest = {"source": "overturned", "abuse": False, "trust": 1.0, "reference": "r", "at": now, "known_at": now}
    Label.objects.create(subject=members[0].pk, **honest)
    asked = {"opened_at": now, "due_at": now, "outcome": "deny", "tier": "none", "said": []}
    Appeal.objects.create(account=members[1], **asked)
    said = patterns(told(ring))
    numbers = [mark(f"+1415555300{number}", kind=MarkKind.PHONE, key=KEY) for number in range(LEAST)]
    assert [number in said for number in numbers] == [False, False, True]


def test_a_ring_of_whom_nobody_can_be_spoken_of_is_not_told(members: list[Account], told: Telling) -> None:
    ring = confirmed(members)
    Account.objects.filter(pk__in=[account.pk for account in members]).update(test=True)
    assert told(ring) is None


def test_that_a_ring_has_changed_is_seen(members: list[Account], told: Telling) -> None:
    ring = confirmed(members)
    before = rings_now()
    assert rings_now() == before
    RingMember.objects.filter(ring=ring, subject=members[0].pk).update(left_at=timezone.now())
    after = rings_now()
    assert after.keys() == before.keys() == {ring.public_id}
    assert after != before
    Ring.objects.filter(pk=ring.pk).update(changed_at=timezone.now() + timedelta(minutes=1))
    assert rings_now() != after

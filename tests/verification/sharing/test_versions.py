"""What a partner can read changes with our rings, one version after the other, and never backwards."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import HashTurn
from config.lib.peppers import fingerprint, forget
from risk.models import Ring, RingMember
from risk.rings.states import RingState
from tests.flows.test_sharing import confirmed, of_operator, partner, sign_up
from verification.sharing import versions
from verification.sharing.versions import Refreshed, refresh
from verification.sharing_models import Partner, SharedObject


@pytest.fixture
def ring(shop: APIClient) -> Ring:
    return confirmed(sign_up(shop, *(of_operator(number) for number in range(3))))


@pytest.fixture
def acme(ring: Ring, tmp_path: Path) -> Partner:
    return partner(tmp_path)


def stored(acme: Partner, **narrowed: object) -> list[SharedObject]:
    return list(SharedObject.objects.filter(partner=acme, **narrowed).order_by("added_at"))


def test_a_second_look_at_the_same_adds_nothing(acme: Partner) -> None:
    now = timezone.now()
    first = refresh(acme, at=now)
    assert first.new == len(stored(acme)) > 3
    assert refresh(acme, at=now + timedelta(hours=1)) == Refreshed()


def test_each_object_has_a_moment_of_its_own_however_often_at_once(acme: Partner) -> None:
    now = timezone.now()
    refresh(acme, at=now)
    moments = [each.added_at for each in stored(acme)]
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert moments[0] >= now


def test_a_change_is_another_version_of_the_same_object(acme: Partner, ring: Ring) -> None:
    now = timezone.now()
    refresh(acme, at=now)
    before = {each.stix_id: each for each in stored(acme, type="intrusion-set")}
    moment = max(each.added_at for each in stored(acme))
    Ring.objects.filter(pk=ring.pk).update(score=77.0, changed_at=now)
    done = refresh(acme, at=now)
    assert (done.new, done.revoked) == (0, 0)
    (after,) = stored(acme, type="intrusion-set")
    assert after.modified > before[after.stix_id].modified
    assert after.body["modified"] > after.body["created"]
    assert after.added_at > moment


def test_what_is_told_no_more_is_revoked_keeps_its_id_alone_and_goes_in_the_end(acme: Partner, ring: Ring) -> None:
    now = timezone.now()
    refresh(acme, at=now)
    ids = {each.stix_id for each in stored(acme, ring=ring.public_id)}
    Ring.objects.filter(pk=ring.pk).update(state=RingState.DISMISSED)
    assert refresh(acme, at=now).revoked == len(ids)
    gone = stored(acme, revoked=True)
    assert {each.stix_id for each in gone} == ids
    assert all(each.body["revoked"] and ring.public_id not in str(each.body) for each in gone)
    assert "farm.example" not in str([each.body for each in gone])
    refresh(acme, at=now + versions.KEPT + timedelta(days=1))
    assert stored(acme, revoked=True) == []


def test_a_member_that_left_takes_its_own_values_along(acme: Partner, ring: Ring) -> None:
    refresh(acme, at=timezone.now())
    member = RingMember.objects.filter(ring=ring).earliest("pk")
    RingMember.objects.filter(pk=member.pk).update(left_at=timezone.now())
    assert refresh(acme, at=timezone.now(), whole=False).revoked > 0
    assert refresh(acme, at=timezone.now(), whole=False) == Refreshed()


def test_a_ring_that_does_not_fit_is_left_out_whole(acme: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "OBJECTS_MOST", 3)
    done = refresh(acme, at=timezone.now())
    assert (done.new, len(stored(acme))) == (1, 1)  # who tells, and nothing of the ring
    assert done.left_out > 3


def test_while_keys_are_turned_nothing_is_told(acme: Partner, settings: object) -> None:
    settings.GATEHOUSE_OLD_PEPPERS = [settings.GATEHOUSE_PEPPER]  # type: ignore[attr-defined] # pytest-django's
    settings.GATEHOUSE_PEPPER = "22" * 32  # type: ignore[attr-defined] # as above
    HashTurn.objects.create(number=1, fingerprint=fingerprint("22" * 32), begun_at=timezone.now())
    forget()
    assert refresh(acme, at=timezone.now()) == Refreshed()
    assert stored(acme) == []

"""What a person did to a ring is undone, and everything is exactly what it was."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Label, Ring
from risk.rings.states import RingState
from tests.conftest import post
from tests.operator import ring_of
from tests.verification.console.desk import desk_of, signed_up, text, user_of
from tiers.models import Account
from verification import containment
from verification.console.rings import page_of
from verification.containment import ActRefused, RingAct, apply, contain_due
from verification.proposing import seen_of, waiting

pytestmark = pytest.mark.django_db
STANDING = ("account_id", "tier", "outcome", "score", "held", "budget", "expires_at", "override_until")


@pytest.fixture
def ring(shop: APIClient) -> Ring:
    """Three people whom nothing speaks against but the ring."""
    for number in range(3):
        signed_up(shop, account_id=f"acct_{number}", email=f"p{number}@corp{number}.example", phone=None, device=None)
    return ring_of(list(Account.objects.order_by("pk")), score=10.0)


@pytest.fixture
def desk(db: None) -> Client:
    return desk_of(user_of("nina", "Analyst"))


def standing() -> list[Any]:
    return list(Account.objects.order_by("pk").values_list(*STANDING))


def do(ring: Ring, act: RingAct, note: str = "x") -> None:
    containment.act(ring.pk, act, said=("user:7", note), at=timezone.now())
    apply(ring.pk, timezone.now())
    ring.refresh_from_db()


def test_each_act_undone_leaves_ring_accounts_and_labels_as_they_were(ring: Ring) -> None:
    before = standing()
    for act in (RingAct.CONTAIN, RingAct.CONFIRM, RingAct.DISMISS):
        do(ring, act)
        do(ring, RingAct.UNDO)
        assert (ring.state, ring.contained_at) == (RingState.SUSPECTED, None)
        assert standing() == before
    gone = {label.takes_back_id for label in Label.objects.all()}
    assert not [label for label in Label.objects.filter(takes_back=None) if label.pk not in gone]


def test_a_confirmed_ring_that_was_dismissed_by_mistake_is_confirmed_and_held_since_when_it_was(ring: Ring) -> None:
    do(ring, RingAct.CONFIRM)
    held, since = standing(), ring.contained_at
    do(ring, RingAct.DISMISS)
    assert standing() != held
    do(ring, RingAct.UNDO)
    assert (ring.state, ring.contained_at) == (RingState.CONFIRMED, since)
    assert standing() == held


def test_what_is_undone_is_not_undone_again_and_detection_is_left_alone(ring: Ring) -> None:
    with pytest.raises(ActRefused, match="cannot be undone"):
        do(ring, RingAct.UNDO)
    containment.contain(ring.pk, timezone.now())  # by itself
    with pytest.raises(ActRefused):
        do(ring, RingAct.UNDO)
    do(ring, RingAct.CONFIRM)
    do(ring, RingAct.UNDO)
    with pytest.raises(ActRefused):
        do(ring, RingAct.UNDO)


def held() -> bool:
    return Ring.objects.filter(contained_at__isnull=False).exists()


def test_a_ring_that_was_let_go_and_taken_back_is_contained_by_itself_again(ring: Ring) -> None:
    Ring.objects.update(score=99.9, size=500)
    ring.refresh_from_db()
    contain_due(timezone.now())
    assert held()
    do(ring, RingAct.RELEASE)
    contain_due(timezone.now())
    assert not held()  # what a person let go is left to people
    do(ring, RingAct.UNDO)
    assert held()
    Ring.objects.update(score=1.0)
    contain_due(timezone.now())
    assert not held()  # and is left to detection again


def test_on_the_page_an_act_shows_whom_it_reaches_and_is_undone(ring: Ring, desk: Client) -> None:
    address = page_of(ring.pk)
    seen = text(desk.get(f"{address}?act=confirm"))
    assert "Whom it reaches" in seen
    assert "of them paying" in seen
    assert "Its accounts follow:" not in seen
    body = {"act": "confirm", "note": "one script", "seen": seen_of(ring)}
    assert desk.post(address.replace("change/", "act/"), body).status_code == 302
    assert "Its accounts follow:" in text(desk.get(address))
    apply(ring.pk, timezone.now())
    progress = desk.get(address.replace("change/", "progress/")).json()
    assert progress == {"total": 3, "done": 3}
    ring.refresh_from_db()
    assert "Undo ..." in text(desk.get(address))
    body = {"act": "undo", "note": "a mistake", "seen": seen_of(ring)}
    assert desk.post(address.replace("change/", "act/"), body).status_code == 302
    ring.refresh_from_db()
    assert (ring.state, ring.contained_at) == (RingState.SUSPECTED, None)


def test_on_a_large_ring_the_page_has_a_second_person_agree(ring: Ring, desk: Client, settings: Any) -> None:
    settings.SECOND_PERSON_MEMBERS = 2
    address, other = page_of(ring.pk), desk_of(user_of("nora", "Analyst"))
    assert "Propose to confirm" in text(desk.get(f"{address}?act=confirm"))
    body = {"act": "confirm", "note": "one script", "seen": seen_of(ring)}
    assert "once a second person agrees" in text(desk.post(address.replace("change/", "act/"), body, follow=True))
    assert "Agree, and do it" not in text(desk.get(address))
    assert "Somebody else" in text(desk.post(address.replace("change/", "proposal/"), {"agree": "1"}, follow=True))
    assert "nina</strong> would confirm it" in text(other.get(address))
    other.post(address.replace("change/", "proposal/"), {"agree": "1"})
    ring.refresh_from_db()
    assert ring.state == RingState.CONFIRMED


def test_a_key_does_not_act_alone_on_a_large_ring(ring: Ring, client_of: Any, settings: Any) -> None:
    settings.SECOND_PERSON_MEMBERS = 2
    client, path = client_of("rings:read", "rings:write"), f"/v1/rings/{ring.public_id}/actions"
    assert post(client, path, {"action": "confirm", "dry_run": True}).status_code == 200
    refused = post(client, path, {"action": "confirm", "note": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "ring_second_person")


def test_a_key_is_not_the_second_person_of_what_was_proposed(
    ring: Ring, desk: Client, client_of: Any, settings: Any
) -> None:
    settings.SECOND_PERSON_MEMBERS = 2
    body = {"act": "confirm", "note": "one script", "seen": seen_of(ring)}
    desk.post(page_of(ring.pk).replace("change/", "act/"), body)
    path = f"/v1/rings/{ring.public_id}/actions"
    for action in ("confirm", "dismiss", "reopen"):
        refused = post(client_of("rings:read", "rings:write"), path, {"action": action, "note": "x"})
        assert (refused.status_code, refused.json()["code"]) == (409, "ring_second_person")
    ring.refresh_from_db()
    assert (ring.state, ring.contained_at) == (RingState.SUSPECTED, None)
    assert waiting(ring) is not None


def test_some_members_are_let_go_and_swept_back(ring: Ring, desk: Client, nora: User) -> None:
    do(ring, RingAct.CONFIRM)
    held = standing()
    first, second, third = Account.objects.order_by("pk")
    address = page_of(ring.pk).replace("change/", "members/")
    members = [str(first.pk), str(second.pk), "999999999", "x"]
    assert "Choose members first" in text(desk.post(address, {"choice": "release", "note": "a family"}, follow=True))
    assert "Say why" in text(desk.post(address, {"choice": "release", "members": members[:1]}, follow=True))
    desk.post(address, {"choice": "release", "note": "a family", "members": members[:2]})
    assert [account.outcome for account in Account.objects.order_by("pk")] == ["allow", "allow", third.outcome]
    assert {account.budget for account in Account.objects.filter(pk__in=[first.pk, second.pk])} == {""}
    desk.post(address, {"choice": "sweep", "note": "not a family", "members": [*members[:2], str(third.pk)]})
    assert standing() == held

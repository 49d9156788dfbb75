"""An act on a large ring waits until a second person agrees."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from config.lib.models import AuditEntry
from risk.models import Ring
from risk.rings.states import RingState
from tests.operator import accounts_of, ring_of
from tests.verification.console.desk import user_of
from verification import containment, proposing
from verification.containment import ActRefused, NoteMissing, RingAct
from verification.desk_models import RingProposal


@pytest.fixture
def ring(db: None, settings: Settings) -> Ring:
    settings.SECOND_PERSON_MEMBERS = 3
    return ring_of(accounts_of(3))


def propose(ring: Ring, by: User, act: RingAct = RingAct.CONFIRM, note: str = "one script") -> RingProposal:
    return proposing.propose(ring, act, note=note, by=by, at=timezone.now())


def test_a_ring_of_so_many_is_not_one_persons_to_act_on(ring: Ring, settings: Settings) -> None:
    assert proposing.needs_second(ring)
    settings.SECOND_PERSON_MEMBERS = 4
    assert not proposing.needs_second(ring)
    settings.SECOND_PERSON_MEMBERS = 0
    assert not proposing.needs_second(ring)


def test_what_has_grown_meanwhile_is_not_done_by_one(ring: Ring, settings: Settings) -> None:
    settings.SECOND_PERSON_MEMBERS = 4
    Ring.objects.update(size=4)
    assert not proposing.needs_second(ring), "as it was looked at"
    with pytest.raises(proposing.SecondNeeded):
        proposing.act_alone(ring.pk, RingAct.CONFIRM, said=("user:1", "x"), at=timezone.now())
    assert Ring.objects.get().state == RingState.SUSPECTED
    Ring.objects.update(size=3)
    proposing.act_alone(ring.pk, RingAct.CONFIRM, said=("user:1", "x"), at=timezone.now())
    assert Ring.objects.get().state == RingState.CONFIRMED


def test_it_is_done_when_somebody_else_agrees_and_in_the_name_of_who_proposed(ring: Ring, nora: User) -> None:
    proposal = propose(ring, nora)
    assert Ring.objects.get().state == RingState.SUSPECTED
    with pytest.raises(ActRefused, match="Somebody else"):
        proposing.agree(proposal.pk, by=nora, at=timezone.now())
    nina = user_of("nina", "Analyst")
    proposing.agree(proposal.pk, by=nina, at=timezone.now())
    assert Ring.objects.get().state == RingState.CONFIRMED
    change = ring.changes.latest("pk")
    assert (change.by, change.note) == (f"user:{nora.pk}", "one script")
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", "actor"))
    assert acts == [
        ("ring.propose", f"user:{nora.pk}"),
        ("ring.confirm", f"user:{nora.pk}"),
        ("ring.agree", f"user:{nina.pk}"),
    ]
    with pytest.raises(ActRefused, match="already"):
        proposing.agree(proposal.pk, by=nina, at=timezone.now())


def test_one_act_waits_at_a_time_and_it_is_taken_back(ring: Ring, nora: User) -> None:
    proposal = propose(ring, nora)
    with pytest.raises(ActRefused, match="waits for a second person"):
        propose(ring, user_of("nina", "Analyst"))
    proposing.take_back(proposal.pk, by=nora, at=timezone.now())
    assert proposing.waiting(ring) is None
    assert Ring.objects.get().state == RingState.SUSPECTED


def test_nobody_agrees_to_a_ring_that_has_changed_since(ring: Ring, nora: User) -> None:
    proposal = propose(ring, nora)
    containment.contain(ring.pk, timezone.now())
    with pytest.raises(ActRefused, match="changed"):
        proposing.agree(proposal.pk, by=user_of("nina", "Analyst"), at=timezone.now())
    assert proposing.waiting(ring) is not None


def test_a_proposal_needs_a_note_and_an_act_that_the_state_allows(ring: Ring, nora: User) -> None:
    with pytest.raises(NoteMissing):
        propose(ring, nora, note=" ")
    with pytest.raises(ActRefused):
        propose(ring, nora, act=RingAct.REOPEN)

"""An act on a large ring waits until a second person agrees: what holds thousands at once is nobody's alone to do."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from config.lib import audit
from risk.models import Ring
from verification import containment
from verification.containment import ActRefused, NoteMissing, RingAct
from verification.desk_models import RingProposal

OWN = "Somebody else has to agree."


class SecondNeeded(ActRefused):
    """The ring is so large that somebody else has to agree."""


def needs_second(ring: Ring) -> bool:
    """Whether a ring is so large that one person alone does nothing to it."""
    return settings.SECOND_PERSON_MEMBERS > 0 and ring.size >= settings.SECOND_PERSON_MEMBERS


def act_alone(ring_pk: int, what: RingAct, *, said: tuple[str, str], at: datetime) -> None:
    """Do what one person, or a key, may do alone: `containment.act`, where the ring is not too large for that.

    Raises:
        SecondNeeded: it is, as it stands when it is done.
        NoteMissing, ActRefused: as `containment.act`.
        Ring.DoesNotExist: there is no such ring.

    """
    with transaction.atomic():
        if needs_second(Ring.objects.select_for_update().get(pk=ring_pk)):
            raise SecondNeeded("The ring is so large that somebody else has to agree: propose it.")
        containment.act(ring_pk, what, said=said, at=at)


def seen_of(ring: Ring) -> str:
    """A ring as somebody looked at it."""
    return f"{ring.state} {ring.changed_at.isoformat()}"


def waiting(ring: Ring) -> RingProposal | None:
    """What waits for a second person, if anything does."""
    return RingProposal.objects.filter(ring=ring, ended_at=None).select_related("by").first()


def propose(ring: Ring, act: RingAct, *, note: str, by: User, at: datetime) -> RingProposal:
    """Ask for an act.

    Raises:
        NoteMissing: the note is empty.
        ActRefused: the ring's state does not allow it, or another proposal waits.

    """
    if not note.strip():
        raise NoteMissing("A note that says why is needed.")
    if not containment.allowed(ring, act):
        raise ActRefused(f"The ring does not allow {act} as it stands.")
    try:
        with transaction.atomic():
            made = RingProposal.objects.create(ring=ring, act=act, note=note, seen=seen_of(ring), by=by, at=at)
            _audit(made, "ring.propose", by)
    except IntegrityError:
        raise ActRefused("Another act on this ring waits for a second person already.") from None
    return made


def agree(proposal_pk: int, *, by: User, at: datetime) -> RingProposal:
    """Agree, and carry it out.

    Raises:
        ActRefused: it is one's own, has ended, or the ring has changed since it was looked at.

    """
    with transaction.atomic():
        proposal = _open(proposal_pk)
        if proposal.by_id == by.pk:
            raise ActRefused(OWN)
        ring = Ring.objects.select_for_update().get(pk=proposal.ring_id)
        if seen_of(ring) != proposal.seen:
            raise ActRefused("The ring has changed since it was proposed: take it back, look again and propose anew.")
        _end(proposal, by, at, agreed=True)
        said = (f"user:{proposal.by_id}", proposal.note)
        containment.act(ring.pk, RingAct(proposal.act), said=said, at=at)
        _audit(proposal, "ring.agree", by)
    return proposal


def take_back(proposal_pk: int, *, by: User, at: datetime) -> RingProposal:
    """Take a proposal back, or refuse it. Raises ActRefused where it has ended."""
    with transaction.atomic():
        proposal = _open(proposal_pk)
        _end(proposal, by, at, agreed=False)
        _audit(proposal, "ring.propose_end", by)
    return proposal


def _open(proposal_pk: int) -> RingProposal:
    found = RingProposal.objects.select_for_update().filter(pk=proposal_pk, ended_at=None).first()
    if found is None:
        raise ActRefused("Nothing waits here: it was agreed to or taken back already.")
    return found


def _end(proposal: RingProposal, by: User, at: datetime, *, agreed: bool) -> None:
    proposal.ended_at, proposal.ended_by, proposal.agreed = at, by, agreed
    proposal.save(update_fields=["ended_at", "ended_by", "agreed"])


def _audit(proposal: RingProposal, act: str, by: User) -> None:
    details = {"proposal": proposal.pk, "act": proposal.act}
    audit.append(actor=f"user:{by.pk}", act=act, subject=f"ring:{proposal.ring_id}", details=details)

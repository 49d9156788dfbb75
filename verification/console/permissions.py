"""Who may do what to what: the acts of the console, the permission that each asks for, and what speaks against it.

Permissions come with a role (verification.console.roles) and are the same for every row of a table. What a row says
against somebody is said here: somebody else has the case, they decided before, it is not theirs. It binds superusers
too: Django asks nothing of these, and four eyes are four eyes. Journeys hold the same again under their locks, where
what is true here could have changed a moment later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from risk.models import StoredPolicy
from tiers.models import Account
from verification import claims, proposing
from verification.appeal_models import CASE_OF_APPEAL
from verification.appeals import decided_before
from verification.desk_models import AccountNote, RingProposal, SavedView
from verification.models import Case

Objection = Callable[[User, Any], str]  # why not, for whoever tried; empty where nothing speaks against it


class Act(StrEnum):
    """What people do here."""

    DECIDE = "decide"  # give a word, answer an appeal
    WITHDRAW = "withdraw"  # a word, one's own too where an appeal waits: nobody is asked to stand by a mistake
    ASK = "ask"  # for a check, or for another look
    NOTE = "note"
    EDIT_NOTE = "edit_note"
    CLAIM = "claim"
    TAKE = "take"  # a case that somebody else gave one
    LET_GO = "let_go"
    ASSIGN = "assign"
    SET_TIER = "set_tier"
    UNMASK = "unmask"
    USE_LISTS = "use_lists"
    ACT_ON_RING = "act_on_ring"
    AGREE = "agree"
    CHOOSE_MEMBERS = "choose_members"
    KEEP_GOLDEN = "keep_golden"
    OWN_POLICY = "own_policy"
    PUBLISH = "publish"
    MANAGE_WEBHOOKS = "manage_webhooks"
    REQUEUE = "requeue"
    SAVE_VIEW = "save_view"
    FORGET_VIEW = "forget_view"
    CHANGE_PERSON = "change_person"


class Barred(ValueError):
    """Somebody's role allows an act, but not to this; the message says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The permissions that an act needs, all of them, and what may speak against it."""

    needs: tuple[str, ...]
    unless: tuple[Objection, ...] = ()


def _held_by_another(user: User, account: Account) -> str:
    try:
        claims.refuse_others(account.pk, analyst=user, at=timezone.now())
    except claims.ClaimedByAnother as other:
        return str(other)
    return ""


def _decided_before(user: User, account: Account) -> str:
    if not account.appeals.filter(answered_at=None).exists() or user.pk not in decided_before(account):
        return ""
    return "You decided here before: an appeal is for somebody else to answer."


def _has_it(user: User, case: Case) -> str:
    other = claims.holder(case, at=timezone.now())
    return f"{other} has this case until {case.claimed_until:%H:%M} UTC." if other not in {None, user} else ""


def _decided_before_of_case(user: User, case: Case) -> str:
    return _decided_before(user, case.account) if case.kind == CASE_OF_APPEAL else ""


def _others_case(user: User, case: Case) -> str:
    return "" if may(user, Act.ASSIGN) else _has_it(user, case)


def _others_note(user: User, note: AccountNote) -> str:
    return "" if note.by_id == user.pk else "A note is changed by who wrote it."


def _own_proposal(user: User, proposal: RingProposal) -> str:
    return proposing.OWN if proposal.by_id == user.pk else ""


def _published_alone(user: User, stored: StoredPolicy) -> str:
    alone = settings.PUBLISH_BY_TWO and stored.proposed_by in {"", f"user:{user.pk}"}
    return "Somebody else has to propose it first." if alone else ""


def _others_view(user: User, view: SavedView) -> str:
    return "" if view.owner_id == user.pk else "A view is forgotten by whose it is."


def _above(user: User, person: User) -> str:
    return "A superuser is changed by superusers alone." if person.is_superuser and not user.is_superuser else ""


WORDS = ("verification.add_review",)
SEE_CASES = ("verification.view_case",)
RINGS = ("risk.act_on_ring",)
POLICIES = ("risk.publish_storedpolicy",)

RULES: Mapping[Act, Rule] = {
    Act.DECIDE: Rule(WORDS, (_held_by_another, _decided_before)),  # of an account
    Act.WITHDRAW: Rule(WORDS, (_held_by_another,)),  # of an account
    Act.ASK: Rule(WORDS, (_held_by_another,)),  # of an account
    Act.NOTE: Rule(WORDS),
    Act.EDIT_NOTE: Rule(WORDS, (_others_note,)),
    Act.CLAIM: Rule(WORDS, (_has_it, _decided_before_of_case)),
    Act.TAKE: Rule(WORDS, (_decided_before_of_case,)),
    Act.LET_GO: Rule(WORDS, (_others_case,)),
    Act.ASSIGN: Rule(("verification.assign_case",)),
    Act.SET_TIER: Rule(("tiers.add_override",), (_held_by_another, _decided_before)),  # of an account
    Act.UNMASK: Rule(("verification.unmask_signup",)),
    Act.USE_LISTS: Rule(("risk.add_listentry",)),
    Act.ACT_ON_RING: Rule(RINGS),  # a large one: proposed
    Act.AGREE: Rule(RINGS, (_own_proposal,)),
    Act.CHOOSE_MEMBERS: Rule((*RINGS, *WORDS)),
    Act.KEEP_GOLDEN: Rule(("verification.add_golden",)),
    Act.OWN_POLICY: Rule(POLICIES),
    Act.PUBLISH: Rule(POLICIES, (_published_alone,)),
    Act.MANAGE_WEBHOOKS: Rule(("verification.manage_webhookendpoint",)),
    Act.REQUEUE: Rule(("lib.requeue_deadletter",)),
    Act.SAVE_VIEW: Rule(SEE_CASES),
    Act.FORGET_VIEW: Rule(SEE_CASES, (_others_view,)),
    Act.CHANGE_PERSON: Rule(("auth.change_user",), (_above,)),
}


def may(user: Any, act: Act, of: Any = None) -> bool:
    """Whether somebody may do an act, by their role and, where `of` says to what, by what speaks against it."""
    return bool(user.has_perms(RULES[act].needs)) and (of is None or not objection(user, act, of))


def objection(user: User, act: Act, of: Any) -> str:
    """The first thing that speaks against an act of somebody's to something; empty where nothing does."""
    return next((why for against in RULES[act].unless if (why := against(user, of))), "")


def deciders() -> list[User]:
    """Who may give words, superusers apart: those to whom a case can be given."""
    named = Q(groups__permissions__codename="add_review") | Q(user_permissions__codename="add_review")
    return list(User.objects.filter(named, is_active=True, is_staff=True).distinct().order_by("username"))


def allow(request: HttpRequest, act: Act, of: Any = None) -> User:
    """Whoever acts.

    Raises:
        PermissionDenied: their role has no such act.
        Barred: it has, but something speaks against it here.

    """
    user = request.user
    if not isinstance(user, User) or not may(user, act):
        raise PermissionDenied
    if of is not None and (why := objection(user, act, of)):
        raise Barred(why)
    return user

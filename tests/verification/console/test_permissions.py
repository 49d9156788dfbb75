"""Who may do what to what: every act that asks whose a thing is, by every role, on one's own and on another's.

Each walk goes through the address of the act. What is refused leaves everything as it was.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import Assessment, Ring, StoredPolicy
from risk.rings.states import RingState
from tests.operator import ring_of
from tests.verification.console.desk import desk_of, say, signed_up, text, user_of
from tiers.models import Override
from verification import claims, notes, proposing, publishing
from verification.appeals import open_appeal
from verification.console.permissions import RULES, Act, deciders, may
from verification.containment import RingAct
from verification.desk_models import AccountNote, RingProposal, SavedView
from verification.models import Case, Review, Signup

ROLES = ("Viewer", "Analyst", "Lead", "Admin")
WHOSE = OWN, ANOTHERS = "own", "another's"


@dataclass
class Desk:
    """Somebody at the console."""

    user: User
    client: Client


@dataclass
class Thing:
    """What an act is tried on: done or not."""

    press: Callable[[Desk], Any]
    done: Callable[[Desk], bool]


@pytest.fixture
def other(db: None) -> User:
    """An analyst whose things are walked by the others."""
    return user_of("nina", "Analyst")


@pytest.fixture
def signup(shop: APIClient) -> Signup:
    return signed_up(shop)


@pytest.fixture
def case(signup: Signup) -> Case:
    """An open case of the signup."""
    return Case.objects.create(account=signup.account, opened_at=timezone.now())


@pytest.fixture(params=(*ROLES, "superuser"))
def desk(request: pytest.FixtureRequest, db: None) -> Desk:
    """Somebody of each role, and a superuser, whom no permission binds."""
    if request.param == "superuser":
        user = User.objects.create_superuser("root", password="x")
    else:
        user = user_of(request.param.lower(), request.param)
    return Desk(user, desk_of(user))


def claimed(case: Case, by: User) -> Case:
    return claims.claim(case.pk, analyst=by, at=timezone.now())


def posted(name: str, *at: int, **body: str) -> Callable[[Desk], Any]:
    return lambda desk: desk.client.post(reverse(f"admin:{name}", args=at), body)


def word_on(signup: Signup) -> Thing:
    def done(desk: Desk) -> bool:
        return Review.objects.filter(account=signup.account, analyst=desk.user).exists()

    return Thing(lambda desk: say(desk.client, signup, "approve"), done)


def tier_by_hand(signup: Signup) -> Thing:
    until = f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}"
    latest = Assessment.objects.filter(subject=signup.account_id).latest("id")
    body = {"act": "set", "tier": "trial", "until": until, "note": "x", "seen": str(latest.pk)}
    return Thing(posted("verification_signup_tier", signup.pk, **body), lambda _: Override.objects.exists())


def rank(desk: Desk) -> int:
    group = desk.user.groups.first()
    return len(ROLES) if group is None else ROLES.index(group.name)


def walk(desk: Desk, thing: Thing, *, least: str, mine: bool) -> None:
    """The role decides whether the address answers at all; then whose it is decides whether anything is done."""
    answer = thing.press(desk)
    allowed = rank(desk) >= ROLES.index(least)
    assert (answer.status_code == 403) is not allowed, answer.status_code
    assert answer.status_code < 500
    assert thing.done(desk) is (allowed and mine)


def test_a_word_on_a_case_that_nobody_has_claims_it(desk: Desk, signup: Signup, case: Case) -> None:
    walk(desk, word_on(signup), least="Analyst", mine=True)
    case.refresh_from_db()
    assert case.claimed_by == (desk.user if may(desk.user, Act.DECIDE) else None)


def test_a_word_on_ones_own_case_counts(desk: Desk, signup: Signup, case: Case) -> None:
    claimed(case, desk.user)
    walk(desk, word_on(signup), least="Analyst", mine=True)


def test_a_word_on_a_case_that_another_has_is_refused(desk: Desk, signup: Signup, case: Case, other: User) -> None:
    claimed(case, other)
    walk(desk, word_on(signup), least="Analyst", mine=False)
    case.refresh_from_db()
    assert case.claimed_by == other


def test_an_appeal_of_what_one_decided_is_neither_answered_nor_claimed(desk: Desk, signup: Signup) -> None:
    say(desk.client, signup, "deny")
    account = signup.account
    if not may(desk.user, Act.DECIDE):
        Review.objects.create(
            account=account, word="deny", note="x", analyst=user_of("lena", "Lead"), at=timezone.now()
        )
    account.refresh_from_db()
    account.outcome = "deny"
    account.save(update_fields=["outcome"])
    open_appeal(account.pk, text="please", at=timezone.now())
    case = Case.objects.get(kind="appeal")
    before = Review.objects.count()
    decided = Thing(lambda desk: say(desk.client, signup, "approve"), lambda _: Review.objects.count() > before)
    walk(desk, decided, least="Analyst", mine=False)
    claim = Thing(posted("verification_case_claim", case.pk), lambda desk: has(case, desk.user))
    walk(desk, claim, least="Analyst", mine=False)
    walk(desk, tier_by_hand(signup), least="Analyst", mine=False)


def has(case: Case, user: User) -> bool:
    case.refresh_from_db()
    return case.claimed_by_id == user.pk and case.claimed_until is not None and case.claimed_until > timezone.now()


@pytest.mark.parametrize("whose", WHOSE)
def test_a_case_is_claimed_while_nobody_else_has_it(desk: Desk, case: Case, other: User, whose: str) -> None:
    mine = whose == OWN
    if not mine:
        claimed(case, other)
    walk(
        desk,
        Thing(posted("verification_case_claim", case.pk), lambda desk: has(case, desk.user)),
        least="Analyst",
        mine=mine,
    )


@pytest.mark.parametrize("whose", WHOSE)
def test_a_case_is_given_back_by_who_has_it_and_by_leads(desk: Desk, case: Case, other: User, whose: str) -> None:
    mine = whose == OWN
    holder = desk.user if mine else other
    claimed(case, holder)
    given = Thing(posted("verification_case_let_go", case.pk), lambda _: not has(case, holder))
    walk(desk, given, least="Analyst", mine=mine or may(desk.user, Act.ASSIGN))


def test_leads_give_a_case_to_somebody_else_and_that_is_on_record(desk: Desk, case: Case, other: User) -> None:
    claimed(case, desk.user)
    given = Thing(posted("verification_case_assign", case.pk, to=str(other.pk)), lambda _: has(case, other))
    walk(desk, given, least="Lead", mine=True)
    if may(desk.user, Act.ASSIGN):
        entry = AuditEntry.objects.get(act="case.assign")
        assert entry.details == {"case": case.pk, "to": f"user:{other.pk}"}


def test_a_case_is_given_to_nobody_who_could_not_decide_on_it(case: Case, other: User) -> None:
    lead, viewer = user_of("lena", "Lead"), user_of("victor", "Viewer")
    assert {person.username for person in deciders()} == {"lena", "nina"}
    desk = Desk(lead, desk_of(lead))
    for chosen in (str(viewer.pk), "0", "x", ""):
        posted("verification_case_assign", case.pk, to=chosen)(desk)
    Case.objects.filter(pk=case.pk).update(kind="appeal")
    Review.objects.create(account=case.account, word="deny", note="x", analyst=other, at=timezone.now())
    type(case.account).objects.filter(pk=case.account_id).update(outcome="deny")
    Case.objects.filter(pk=case.pk).delete()
    open_appeal(case.account_id, text="", at=timezone.now())
    appeal = Case.objects.get()
    page = posted("verification_case_assign", appeal.pk, to=str(other.pk))(desk)["Location"]
    assert "somebody else to answer" in text(desk.client.get(page))
    assert not has(appeal, other)


@pytest.mark.parametrize("whose", WHOSE)
def test_a_note_is_changed_by_who_wrote_it(desk: Desk, signup: Signup, other: User, whose: str) -> None:
    mine = whose == OWN
    note = notes.write(signup.account, "seen", by=desk.user if mine else other, at=timezone.now())
    changed = Thing(
        posted("verification_signup_edit_note", signup.pk, note.pk, text="changed"),
        lambda _: AccountNote.objects.get(pk=note.pk).text == "changed",
    )
    walk(desk, changed, least="Analyst", mine=mine)


@pytest.mark.parametrize("whose", WHOSE)
def test_a_tier_is_set_while_nobody_else_has_the_case(
    desk: Desk, signup: Signup, case: Case, other: User, whose: str
) -> None:
    mine = whose == OWN
    if not mine:
        claimed(case, other)
    walk(desk, tier_by_hand(signup), least="Analyst", mine=mine)


def test_nobody_asks_for_checks_on_a_case_that_another_has(desk: Desk, signup: Signup, case: Case, other: User) -> None:
    claimed(case, other)
    for name in ("verification_signup_look", "verification_signup_check"):
        asked = Thing(posted(name, signup.pk, kind="phone"), lambda _: AuditEntry.objects.exists())
        walk(desk, asked, least="Analyst", mine=False)


@pytest.mark.parametrize("whose", WHOSE)
def test_a_view_is_forgotten_by_whose_it_is(desk: Desk, other: User, whose: str) -> None:
    mine = whose == OWN
    view = SavedView.objects.create(owner=desk.user if mine else other, name="late", query="", shared=True)
    forgotten = Thing(posted("verification_case_delete_view", view.pk), lambda _: not SavedView.objects.exists())
    walk(desk, forgotten, least="Viewer", mine=mine)


@pytest.mark.parametrize("whose", WHOSE)
def test_an_act_on_a_large_ring_is_agreed_to_by_who_did_not_propose_it(
    desk: Desk, signup: Signup, other: User, settings: Settings, whose: str
) -> None:
    mine = whose == OWN
    settings.SECOND_PERSON_MEMBERS = 1
    ring = ring_of([signup.account])
    proposing.propose(ring, RingAct.CONFIRM, note="x", by=desk.user if mine else other, at=timezone.now())
    agreed = Thing(
        posted("risk_ring_proposal", ring.pk, agree="1"),
        lambda _: Ring.objects.get(pk=ring.pk).state == RingState.CONFIRMED,
    )
    walk(desk, agreed, least="Analyst", mine=not mine)
    assert RingProposal.objects.filter(ended_at=None).exists() is not agreed.done(desk)


@pytest.mark.parametrize("whose", WHOSE)
def test_a_policy_that_takes_two_is_published_by_who_did_not_propose_it(
    desk: Desk, other: User, settings: Settings, whose: str
) -> None:
    mine = whose == OWN
    settings.PUBLISH_BY_TWO = True
    draft = publishing.draft({**StoredPolicy.objects.get().document, "name": "another"}, by="command")
    publishing.propose(draft, by=f"user:{(desk.user if mine else other).pk}")
    published = Thing(
        posted("risk_storedpolicy_move", draft.pk, move="publish"),
        lambda _: StoredPolicy.objects.get(pk=draft.pk).state == "active",
    )
    walk(desk, published, least="Lead", mine=not mine)


def test_a_superuser_is_changed_by_superusers_alone(desk: Desk) -> None:
    above = User.objects.create_superuser("above", password="x")

    def done(_: Desk) -> bool:
        return User.objects.filter(username="theirs").exists()

    form = {"username": "theirs", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00"}
    answer = posted("auth_user_change", above.pk, **form)(desk)
    assert done(desk) is desk.user.is_superuser
    assert answer.status_code == (302 if desk.user.is_superuser else 403)


def told() -> Iterator[tuple[Act, str]]:
    """The acts and who may do them, as the guide tells it."""
    guide = (Path(__file__).parents[3] / "docs" / "console.md").read_text(encoding="utf-8")
    for name, role in re.findall(r"^\| `(\w+)` \|[^|]*\| (\w+) \|", guide, re.MULTILINE):
        yield Act(name), role


def test_the_guide_names_every_act_and_the_least_role_that_has_it(db: None) -> None:
    people: Mapping[str, User] = {role: user_of(role.lower(), role) for role in ROLES}
    assert dict(told()) == {act: next(role for role, user in people.items() if may(user, act)) for act in RULES}
    assert set(RULES) == set(Act)


# What products write that is no act of an analyst's: their signups and checks, their people's rights, use, reports.
OF_PRODUCTS = {
    *("createSignup", "requestCheck", "answerCheck", "createDevice", "createCanvasChallenge", "receiveCallback"),
    *("appeal", "reportAccount", "exportPerson", "erasePerson", "reportUsage"),
    *("createTierToken", "consumeBudget", "releaseBudget", "lookUpTiers", "authorize"),
    *("minfraudScore", "minfraudInsights", "minfraudFactors", "minfraudReport"),
}


def operations(client: Client) -> Iterator[str]:
    """What changes something over HTTP, by the names of OpenAPI."""
    for methods in client.get("/v1/schema?format=json").json()["paths"].values():
        for method, operation in methods.items():
            if method in {"post", "put", "patch", "delete"}:
                yield operation["operationId"]


def by_key() -> Mapping[str, set[str]]:
    """Which acts a key may do by which operations, as the guide tells it."""
    guide = (Path(__file__).parents[3] / "docs" / "console.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(\w+)` \| (`\w+`[^|]*) \| `\w+:\w+`", guide, re.MULTILINE)
    return {act: set(re.findall(r"`(\w+)`", named)) for act, named in lines}


def test_the_guide_names_every_operation_by_which_a_key_does_an_act(client: Client) -> None:
    """Whoever adds one has to say which act it is, and so what speaks against it."""
    told = by_key()
    assert {Act(act) for act in told} < set(Act)
    assert set().union(*told.values()) == set(operations(client)) - OF_PRODUCTS

"""A ring's accounts are held together, share one quota, and go free again, without a word to anybody of why."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.facts import Word
from risk.judged import judged
from risk.models import Assessment, Label, Ring, RingChange, RingMember
from risk.policies.store import DEFAULT, publish, read
from risk.rings.states import RingState
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account, Grant
from verification import containment
from verification.containment import ActRefused, NoteMissing, RingAct, apply, confirm, contain, dismiss, release, reopen
from verification.models import Case, Event
from verification.recheck import redecide, redecide_all
from verification.review import give_word
from verification.standing import standings
from verification.states import Cause
from verification.tasks import contain_rings

SIZE = 4
FIELDS = ("account_id", "tier", "outcome", "score", "held", "budget")


def sign_up(shop: APIClient, name: str) -> Account:
    person = alice(account_id=name, email=f"{name}@gmail.com", device=None, phone=None)
    assert post(shop, "/v1/signups", person).status_code == 201
    return Account.objects.get(account_id=name)


def ring_of(accounts: list[Account], *, score: float = 97.0, contained_at: datetime | None = None) -> Ring:
    now = timezone.now() - timedelta(minutes=1)
    ring = Ring.objects.create(
        state=RingState.SUSPECTED, score=score, confidence=0.9, size=len(accounts), found_at=now, changed_at=now,
        contained_at=contained_at,
    )  # fmt: skip
    RingMember.objects.bulk_create(
        RingMember(ring=ring, subject=account.pk, joined_at=now, weight=4.2) for account in accounts
    )
    return ring


@pytest.fixture
def members(shop: APIClient) -> list[Account]:
    return [sign_up(shop, f"acct_{number}") for number in range(SIZE)]


@pytest.fixture
def ring(members: list[Account]) -> Ring:
    return ring_of(members)


def standing() -> list[Any]:
    return list(Account.objects.order_by("pk").values_list(*FIELDS))


def column(name: str) -> set[Any]:
    return set(Account.objects.values_list(name, flat=True))


def hold(ring: Ring) -> int:
    assert contain(ring.pk, timezone.now())
    return apply(ring.pk, timezone.now())


def types() -> list[str]:
    return list(Event.objects.filter(account=None).order_by("pk").values_list("type", flat=True))


def test_members_are_held_and_share_one_budget_key_and_nobody_else_is(shop: APIClient, ring: Ring) -> None:
    other = sign_up(shop, "acct_other")
    before = shop.get("/v1/accounts/acct_0/tier")
    assert hold(ring) == SIZE
    members = Account.objects.exclude(pk=other.pk)
    assert {(one.outcome, one.tier, one.held) for one in members} == {("review", "restricted", True)}
    after = [shop.get(f"/v1/accounts/acct_{number}/tier") for number in range(SIZE)]
    assert {answer.json()["budget_key"] for answer in after} == {f"ring:{ring.public_id}"}
    assert before.json()["budget_key"] == "account:acct_0"
    assert after[0].json()["version"] > before.json()["version"]
    assert after[0].headers["ETag"] != before.headers["ETag"]
    assert shop.get("/v1/accounts/acct_other/tier").json()["budget_key"] == "account:acct_other"
    assert Account.objects.get(pk=other.pk).outcome == "allow"
    assert set(Grant.objects.filter(cause="ring").values_list("account_id", flat=True)) == {one.pk for one in members}


def test_a_lookup_of_a_member_is_one_query_still(shop: APIClient, ring: Ring) -> None:
    hold(ring)
    shop.get("/v1/accounts/acct_0/tier")
    with CaptureQueriesContext(connection) as queries:
        shop.get("/v1/accounts/acct_0/tier")
    assert len(queries) == 1


def test_who_is_held_is_told_what_everybody_in_review_is_told(shop: APIClient, ring: Ring, nora: User) -> None:
    other = sign_up(shop, "acct_other")
    give_word(other.pk, word=Word.HOLD, note="to look at", analyst=nora, at=timezone.now())
    hold(ring)
    answers = {one: shop.get(f"/v1/signups/{Account.objects.get(account_id=one).signup.public_id}").json()
               for one in ("acct_0", "acct_other")}  # fmt: skip
    assert answers["acct_0"].keys() == answers["acct_other"].keys()
    assert answers["acct_0"]["explanation"] == answers["acct_other"]["explanation"]
    assert "ring" not in str(answers["acct_0"]["explanation"]).lower().replace("during", "")


def test_dismissing_undoes_all(ring: Ring) -> None:
    before = standing()
    hold(ring)
    assert standing() != before
    dismiss(ring.pk, by="user:1", note="a class", at=timezone.now())
    assert apply(ring.pk, timezone.now()) == SIZE
    assert standing() == before
    assert Assessment.objects.latest("pk").cause == "ring"
    assert not Ring.objects.get().contained_at


def test_so_does_dismissing_after_it_was_confirmed_and_the_labels_are_taken_back(ring: Ring) -> None:
    before = standing()
    subjects = list(Account.objects.values_list("pk", flat=True))
    confirm(ring.pk, by="user:1", note="one phone farm", at=timezone.now())
    assert apply(ring.pk, timezone.now()) == SIZE
    assert column("outcome") == {"deny"}
    told = judged(subjects, known_by=timezone.now())
    assert {(one.abuse, one.trust) for one in told.values()} == {(True, 0.8)}
    assert len(told) == SIZE
    dismiss(ring.pk, by="user:1", note="an appeal", at=timezone.now())
    apply(ring.pk, timezone.now())
    assert standing() == before
    assert judged(subjects, known_by=timezone.now()) == {}
    labels = Label.objects.count()
    apply(ring.pk, timezone.now())
    assert Label.objects.count() == labels


def test_run_again_nobody_is_decided(ring: Ring) -> None:
    hold(ring)
    stored = (Assessment.objects.count(), Event.objects.count(), Grant.objects.count())
    assert apply(ring.pk, timezone.now()) == 0
    assert (Assessment.objects.count(), Event.objects.count(), Grant.objects.count()) == stored
    assert containment.due() == []


def test_stopped_half_way_it_goes_on(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "CHUNK", 1)
    calls: list[Any] = []

    def killed(*args: Any, **named: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return redecide_all(*args, **named)

    monkeypatch.setattr(containment, "redecide_all", killed)
    contain(ring.pk, timezone.now())
    with pytest.raises(KeyboardInterrupt):
        apply(ring.pk, timezone.now())
    assert containment.due() == [ring.pk]
    assert Account.objects.filter(outcome="review").count() == 2
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE - 2
    assert column("outcome") == {"review"}
    assert containment.due() == []


def test_a_run_ends_in_time_and_the_next_goes_on(ring: Ring) -> None:
    contain(ring.pk, timezone.now())
    assert apply(ring.pk, timezone.now(), seconds=0) == 0
    assert containment.due() == [ring.pk]
    assert apply(ring.pk, timezone.now(), subjects=[Account.objects.first().pk]) == 1  # type: ignore[union-attr]
    assert apply(ring.pk, timezone.now()) == SIZE - 1


def test_one_that_cannot_be_read_stops_nobody_else(ring: Ring, members: list[Account]) -> None:
    Assessment.objects.filter(subject=members[1].pk).update(facts={})
    assert hold(ring) == SIZE - 1
    assert containment.due() == []


def test_thousands_cost_no_more_queries_than_one(ring: Ring, members: list[Account]) -> None:
    contain(ring.pk, timezone.now())

    def queries_for(subjects: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert apply(ring.pk, timezone.now(), subjects=subjects) == len(subjects)
        return len(queries)

    pks = [account.pk for account in members]
    assert queries_for(pks[:1]) == queries_for(pks[1:])


def test_who_leaves_goes_free_and_who_comes_is_held(shop: APIClient, ring: Ring, members: list[Account]) -> None:
    hold(ring)
    now = timezone.now()
    RingMember.objects.filter(subject=members[0].pk).update(left_at=now)
    newcomer = sign_up(shop, "acct_new")
    RingMember.objects.create(ring=ring, subject=newcomer.pk, joined_at=now, weight=3.0)
    Ring.objects.update(changed_at=now)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 2
    assert Account.objects.get(pk=members[0].pk).budget_key == "account:acct_0"
    assert Account.objects.get(pk=members[0].pk).outcome == "allow"
    assert Account.objects.get(pk=newcomer.pk).budget_key == f"ring:{ring.public_id}"


def test_growing_alone_decides_nobody_again(ring: Ring) -> None:
    hold(ring)
    Ring.objects.update(size=900, score=99.9, changed_at=timezone.now())
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0


def test_members_of_a_ring_that_went_into_another_are_held_as_its_members(ring: Ring, members: list[Account]) -> None:
    hold(ring)
    now = timezone.now()
    RingMember.objects.update(left_at=now)
    into = ring_of(members, contained_at=now)
    Ring.objects.filter(pk=ring.pk).update(state=RingState.MERGED, merged_into=into, changed_at=now)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE
    assert column("budget") == {f"ring:{into.public_id}"}
    assert column("outcome") == {"review"}


def test_what_passes_the_line_is_held_by_itself_and_let_go_when_it_falls_far_under_it(ring: Ring) -> None:
    publish({**read(DEFAULT), "rings": {"least_members": SIZE}})
    before = standing()
    Ring.objects.update(score=89.0)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0
    assert standing() == before
    Ring.objects.update(score=90.0)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE
    Ring.objects.update(score=85.0)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0
    Ring.objects.update(score=80.0)
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE
    assert standing() == before
    assert types() == ["ring.found", "ring.contained", "ring.released"]
    assert list(RingChange.objects.order_by("pk").values_list("kind", "by")) == [("contained", ""), ("released", "")]


def test_a_ring_that_is_too_small_is_not_held(ring: Ring) -> None:
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0
    assert column("outcome") == {"allow"}


def test_what_a_person_lets_go_or_holds_is_left_so(ring: Ring) -> None:
    publish({**read(DEFAULT), "rings": {"least_members": SIZE}})
    contain_rings.apply()
    assert release(ring.pk, timezone.now(), by="user:1", note="I know them")
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0
    assert column("budget") == {""}
    publish({**read(DEFAULT), "rings": {"contain": False}})
    assert contain(ring.pk, timezone.now(), by="user:1", note="I was wrong")
    assert contain_rings.apply().get(disable_sync_subtasks=False) == SIZE
    assert contain_rings.apply().get(disable_sync_subtasks=False) == 0
    assert column("outcome") == {"review"}


def test_an_analysts_word_outweighs_the_ring(ring: Ring, members: list[Account], nora: User) -> None:
    give_word(members[0].pk, word=Word.APPROVE, note="my neighbour", analyst=nora, at=timezone.now())
    hold(ring)
    spared = Account.objects.get(pk=members[0].pk)
    assert (spared.outcome, spared.budget_key) == ("allow", "account:acct_0")
    assert Account.objects.filter(outcome="review").count() == SIZE - 1


def test_each_later_decision_looks_which_ring_it_is(ring: Ring, members: list[Account]) -> None:
    contain(ring.pk, timezone.now())
    redecide(members[0].pk, cause=Cause.CHECK, at=timezone.now())
    assert Account.objects.get(pk=members[0].pk).outcome == "review"
    release(ring.pk, timezone.now())
    redecide(members[0].pk, cause=Cause.CHECK, at=timezone.now())
    assert Account.objects.get(pk=members[0].pk).outcome == "allow"


def test_a_ring_is_looked_at_as_one_and_not_account_by_account(
    shop: APIClient, ring: Ring, members: list[Account], nora: User
) -> None:
    give_word(members[0].pk, word=Word.HOLD, note="odd", analyst=nora, at=timezone.now())
    assert Case.objects.filter(closed_at=None).count() == 1
    hold(ring)
    give_word(members[1].pk, word=Word.HOLD, note="odd too", analyst=nora, at=timezone.now())
    assert list(Case.objects.filter(closed_at=None).values_list("account_id", flat=True)) == [members[0].pk]
    dismiss(ring.pk, by="user:1", note="a class", at=timezone.now())
    apply(ring.pk, timezone.now())
    waiting = Case.objects.filter(closed_at=None).values_list("account_id", flat=True)
    assert sorted(waiting) == [members[0].pk, members[1].pk]


@pytest.mark.parametrize("what", [RingAct.CONTAIN, RingAct.CONFIRM, RingAct.DISMISS])
def test_a_preview_tells_what_comes_of_it_and_writes_nothing(ring: Ring, what: RingAct) -> None:
    before, rings = standing(), list(Ring.objects.values())
    stored = (Assessment.objects.count(), Event.objects.count(), RingChange.objects.count())
    told = containment.preview(ring.pk, what)
    assert (standing(), list(Ring.objects.values())) == (before, rings)
    assert (Assessment.objects.count(), Event.objects.count(), RingChange.objects.count()) == stored
    containment.act(ring.pk, what, said=("user:1", "so be it"), at=timezone.now())
    moved = apply(ring.pk, timezone.now())
    assert (told.accounts, told.moving) == (SIZE, moved)
    assert told.tiers[0] == {before[0][1]: SIZE}
    assert told.tiers[1] == {standing()[0][1]: SIZE}
    assert told.outcomes[1] == {standing()[0][2]: SIZE}


def test_what_people_do_is_written_down(ring: Ring) -> None:
    now = timezone.now()
    confirm(ring.pk, by="user:7", note="one SIM bank", at=now)
    reopen(ring.pk, by="user:7", note="too early", at=now)
    dismiss(ring.pk, by="user:8", note="a hackathon", at=now)
    reopen(ring.pk, by="user:8", note="or not", at=now)
    changes = list(RingChange.objects.order_by("pk").values_list("kind", "by", "note"))
    assert changes == [
        ("confirmed", "user:7", "one SIM bank"),
        ("reopened", "user:7", "too early"),
        ("dismissed", "user:8", "a hackathon"),
        ("reopened", "user:8", "or not"),
    ]
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", "actor", "subject"))
    assert acts == [
        ("ring.confirm", "user:7", f"ring:{ring.pk}"),
        ("ring.reopen", "user:7", f"ring:{ring.pk}"),
        ("ring.dismiss", "user:8", f"ring:{ring.pk}"),
        ("ring.reopen", "user:8", f"ring:{ring.pk}"),
    ]
    assert types() == ["ring.confirmed", "ring.reopened", "ring.dismissed", "ring.reopened"]
    assert "SIM" not in str(list(Event.objects.values_list("data", flat=True)))
    now_is = Ring.objects.get()
    assert (now_is.state, now_is.contained_at) == (RingState.SUSPECTED, None)


def test_what_a_rings_state_does_not_allow_is_refused(ring: Ring) -> None:
    now = timezone.now()
    with pytest.raises(NoteMissing):
        confirm(ring.pk, by="user:7", note=" ", at=now)
    with pytest.raises(ActRefused):
        reopen(ring.pk, by="user:7", note="it is open", at=now)
    assert not release(ring.pk, now)
    dismiss(ring.pk, by="user:7", note="a class", at=now)
    assert not contain(ring.pk, now)
    with pytest.raises(ActRefused):
        containment.preview(ring.pk, RingAct.DISMISS)
    Ring.objects.update(state=RingState.MERGED)
    with pytest.raises(ActRefused):
        confirm(ring.pk, by="user:7", note="all of them", at=now)


def test_the_worker_follows_what_was_done(ring: Ring, catch_up: Any) -> None:
    confirm(ring.pk, by="user:7", note="one SIM bank", at=timezone.now())
    catch_up()
    assert column("outcome") == {"deny"}
    dismiss(ring.pk, by="user:7", note="it was not", at=timezone.now())
    catch_up()
    assert column("outcome") == {"allow"}


def test_the_export_names_the_ring_contained_or_not_until_it_is_dismissed(shop: APIClient, ring: Ring) -> None:
    sign_up(shop, "acct_other")
    told = {line["account_id"]: line["ring"] for line in standings()}
    assert told == {**{f"acct_{number}": ring.public_id for number in range(SIZE)}, "acct_other": None}
    hold(ring)
    assert {line["account_id"]: line["ring"] for line in standings()} == told
    dismiss(ring.pk, by="user:1", note="a class", at=timezone.now())
    assert {line["ring"] for line in standings()} == {None}

"""A tier is set by hand for a time, seen everywhere, and ends by itself; risk that is confirmed comes first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from risk.facts import Word
from tests.cast import alice
from tests.conftest import client_with, post
from tests.verification.console.desk import user_of
from tiers.models import Account, Override
from verification.appeals import uphold
from verification.models import Event
from verification.overriding import NothingSet, Order, OverrideRefused, end_due, lift, set_tier
from verification.review import give_word, withdraw_word

DAY = timedelta(days=1)


@pytest.fixture
def account(shop: APIClient) -> Account:
    """Alice's, on trial."""
    post(shop, "/v1/signups", alice())
    return Account.objects.get()


def put(account: Account, tier: str, *, days: float = 1, at: datetime | None = None) -> None:
    at = at or timezone.now()
    set_tier(account.pk, Order(tier, at + days * DAY, "a partner", "user:1"), at=at)
    account.refresh_from_db()


def lookup(shop: APIClient) -> dict[str, Any]:
    answered: dict[str, Any] = shop.get("/v1/accounts/acct_alice/tier").json()
    return answered


@pytest.mark.parametrize("tier", ["trusted", "restricted"])
def test_a_tier_set_by_hand_is_told_to_gateways_and_ends_by_itself(
    shop: APIClient, account: Account, tier: str
) -> None:
    tag = shop.get("/v1/accounts/acct_alice/tier").headers["ETag"]
    put(account, tier)
    told = shop.get("/v1/accounts/acct_alice/tier")
    assert told.headers["ETag"] != tag
    assert told.json()["tier"] == tier
    assert told.json()["override_until"] is not None
    assert end_due(timezone.now() + DAY - timedelta(minutes=1)) == []
    assert len(end_due(timezone.now() + DAY)) == 1
    assert end_due(timezone.now() + DAY) == []
    assert (lookup(shop)["tier"], lookup(shop)["override_until"]) == ("trial", None)
    grants = shop.get("/v1/accounts/acct_alice/grants").json()["items"]
    assert [(grant["tier"], grant["cause"]) for grant in grants] == [
        ("trial", "override_end"),
        (tier, "override"),
        ("trial", "signup"),
    ]
    assert [grant["until"] is not None for grant in grants] == [False, True, False]


def test_setting_and_ending_are_events(account: Account) -> None:
    put(account, "trusted")
    end_due(timezone.now() + DAY)
    told = {event.type: event.data for event in Event.objects.filter(type__contains="overrid")}
    assert told["account.tier_overridden"]["tier"] == "trusted"
    assert told["account.override_ended"]["by_hand"] is False
    assert Event.objects.filter(type="account.tier_changed").count() == 2


def test_a_tier_that_is_set_as_it_was_is_a_grant_of_its_own(shop: APIClient, account: Account) -> None:
    """The tier is the same, and why it is has changed."""
    put(account, "trial")
    assert account.version == 2
    assert [g["cause"] for g in shop.get("/v1/accounts/acct_alice/grants").json()["items"]] == ["override", "signup"]
    assert not Event.objects.filter(type="account.tier_changed").exists()


def test_what_is_passed_meanwhile_counts_when_the_time_is_over(
    shop: APIClient, account: Account, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    put(account, "restricted")
    signup = account.signup.public_id
    assert shop.get(f"/v1/signups/{signup}").json()["next_checks"] == []
    post(shop, f"/v1/signups/{signup}/checks", {"kind": "email"})
    catch_up()
    answered = post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code_for(alice()["email"])}).json()
    assert (answered["tier"], answered["held"]) == ("restricted", True)
    end_due(timezone.now() + DAY)
    assert lookup(shop)["tier"] == "basic"


def test_confirmed_risk_comes_first_and_the_hand_counts_again_after_it(
    shop: APIClient, account: Account, nora: User
) -> None:
    put(account, "trusted", days=5)
    give_word(account.pk, word=Word.DENY, note="a farm", analyst=nora, at=timezone.now())
    assert (lookup(shop)["tier"], lookup(shop)["override_until"]) == ("blocked", None)
    withdraw_word(account.pk, note="a mistake", analyst=nora, at=timezone.now())
    assert lookup(shop)["tier"] == "trusted"


def test_a_hand_lifts_nobody_out_of_confirmed_risk(shop: APIClient, account: Account, nora: User) -> None:
    give_word(account.pk, word=Word.DENY, note="a farm", analyst=nora, at=timezone.now())
    put(account, "trusted")
    assert lookup(shop)["tier"] == "blocked"


def test_another_takes_the_place_of_the_one_before(account: Account) -> None:
    put(account, "trusted")
    put(account, "standard", days=2)
    first, second = Override.objects.order_by("pk")
    assert (first.ended_note, second.ended_at, account.tier) == ("another was set", None, "standard")


def test_undoing_lets_proofs_and_score_speak_at_once(account: Account) -> None:
    put(account, "restricted")
    lift(account.pk, by="user:1", note="done", at=timezone.now())
    account.refresh_from_db()
    assert (account.tier, account.override_until) == ("trial", None)
    with pytest.raises(NothingSet):
        lift(account.pk, by="user:1", note="again", at=timezone.now())


def test_each_act_stands_in_the_audit_log(account: Account) -> None:
    put(account, "trusted")
    lift(account.pk, by="user:2", note="done", at=timezone.now())
    acts = list(AuditEntry.objects.order_by("seq").values_list("actor", "act", "subject"))
    assert acts == [
        ("user:1", "account.override", f"account:{account.pk}"),
        ("user:2", "account.override_lift", f"account:{account.pk}"),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tier": "golden"}, "no tier 'golden'"),
        ({"note": " "}, "Say why"),
        ({"until": timedelta(0)}, "after now"),
        ({"until": 400 * DAY}, "within 366 days"),
    ],
)
def test_what_is_not_right_is_refused_and_changes_nothing(account: Account, change: dict[str, Any], says: str) -> None:
    now = timezone.now()
    asked = {"tier": "trusted", "note": "a partner", "by": "user:1", **change}
    order = Order(**{**asked, "until": now + change.get("until", DAY)})
    with pytest.raises(OverrideRefused, match=says):
        set_tier(account.pk, order, at=now)
    assert not Override.objects.exists()
    assert not AuditEntry.objects.exists()


# --- over HTTP -----------------------------------------------------------------------------------------------------
PATH = "/v1/accounts/acct_alice/override"


@pytest.fixture
def desk(client_of: Callable[..., APIClient]) -> APIClient:
    """A product's own back office."""
    return client_of("tiers:write", "tiers:read")


def body(**changes: Any) -> dict[str, Any]:
    return {"tier": "trusted", "until": (timezone.now() + DAY).isoformat(), "note": "a partner", **changes}


def test_a_caller_sets_and_ends_a_tier(desk: APIClient, account: Account) -> None:
    answered = post(desk, PATH, body(colour="red"))
    assert (answered.status_code, answered.json()["tier"]) == (200, "trusted")
    assert answered.json()["warnings"] == ["unknown field: colour"]
    ended = desk.delete(f"{PATH}?note=done")
    assert (ended.status_code, ended.json()["tier"], ended.json()["override_until"]) == (200, "trial", None)
    assert (desk.delete(f"{PATH}?note=done").status_code, desk.delete(PATH).status_code) == (409, 422)
    assert Override.objects.get().by.startswith("key:")


def test_a_call_sent_twice_sets_it_once(desk: APIClient, account: Account) -> None:
    sent = body()
    answers = [post(desk, PATH, sent, **{"Idempotency-Key": "one"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Override.objects.count() == 1


def test_a_refused_tier_says_why(desk: APIClient, account: Account) -> None:
    answered = post(desk, PATH, body(tier="golden"))
    assert (answered.status_code, answered.json()["code"]) == (422, "override_refused")
    assert "golden" in answered.json()["detail"]


def test_only_the_scope_opens_it_and_strangers_learn_nothing(
    desk: APIClient, client_of: Callable[..., APIClient], account: Account
) -> None:
    assert post(client_of("tiers:read", "accounts:write"), PATH, body()).status_code == 403
    _, key = issue(KeyOrder(KeyKind.SECRET, ("tiers:write",), "shop", "tests", Mode.TEST))
    for caller, path in ((desk, PATH.replace("alice", "nobody")), (client_with(key), PATH)):
        assert post(caller, path, body()).status_code == 404
        assert caller.delete(f"{path}?note=x").status_code == 404


def test_a_key_leaves_an_account_whose_appeal_is_open_to_people(
    desk: APIClient, shop: APIClient, account: Account, nora: User
) -> None:
    """Who decided could else answer their own appeal by the key that they have as well."""
    assert post(desk, PATH, body(tier="restricted")).status_code == 200
    give_word(account.pk, word=Word.DENY, note="a farm", analyst=nora, at=timezone.now())
    assert post(shop, "/v1/accounts/acct_alice/appeals", {"text": "please"}).status_code == 201
    before = (lookup(shop)["tier"], Override.objects.get().ended_at, AuditEntry.objects.count())
    for refused in (post(desk, PATH, body()), desk.delete(f"{PATH}?note=x")):
        assert (refused.status_code, refused.json()["code"]) == (409, "override_appealed")
    assert (lookup(shop)["tier"], Override.objects.get().ended_at, AuditEntry.objects.count()) == before
    uphold(account.pk, note="nothing new", analyst=user_of("nina", "Analyst"), at=timezone.now())
    assert desk.delete(f"{PATH}?note=x").status_code == 200
    assert post(desk, PATH, body()).status_code == 200


def test_what_was_set_ends_in_its_time_though_an_appeal_is_open(shop: APIClient, account: Account, nora: User) -> None:
    put(account, "restricted")
    give_word(account.pk, word=Word.HOLD, note="look", analyst=nora, at=timezone.now())
    assert post(shop, "/v1/accounts/acct_alice/appeals", {}).status_code == 201
    assert len(end_due(timezone.now() + DAY)) == 1

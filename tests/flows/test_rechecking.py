"""Nothing once true is true for ever: evidence is looked at again when it is due, and what changed is decided anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import ratelimit
from config.lib.ratelimit import Quota
from config.lib.sqlarrays import array
from risk.half_lives import Evidence
from risk.models import Assessment
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification import ageing
from verification.models import Event, Proof
from verification.providers import LOOKUP_PROVIDERS, lookup_provider
from verification.providers.budget import Budgeted, spare
from verification.providers.interface import ProviderUnavailable
from verification.providers.offline_lookups import DOMAINS, LINES, OfflinePhoneLine
from verification.recheck_models import Recheck
from verification.tasks import ask_again, recheck_due

CatchUp = Callable[[], int]
VOIP = LINES["0001"]
DEAD = DOMAINS["nowhere"]
NOBODYS_DOMAIN = "archer.example"


def sign_up(shop: APIClient, account_id: str, **changes: Any) -> dict[str, Any]:
    number = sum(map(ord, account_id))
    person = {"email": f"{account_id}@{NOBODYS_DOMAIN}", "phone": f"+1415555{number % 8000 + 1000:04d}", "device": None}
    signup: dict[str, Any] = post(shop, "/v1/signups", alice(account_id=account_id, **{**person, **changes})).json()
    return signup


def decided_since(before: int) -> list[tuple[str, str]]:
    """Who was decided again since, and for what."""
    names = dict(Account.objects.values_list("pk", "account_id"))
    rows = Assessment.objects.filter(pk__gt=before).order_by("pk").values_list("subject", "cause")
    return [(names[subject], cause) for subject, cause in rows]


def last_assessment() -> int:
    return Assessment.objects.latest("pk").pk


def reasons_of(account_id: str) -> set[str]:
    subject = Account.objects.get(account_id=account_id).pk
    return {reason["code"] for reason in Assessment.objects.filter(subject=subject).latest("pk").reasons}


def facts_of(account_id: str) -> dict[str, Any]:
    subject = Account.objects.get(account_id=account_id).pk
    facts: dict[str, Any] = Assessment.objects.filter(subject=subject).latest("pk").facts
    return facts


def run(task: Any) -> int:
    return int(task.apply().get(disable_sync_subtasks=False))


def taken_on(clock: time_machine.Traveller) -> None:
    """Two beats, a minute apart: who has just come is noted, and then taken on."""
    run(recheck_due)
    clock.shift(ageing.SETTLED)
    run(recheck_due)


def rows(account_id: str) -> dict[str, Recheck]:
    return {row.evidence: row for row in Recheck.objects.filter(account__account_id=account_id)}


@pytest.fixture(autouse=True)
def all_tiers(db: None) -> None:
    """A policy under which numbers are asked of everybody again."""
    publish({**read(DEFAULT), "half_lives": {"phone_line": {"days": 90}}})


def test_accounts_are_taken_on_for_what_they_showed_and_each_has_its_own_moment(
    shop: APIClient, clock: time_machine.Traveller
) -> None:
    sign_up(shop, "first", device=alice()["device"])
    sign_up(shop, "second", phone=None)
    before = timezone.now()
    taken_on(clock)
    assert set(rows("first")) == {"phone_line", "mail_domain", "network", "device"}
    assert set(rows("second")) == {"mail_domain", "network"}
    for evidence, row in rows("first").items():
        life = ageing.half_life(Evidence(evidence))
        assert row.due_at is not None
        assert abs(row.due_at - before - life.good) <= life.good * life.jitter + timedelta(seconds=5)
    assert rows("first")["network"].due_at != rows("second")["network"].due_at


def test_accounts_of_before_are_spread_over_one_half_life_and_a_run_goes_on_where_it_was(
    shop: APIClient, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        sign_up(shop, f"acct_{number}")
    clock.shift(timedelta(days=85))
    monkeypatch.setattr(ageing, "CHUNK", 2)
    run(recheck_due)
    clock.shift(ageing.SETTLED)
    now = timezone.now()
    assert ageing.take_on(now, seconds=0) == 0
    assert ageing.to_take_on() == 5
    assert ageing.take_on(now) == 5
    assert ageing.to_take_on() == ageing.take_on(now) == 0
    moments = [row.due_at for row in Recheck.objects.filter(evidence="mail_domain")]
    assert len(set(moments)) == 5
    assert all(moment is not None and now <= moment <= now + timedelta(days=30) for moment in moments)


def test_what_is_as_it_was_is_looked_at_and_writes_no_assessment(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    sign_up(shop, "calm", device=alice()["device"])
    catch_up()
    taken_on(clock)
    before = last_assessment()
    clock.shift(timedelta(days=40))
    run(recheck_due), run(ask_again)
    clock.shift(timedelta(days=80))
    run(recheck_due), run(ask_again)
    assert decided_since(before) == []
    seen = rows("calm")
    assert all(seen[each].looked_at is not None for each in ("phone_line", "mail_domain", "device"))
    assert all(row.due_at is not None and row.due_at > timezone.now() for row in seen.values())


def test_a_number_that_became_a_virtual_line_falls_at_once_and_says_why(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(shop, "moved", phone="+14155552671")
    sign_up(shop, "other", phone="+14155552672")
    catch_up()
    taken_on(clock)
    before = last_assessment()
    clock.shift(timedelta(days=120))
    run(recheck_due)
    monkeypatch.setitem(LINES, "2671", VOIP)
    assert run(ask_again) == 1
    assert decided_since(before) == [("moved", "recheck")]
    assert {"phone_changed_line", "phone_line_voip"} <= reasons_of("moved")
    assert Event.objects.filter(type="account.redecided", data__cause="recheck").count() == 1
    assert run(ask_again) == 0


def test_a_party_that_is_away_takes_nothing_and_opens_nothing_and_is_asked_later(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Any, __: str) -> None:
        raise ProviderUnavailable("down")

    sign_up(shop, "voip", phone="+14155550001")
    catch_up()
    taken_on(clock)
    before, facts = last_assessment(), facts_of("voip")["phone_line"]
    clock.shift(timedelta(days=120))
    with monkeypatch.context() as patch:
        patch.setattr(OfflinePhoneLine, "look", away)
        run(ask_again)
        waiting = rows("voip")["phone_line"]
        assert waiting.tries == 1
        assert waiting.due_at is not None
        assert timezone.now() < waiting.due_at <= timezone.now() + ageing.LONGEST_PAUSE
        clock.shift(timedelta(days=400))
        run(ask_again)
    assert [who for who in decided_since(before) if who[1] == "recheck"] == []
    assert facts_of("voip")["phone_line"] == facts
    clock.shift(timedelta(days=2))
    run(ask_again)
    assert rows("voip")["phone_line"].tries == 0


def test_half_of_what_is_paid_for_is_kept_for_those_who_sign_up(settings: Settings) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "paid_lookups": "17/hour"}
    paid, quota = Budgeted(OfflinePhoneLine()), Quota("paid_lookups", "all")
    while ratelimit.left(quota) > 0.5:
        assert spare(paid)
        ratelimit.spend(quota)
    assert not spare(paid)
    assert spare(OfflinePhoneLine())  # what costs nothing
    assert ratelimit.left(quota) == pytest.approx(8 / 17)


def test_what_is_due_is_asked_within_half_of_the_budget_and_goes_on_when_there_is_more(
    shop: APIClient,
    catch_up: CatchUp,
    clock: time_machine.Traveller,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(5):
        sign_up(shop, f"a_{number}", phone=f"+1415555267{number}")
    catch_up()
    taken_on(clock)
    clock.shift(timedelta(days=120))
    settings.API_LIMITS = {**settings.API_LIMITS, "paid_lookups": "6/hour"}
    monkeypatch.setitem(LOOKUP_PROVIDERS, ("phone_line", "offline"), lambda: Budgeted(OfflinePhoneLine()))
    lookup_provider.cache_clear()

    def left() -> int:
        run(ask_again)
        return Recheck.objects.filter(evidence="phone_line", due_at__lte=timezone.now()).count()

    assert (left(), left()) == (2, 2)
    settings.API_LIMITS = {**settings.API_LIMITS, "paid_lookups": "60/hour"}  # there is more again
    assert left() == 0
    lookup_provider.cache_clear()


def prove_phone(
    shop: APIClient, signup: dict[str, Any], catch_up: CatchUp, code_for: Callable[[str], str], to: str
) -> None:
    path = f"/v1/signups/{signup['id']}/checks"
    mailbox = f"{signup['account_id']}@{NOBODYS_DOMAIN}"
    for kind, number in (("email", mailbox), ("phone", to)):
        assert post(shop, path, {"kind": kind}).status_code == 202
        catch_up()
        assert post(shop, f"{path}/{kind}/answers", {"code": code_for(number)}).status_code == 200


def test_a_number_that_went_to_somebody_else_proves_its_account_no_more_and_there_is_no_grace_for_that(
    shop: APIClient,
    catch_up: CatchUp,
    code_for: Callable[[str], str],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signup = sign_up(shop, "gave_up", phone="+14155552671")
    catch_up()
    prove_phone(shop, signup, catch_up, code_for, "+14155552671")
    taken_on(clock)
    assert shop.get("/v1/accounts/gave_up").json()["tier"] == "standard"
    clock.shift(timedelta(days=120))
    monkeypatch.setitem(LINES, "2671", LINES["0004"])
    assert run(ask_again) == 1
    assert shop.get("/v1/accounts/gave_up").json()["tier"] == "basic"
    assert {"phone_changed_owner", "phone_reassigned"} <= reasons_of("gave_up")
    assert Proof.objects.get(kind="phone").lapsed_at is not None
    assert Event.objects.filter(type="proof.lapsed", data__kind="phone").count() == 1
    assert not Event.objects.filter(type="account.tier_lapsing").exists()


def test_no_look_lets_a_tier_fall_for_age_untold(
    shop: APIClient, catch_up: CatchUp, code_for: Callable[[str], str], clock: time_machine.Traveller
) -> None:
    signup = sign_up(shop, "old", phone="+14155552671")
    catch_up()
    prove_phone(shop, signup, catch_up, code_for, "+14155552671")
    clock.shift(timedelta(days=181))  # beat was away: nothing was told, and the proof is past its half-life
    assert post(shop, "/v1/accounts/old/rechecks", {}).json()["tier"] == "standard"
    assert Event.objects.filter(type="account.tier_lapsing", data__kind="phone").count() == 1
    clock.shift(timedelta(days=8))
    assert post(shop, "/v1/accounts/old/rechecks", {}).json()["tier"] == "basic"


def test_an_account_that_nobody_used_for_long_wakes_is_looked_at_in_full_and_settles(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    signup = sign_up(shop, "sleeper")
    sign_up(shop, "other")
    catch_up()
    taken_on(clock)
    path = f"/v1/signups/{signup['id']}/checks"
    clock.shift(timedelta(days=5))
    post(shop, path, {"kind": "proof_of_work"})
    before = last_assessment()
    clock.shift(timedelta(days=60))
    post(shop, path, {"kind": "proof_of_work"})
    assert decided_since(before) == []  # used within the half-life
    clock.shift(timedelta(days=100))
    post(shop, path, {"kind": "proof_of_work"})
    assert decided_since(before) == [("sleeper", "usage")]
    assert "account_woke" in reasons_of("sleeper")
    assert facts_of("sleeper")["woke_after_days"] == pytest.approx(100, abs=0.1)
    assert all(row.due_at <= timezone.now() for name, row in rows("sleeper").items() if name != "quiet" and row.due_at)
    assert not any(row.evidence == "quiet" for row in Recheck.objects.filter(account__account_id="other"))
    clock.shift(timedelta(days=91))
    run(recheck_due)
    assert "account_woke" not in reasons_of("sleeper")
    assert rows("sleeper")["quiet"].due_at is None


def test_another_number_is_not_measured_by_what_was_told_of_the_one_before(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    signup = sign_up(shop, "renamed", phone="+14155552671")
    catch_up()
    taken_on(clock)
    monkeypatch.setitem(LINES, "2799", VOIP)
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "phone", "to": "+14155552799"})
    catch_up()
    clock.shift(timedelta(days=120))
    run(ask_again)
    assert "phone_line_voip" in reasons_of("renamed")
    assert "phone_changed_line" not in reasons_of("renamed")


def hastening_plan(values: list[int]) -> str:
    """How accounts are found by what they showed, among 50,000 others."""
    asked: dict[str, Any] = {
        "evidence": "network",
        "kind": 2,
        "values": array(values),
        "since": "-infinity",
        "but": 0,
        "at": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO risk_identifier (subject, kind, value, at)"
            " SELECT n, 2, 1000 + n, now() FROM generate_series(1, 50000) n"
        )
        cursor.execute(
            "INSERT INTO tiers_account (account_id, created_at, tier, outcome, score, held, version, test)"
            " SELECT 'other_' || n, now(), 'trial', 'allow', 1, false, 1, false FROM generate_series(1, 50000) n"
        )
        cursor.execute("ANALYZE risk_identifier, tiers_account")
        cursor.execute(f"EXPLAIN {ageing.HASTEN_SQL}", asked)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_what_is_due_is_found_by_an_index_however_much_is_not(shop: APIClient) -> None:
    account = Account.objects.get(account_id=sign_up(shop, "one")["account_id"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE verification_recheck DISABLE TRIGGER ALL")  # accounts that are not there
        cursor.execute(
            "INSERT INTO verification_recheck (account_id, evidence, due_at, asked, tries)"
            " SELECT 1000000 + n, 'network', now() + n * interval '1 minute', false, 0 FROM generate_series(1, 50000) n"
        )
        cursor.execute("ALTER TABLE verification_recheck ENABLE TRIGGER ALL")
    ageing.ask_for(account.pk, [Evidence.NETWORK], at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE verification_recheck")
    for asked in (True, False):
        plan = ageing.due_rows(Evidence.NETWORK, timezone.now(), asked=asked)[:100].explain()
        assert "rechecks_due" in plan, plan
        assert "Seq Scan" not in plan, plan
    ageing_plan = hastening_plan([1, 2, 3])
    assert "identifiers_by_value" in ageing_plan, ageing_plan
    assert "Seq Scan on risk_identifier" not in ageing_plan, ageing_plan
    assert [row.account_pk for row in ageing.due(Evidence.NETWORK, timezone.now(), most=100)] == [account.pk]

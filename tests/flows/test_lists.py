"""Allow, deny and watch: what stands on a list of the policy, or is added to one beside it, decides at the door."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import audit
from risk.facts import Facts, Word
from risk.list_entries import Wanted, add
from risk.lookups import listed
from risk.models import Assessment, Device, ListEntry, StoredPolicy
from risk.policies.store import DEFAULT, active, publish, read
from risk.scoring import judge
from tests.cast import alice, bob
from tests.conftest import post
from tiers.models import Account
from verification.recheck import redecide
from verification.review import give_word
from verification.states import Cause

CARD = {"provider": "stripe", "fingerprint": "Xt5EWLLDS7FJjR1c", "bin": "424242"}
VALUES = {
    "emails": "A.lice.Archer+tag@googlemail.com",
    "domains": "gmail.com",
    "phones": "+1 415 555 2671",
    "phone_blocks": "+141555526**",
    "cards": "stripe:Xt5EWLLDS7FJjR1c",
    "bins": "424242",
    "addresses": "72.224.214.33",
    "networks": "72.224.0.0/14",
}


def policy(*lists: dict[str, Any]) -> None:
    publish({**read(DEFAULT), "lists": list(lists)})


def a_list(of: str, effect: str, *values: object, **more: Any) -> dict[str, Any]:
    entries = [{"value": value, "reason": "seen before", "author": "nora"} for value in values]
    return {"name": "known", "of": of, "effect": effect, "entries": entries, **more}


def codes() -> list[str]:
    return [line["code"] for line in Assessment.objects.latest("pk").reasons]


@pytest.mark.parametrize("of", VALUES)
def test_a_deny_list_of_any_kind_refuses_whoever_stands_on_it_and_nobody_else(shop: APIClient, of: str) -> None:
    policy(a_list(of, "deny", VALUES[of]))
    assert post(shop, "/v1/signups", alice(payment=CARD)).json()["outcome"] == "deny"
    other = alice(account_id="other", email="x@elsewhere.example", phone="+4917612345678", ip="84.44.128.1")
    assert post(shop, "/v1/signups", {**other, "device": None}).json()["outcome"] != "deny"


@pytest.mark.parametrize("of", VALUES)
def test_a_live_entry_of_any_kind_does_the_same_without_another_policy(shop: APIClient, of: str) -> None:
    policy(a_list(of, "deny"))
    call_command("list_entry", "add", "known", VALUES[of], reason="seen before", by="nora")
    assert post(shop, "/v1/signups", alice(payment=CARD)).json()["outcome"] == "deny"
    assert audit.verify() == []


def test_autonomous_systems_and_devices_match(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())
    asn = Facts.from_json(Assessment.objects.get().facts).network.asn  # type: ignore[union-attr] # she has an address
    device = Device.objects.get().value
    policy(a_list("asns", "deny", f"AS{asn}"), a_list("devices", "watch", str(device), name="seen"))
    assert post(shop, "/v1/signups", alice(account_id="second")).json()["outcome"] == "deny"
    assert {"list_known", "list_seen"} <= set(codes())


def test_an_allow_list_beats_the_score_but_not_a_floor(shop: APIClient) -> None:
    post(shop, "/v1/signups", bob())
    assert Account.objects.get().outcome in {"review", "deny"}
    policy(a_list("emails", "allow", bob()["email"]))
    assert post(shop, "/v1/signups", bob(account_id="again")).json()["outcome"] == "allow"
    forged = {**bob(account_id="forged"), "device_token": "made-up"}
    del forged["device"]
    assert post(shop, "/v1/signups", forged).json()["outcome"] == "challenge"


def test_where_allow_and_deny_meet_the_harsher_wins(shop: APIClient) -> None:
    policy(
        a_list("emails", "allow", VALUES["emails"]),
        a_list("networks", "deny", VALUES["networks"], name="bad_network"),
    )
    assert post(shop, "/v1/signups", alice()).json()["outcome"] == "deny"
    assert {"list_known", "list_bad_network"} <= set(codes())


def test_an_analysts_word_beats_every_list(shop: APIClient, nora: Any) -> None:
    policy(a_list("emails", "allow", VALUES["emails"]))
    post(shop, "/v1/signups", alice())
    give_word(Account.objects.get().pk, word=Word.DENY, note="looked at it", analyst=nora, at=timezone.now())
    assert Account.objects.get().outcome == "deny"


@pytest.mark.parametrize(("floor", "outcome"), [({}, "allow"), ({"floor": "review"}, "review")])
def test_a_watch_list_gives_a_reason_and_its_floor(shop: APIClient, floor: dict[str, str], outcome: str) -> None:
    policy(a_list("domains", "watch", "gmail.com", multiplier=1.5, **floor))
    assert post(shop, "/v1/signups", alice()).json()["outcome"] == outcome
    line = next(line for line in Assessment.objects.get().reasons if line["code"] == "list_known")
    assert line["family"] == "list"
    assert {name for name, _ in line["evidence"]} == {"list", "entry", "of"}
    assert "gmail" not in json.dumps(line)


def test_what_has_expired_or_not_begun_does_nothing_and_the_replay_says_the_same(shop: APIClient) -> None:
    past, coming = a_list("emails", "deny", VALUES["emails"]), a_list("phones", "deny", VALUES["phones"], name="later")
    past["entries"][0]["expires"], coming["entries"][0]["from"] = "2026-01-01", "2999-01-01T00:00:00Z"
    policy(past, coming)
    assert post(shop, "/v1/signups", alice()).json()["outcome"] == "allow"


def test_an_entry_that_runs_out_lets_its_account_go_at_the_next_look(shop: APIClient) -> None:
    policy(a_list("emails", "deny"))
    soon = timezone.now() + timedelta(hours=1)
    add([Wanted("known", VALUES["emails"], "for an hour", expires=soon)], author="nora")
    post(shop, "/v1/signups", alice())
    stored = Assessment.objects.get()
    assert judge(Facts.from_json(stored.facts), active().policy).score == stored.score
    redecide(Account.objects.get().pk, cause=Cause.EXPIRY, at=soon)
    assert Account.objects.get().outcome == "allow"


def test_an_account_is_refused_at_the_next_look_for_what_it_showed_and_let_go_when_that_is_taken_back(
    shop: APIClient,
) -> None:
    policy(a_list("phones", "deny"))
    post(shop, "/v1/signups", alice())
    account = Account.objects.get()
    call_command("list_entry", "add", "known", of_account=account.pk, reason="a farm")
    redecide(account.pk, cause=Cause.EXPIRY, at=timezone.now())
    assert Account.objects.get().outcome == "deny"
    call_command("list_entry", "remove", str(ListEntry.objects.get().pk), reason="it was another")
    redecide(account.pk, cause=Cause.EXPIRY, at=timezone.now())
    assert Account.objects.get().outcome == "allow"
    entry = ListEntry.objects.get()
    assert (entry.removed_by, entry.removed_because) == ("command", "it was another")


def test_history_from_before_an_entry_is_judged_as_of_its_time(shop: APIClient, client_of: Any) -> None:
    policy(a_list("emails", "deny"))
    call_command("list_entry", "add", "known", VALUES["emails"], reason="today")
    importer = client_of("signups:write", "signups:import")
    then = datetime(2026, 8, 3, tzinfo=UTC).isoformat()
    assert post(importer, "/v1/signups", alice(created_at=then)).json()["outcome"] == "allow"
    assert post(shop, "/v1/signups", alice(account_id="now")).json()["outcome"] == "deny"


def test_no_personal_value_rests_in_the_tables(shop: APIClient) -> None:
    policy(*(a_list(of, "watch", value, name=f"of_{of}") for of, value in VALUES.items()))
    for of, value in VALUES.items():
        call_command("list_entry", "add", f"of_{of}", value, reason="seen")
    post(shop, "/v1/signups", alice(payment=CARD))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(t::text, ' ') FROM (SELECT document::text FROM risk_storedpolicy UNION ALL"
            " SELECT e::text FROM risk_listentry e UNION ALL SELECT a::text FROM risk_assessment a"
            " UNION ALL SELECT l::text FROM lib_auditentry l) AS t"
        )
        dump = cursor.fetchone()[0].lower()
    for raw in ("archer", "4155552671", "415 555 2671", "141555526", "xt5ewllds7fjjr1c", "72.224.214.33"):
        assert raw not in dump


@pytest.mark.django_db
def test_a_file_with_values_read_twice_gives_one_version() -> None:
    before = StoredPolicy.objects.count()
    for _ in range(2):
        policy(a_list("emails", "deny", VALUES["emails"]))
    assert StoredPolicy.objects.count() == before + 1
    assert "sealed" in active().document["lists"][0]["entries"][0]


@pytest.mark.django_db
def test_a_file_of_many_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    policy(a_list("emails", "deny"))
    file = tmp_path / "many.jsonl"
    lines = [{"list": "known", "value": f"user{n}@example.com", "reason": "leak"} for n in range(200)]
    file.write_text("\n".join(map(json.dumps, [*lines, {"list": "known", "value": "none", "reason": "x"}])))
    with pytest.raises(CommandError, match="entry 201: an e-mail address is needed"):
        call_command("list_entry", "import", str(file))
    assert not ListEntry.objects.exists()
    file.write_text("\n".join(map(json.dumps, lines)))
    call_command("list_entry", "import", str(file))
    assert ListEntry.objects.count() == 200


@pytest.mark.django_db
def test_a_list_that_no_policy_declares_takes_no_entry() -> None:
    policy(a_list("emails", "deny"))
    with pytest.raises(CommandError, match="no list of this name; the policy in force declares: known"):
        call_command("list_entry", "add", "unknown", "a@example.com", reason="x")


def test_more_entries_than_are_kept_are_asked_for_with_the_same_answer(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "KEPT_MOST", 3)
    policy(*(a_list(of, "watch", name=f"of_{of}") for of in VALUES))
    for of, value in VALUES.items():
        call_command("list_entry", "add", f"of_{of}", value, reason="seen")
    post(shop, "/v1/signups", alice(payment=CARD))
    assert {f"list_of_{of}" for of in VALUES} <= set(codes())

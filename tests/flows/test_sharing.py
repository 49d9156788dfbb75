"""Two installations share indicators of rings under a key: each tells what it confirmed, and heeds the other."""

import json
import math
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import stix2
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import peppers
from risk.facts import Word
from risk.findings import Family
from risk.models import Assessment, Identifier, Label, ListEntry, Ring, RingMember, Trace
from risk.outcome import Outcome
from risk.policies.store import active
from tests.cast import alice
from tests.conftest import post
from tests.operator import ring_of
from tiers.erasing import erasing
from tiers.models import Account
from verification import containment, relisting
from verification.erasing import erase
from verification.models import Case, Signup
from verification.review import give_word
from verification.sharing_models import Partner, PartnerCase, PartnerIndicator, PartnerMatch, SharedObject
from verification.tasks.sharing import match_partners, share_rings

KEY = "5f" * 32
HOST = "3.5.140."  # a host's /24
TEMPLATE = {
    "words": "F.L9999 at one domain",
    "lines": [
        {"link": "SHAPE", "words": "one pattern", "shown": "llll99@farm.example", "share": 1.0, "values": 1},
        {"link": "CLOCK", "words": "a clock", "shown": "clock at UTC+8 (Asia/Shanghai)", "share": 1.0, "values": 1},
        {"link": "CARRIER", "words": "the same carrier", "shown": "numbers of Farm Mobile", "share": 0.9, "values": 1},
        {"link": "PHONE_100", "words": "blocks", "shown": "3 number blocks", "share": 0.9, "values": 3},
    ],
}


def of_operator(number: int, **changes: Any) -> dict[str, Any]:
    """One of an operator's accounts: its own domain, numbers in a row, one host."""
    own = {
        "email": f"kaoz{10 + number}@farm.example",
        "phone": f"+1415555{3000 + number}",
        "ip": f"{HOST}{10 + number}",
    }
    own |= {"account_id": f"op_{number}", "name": f"Op Erator{number}"}
    return alice(device=None, **{**own, **changes})


def sign_up(shop: APIClient, *people: dict[str, Any]) -> list[Account]:
    for person in people:
        answer = post(shop, "/v1/signups", person)
        assert answer.status_code == 201, answer.content
    return [Account.objects.get(account_id=person["account_id"]) for person in people]


def confirmed(accounts: list[Account]) -> Ring:
    ring = ring_of(accounts, template=TEMPLATE)
    RingMember.objects.filter(ring=ring).update(joined_at=timezone.now() - timedelta(days=1))
    containment.confirm(ring.pk, by="user:1", note="one script", at=timezone.now())
    return ring


def partner(tmp_path: Path, name: str = "acme", **options: Any) -> Partner:
    file = tmp_path / "key"
    file.write_text(KEY)
    call_command("sharing_partner", "add", name, key_from=file, **options, stdout=StringIO())
    return Partner.objects.get(name=name)


def exported(tmp_path: Path, name: str = "acme") -> dict[str, Any]:
    out = tmp_path / "bundle.json"
    call_command("export_indicators", out, partner=name, stdout=StringIO())
    told: dict[str, Any] = json.loads(out.read_text())
    return told


def imported(tmp_path: Path, told: Any, name: str = "acme") -> str:
    file, said = tmp_path / "told.json", StringIO()
    file.write_text(json.dumps(told))
    call_command("import_indicators", file, partner=name, stdout=said)
    return said.getvalue()


def of_type(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in told["objects"] if each["type"] == kind]


def somewhere_else(settings: Settings) -> None:
    """From here on it is another installation: with another pepper, and nobody in it."""
    for model in (PartnerCase, Case, Partner, RingMember, Ring, Identifier, Assessment, Trace, Label, ListEntry):
        model.objects.all().delete()
    with erasing():
        Account.objects.all().delete()
    with connection.cursor() as cursor:  # with a log of its own: this one's was signed under the other pepper
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE lib_auditentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM lib_auditentry; DELETE FROM lib_audithead")
        cursor.execute("ALTER TABLE lib_auditentry ENABLE TRIGGER USER")
    settings.GATEHOUSE_PEPPER = "ab" * 32
    peppers.forget()


def told_to_another(tmp_path: Path, settings: Settings) -> dict[str, Any]:
    """What one installation tells, and another that has us as its partner is where the rest happens."""
    told = exported(tmp_path)
    somewhere_else(settings)
    partner(tmp_path)
    return told


@pytest.fixture
def ring(shop: APIClient, tmp_path: Path) -> Ring:
    """A confirmed ring of five, beside Alice, and a partner to tell it to."""
    sign_up(shop, alice())
    partner(tmp_path)
    return confirmed(sign_up(shop, *(of_operator(number) for number in range(5))))


# --- what is told ---------------------------------------------------------------------------------------------------


def test_a_confirmed_ring_is_told_as_stix_that_others_can_read_without_a_value_of_a_person(
    ring: Ring, tmp_path: Path
) -> None:
    told = exported(tmp_path)
    assert stix2.parse(told, allow_custom=True).type == "bundle"
    (set_,) = of_type(told, "intrusion-set")
    assert set_["name"] == f"Ring {ring.public_id}"
    patterns = {each["pattern"].partition(" ")[0]: each["pattern"] for each in of_type(told, "indicator")}
    assert set(patterns) == {
        "[x-gatehouse-mark:mailbox",
        "[x-gatehouse-mark:phone",
        "[domain-name:value",
        "[ipv4-addr:value",
    }
    assert patterns["[domain-name:value"] == "[domain-name:value = 'farm.example']"
    assert patterns["[ipv4-addr:value"] == "[ipv4-addr:value ISSUBSET '3.5.140.0/24']"
    assert len(of_type(told, "indicator")) == len(of_type(told, "relationship")) == 12
    assert {each["target_ref"] for each in of_type(told, "relationship")} == {set_["id"]}
    raw = json.dumps(told)
    for number in range(5):
        person = of_operator(number)
        for value in (
            person["email"],
            person["email"].partition("@")[0],
            person["phone"],
            person["name"],
            person["ip"],
        ):
            assert value not in raw
        assert person["account_id"] not in raw
    assert "alice" not in raw.lower()
    marked = [each for each in told["objects"] if each["type"] in {"intrusion-set", "indicator", "relationship"}]
    assert {tuple(each["object_marking_refs"]) for each in marked} == {(stix2.TLP_AMBER.id,)}


def test_told_again_it_is_the_same_and_under_another_key_nothing_can_be_compared(ring: Ring, tmp_path: Path) -> None:
    first, again = exported(tmp_path), exported(tmp_path)
    assert first["objects"] == again["objects"]
    call_command("sharing_partner", "add", "other", stdout=StringIO())
    other = exported(tmp_path, "other")
    marks = [
        {each["pattern"] for each in of_type(told, "indicator") if "mark" in each["pattern"]} for told in (first, other)
    ]
    assert len(marks[0]) == len(marks[1]) == 10
    assert not marks[0] & marks[1]


def test_suspected_and_dismissed_rings_are_told_to_nobody_and_one_confirmed_no_more_is_revoked(
    ring: Ring, shop: APIClient, tmp_path: Path
) -> None:
    suspects = sign_up(shop, *(of_operator(n, email=f"x{n}@elsewhere.example", phone=None) for n in range(20, 24)))
    ring_of(suspects, template=TEMPLATE)
    before = exported(tmp_path)
    assert len(of_type(before, "intrusion-set")) == 1
    containment.reopen(ring.pk, by="user:1", note="not so sure", at=timezone.now())
    after = exported(tmp_path)
    told = [each for each in after["objects"] if each["type"] in {"intrusion-set", "indicator", "relationship"}]
    assert {each["id"] for each in told} == {
        each["id"] for each in before["objects"] if each["type"] in {"intrusion-set", "indicator", "relationship"}
    }
    assert all(each["revoked"] for each in told)
    assert not any(KEY in json.dumps(each) or "farm.example" in json.dumps(each) for each in told)
    assert {each["pattern"] for each in of_type(after, "indicator")} == {"[x-gatehouse-mark:withdrawn = 'true']"}


def test_nothing_is_told_of_members_found_honest_of_who_appeals_or_of_what_strangers_share(
    ring: Ring, shop: APIClient, nora: User, tmp_path: Path
) -> None:
    give_word(
        Account.objects.get(account_id="op_0").pk, word=Word.APPROVE, note="a student", analyst=nora, at=timezone.now()
    )
    sign_up(shop, alice(account_id="by_chance", email="jo@farm.example", phone=of_operator(1)["phone"], ip=f"{HOST}99"))
    told = of_type(exported(tmp_path), "indicator")
    kinds = [each["pattern"].partition(" ")[0] for each in told]
    assert kinds.count("[x-gatehouse-mark:mailbox") == 4
    assert kinds.count("[x-gatehouse-mark:phone") == 3  # one is a stranger's too
    assert {"[domain-name:value", "[ipv4-addr:value"}.isdisjoint(kinds)


def test_an_erased_person_leaves_what_is_told(ring: Ring, tmp_path: Path) -> None:
    before = {each["id"]: each for each in of_type(exported(tmp_path), "indicator")}
    account = Account.objects.get(account_id="op_2")
    erase(account, by="command", why="asked", at=timezone.now())
    share_rings()
    after = {each["id"]: each for each in of_type(exported(tmp_path), "indicator")}
    gone = {stix_id for stix_id, each in after.items() if each.get("revoked")}
    assert len(gone) == 2
    kept = json.dumps([row.body for row in SharedObject.objects.all()]) + json.dumps(
        list(SharedObject.objects.values_list("about", flat=True))
    )
    assert all(before[stix_id]["pattern"] not in kept for stix_id in gone)


# --- what comes of it elsewhere -------------------------------------------------------------------------------------


def test_another_installation_finds_the_operator_by_the_common_key_watches_it_and_asks_an_analyst(
    ring: Ring, shop: APIClient, settings: Settings, nora: User, tmp_path: Path
) -> None:
    told = exported(tmp_path)
    somewhere_else(settings)
    known = partner(tmp_path)
    old = sign_up(shop, *(of_operator(number, account_id=f"here_{number}", ip="72.224.214.33") for number in range(3)))
    assert "3 times" not in imported(tmp_path, {"type": "bundle", "id": told["id"], "objects": []})
    said = imported(tmp_path, told)
    assert "12 new" in said
    assert PartnerMatch.objects.values("subject").distinct().count() == 3
    # What an account showed, and the domain and network that can be named, are on lists; the rest waits to be met.
    assert ListEntry.objects.filter(removed_at=None, author="partner:acme").count() == 8
    relisting.apply_due(timezone.now() + timedelta(seconds=30))
    for account in old:
        account.refresh_from_db()
        codes = {each["code"] for each in Assessment.objects.filter(subject=account.pk).latest("pk").reasons}
        assert {"list_indicated_emails_surely", "list_indicated_phones_surely"} <= codes
        assert account.outcome == "challenge"
    case = Case.objects.get(kind="partner_ring", closed_at=None)
    desk = Client()
    desk.force_login(nora)
    assert case.account.account_id in desk.get("/console/verification/case/?kind=partner_ring").content.decode()
    page = desk.get(f"/console/verification/signup/{Signup.objects.get(account=case.account).pk}/change/")
    assert "a ring that acme confirmed" in page.content.decode()
    why = PartnerCase.objects.get(case=case)
    assert why.accounts == 3
    assert why.why[0] == f"3 accounts here show values of Ring {ring.public_id}, a ring that acme confirmed"
    # It comes anew, and is met within a minute; whom nobody spoke of is asked for nothing.
    assert post(shop, "/v1/signups", alice()).json()["outcome"] == "allow"
    sign_up(shop, of_operator(4, account_id="here_4", ip="72.224.214.33", email="someone.else@gmail.com"))
    assert match_partners() == 1
    relisting.apply_due(timezone.now() + timedelta(seconds=30))
    assert Account.objects.get(account_id="here_4").outcome == "challenge"
    assert Case.objects.filter(kind="partner_ring").count() == 1  # told once
    give_word(case.account.pk, word=Word.DENY, note="the same", analyst=nora, at=timezone.now())
    assert not Case.objects.filter(kind="partner_ring", closed_at=None).exists()
    assert known.indicators.filter(revoked=False).count() == 12


def test_told_again_nothing_changes_and_taken_back_its_entries_go(
    ring: Ring, shop: APIClient, settings: Settings, tmp_path: Path
) -> None:
    told = exported(tmp_path)
    containment.dismiss(ring.pk, by="user:1", note="a hackathon", at=timezone.now())
    withdrawn = exported(tmp_path)
    somewhere_else(settings)
    partner(tmp_path)
    sign_up(shop, of_operator(0, account_id="here_0"))
    imported(tmp_path, told)
    rows = list(PartnerIndicator.objects.order_by("pk").values_list("pk", "modified", "entry"))
    entries = list(ListEntry.objects.values_list("pk", flat=True))
    assert "12 the same" in imported(tmp_path, told)
    assert rows == list(PartnerIndicator.objects.order_by("pk").values_list("pk", "modified", "entry"))
    assert entries == list(ListEntry.objects.values_list("pk", flat=True))
    imported(tmp_path, withdrawn)
    assert not ListEntry.objects.filter(removed_at=None).exists()
    assert not PartnerIndicator.objects.filter(revoked=False).exists()
    assert "12 the same" in imported(tmp_path, told)  # an older version brings nothing back
    assert not ListEntry.objects.filter(removed_at=None).exists()


def test_a_ring_here_that_looks_like_a_partners_is_brought_up_with_what_they_have_in_common(
    ring: Ring, shop: APIClient, settings: Settings, tmp_path: Path
) -> None:
    told = told_to_another(tmp_path, settings)
    others = sign_up(shop, *(alice(account_id=f"h_{n}", email=f"q{n}@other{n}.example", phone=None) for n in range(3)))
    here = ring_of(others, template=TEMPLATE)
    imported(tmp_path, told)
    found = PartnerCase.objects.get()
    assert found.local_ring == here
    assert "both: clock at UTC+8 (Asia/Shanghai)" in found.why
    assert found.case.account in others
    match_partners()
    assert PartnerCase.objects.count() == 1


def test_a_partner_alone_stops_nobody_however_much_and_however_surely_it_says(
    ring: Ring, shop: APIClient, settings: Settings, tmp_path: Path
) -> None:
    told = told_to_another(tmp_path, settings)
    for each in of_type(told, "indicator"):
        each["confidence"] = 100
    imported(tmp_path, told)
    sign_up(shop, of_operator(0, account_id="here_0", ip=alice()["ip"]))
    match_partners()
    relisting.apply_due(timezone.now() + timedelta(seconds=30))
    last = Assessment.objects.filter(subject=Account.objects.get().pk).latest("pk")
    lists = {each["code"] for each in last.reasons if each["code"].startswith("list_indicated")}
    assert lists == {f"list_indicated_{of}_surely" for of in ("emails", "phones", "domains")}
    assert last.outcome == "challenge"
    # Nor could more lists do more: together they multiply by no more than their family's cap.
    policy = active().policy
    odds = math.exp(policy.prior + policy.caps[Family.LIST])
    assert odds / (1 + odds) < policy.thresholds[Outcome.REVIEW]


def test_what_is_for_our_eyes_alone_is_told_to_no_other(
    shop: APIClient, tmp_path: Path, settings: Settings, ring: Ring
) -> None:
    told = told_to_another(tmp_path, settings)
    for each in of_type(told, "indicator"):
        each["object_marking_refs"] = [stix2.TLP_RED.id]
    here = sign_up(shop, *(of_operator(number, account_id=f"here_{number}") for number in range(3)))
    imported(tmp_path, told)
    confirmed(here)
    call_command("sharing_partner", "add", "third", stdout=StringIO())
    passed_on = of_type(exported(tmp_path, "third"), "indicator")
    assert not any("mark" in each["pattern"] for each in passed_on)


# --- with whom ------------------------------------------------------------------------------------------------------


def test_a_partner_ended_has_what_it_said_taken_back_and_reads_nothing_more(
    ring: Ring, shop: APIClient, settings: Settings, tmp_path: Path
) -> None:
    told = told_to_another(tmp_path, settings)
    sign_up(shop, of_operator(0, account_id="here_0"))
    imported(tmp_path, told)
    assert ListEntry.objects.filter(removed_at=None).exists()
    call_command("sharing_partner", "end", "acme", stdout=StringIO())
    assert not ListEntry.objects.filter(removed_at=None).exists()
    assert Partner.objects.get().key == ""
    with pytest.raises(CommandError, match="there is no partner acme"):
        imported(tmp_path, told)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"name": "Acme!"}, "small letters", id="name"),
        pytest.param({"key": "abc"}, "64 hexadecimal digits", id="key"),
        pytest.param({"url": "https://10.0.0.1/taxii2/x/collections/y/"}, "public address", id="inside"),
        pytest.param({"url": "https://169.254.169.254/latest/"}, "public address", id="link-local"),
        pytest.param({"url": "http://partner.example/taxii2/"}, "https://", id="plain"),
        pytest.param({"believed": 101}, "believed is from 0 to 100", id="belief"),
    ],
)
def test_a_partner_that_cannot_be_is_refused(db: None, tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    file = tmp_path / "key"
    file.write_text(changes.pop("key", KEY))
    name = changes.pop("name", "acme")
    with pytest.raises(CommandError, match=why):
        call_command("sharing_partner", "add", name, key_from=file, **changes, stdout=StringIO())
    assert not Partner.objects.exists()


def test_the_key_is_kept_encrypted_and_stands_in_no_output_but_where_it_was_made(ring: Ring, tmp_path: Path) -> None:
    said = StringIO()
    call_command("sharing_partner", "show", stdout=said)
    assert KEY not in said.getvalue()
    assert KEY.encode() not in bytes(_stored("acme"))
    assert KEY not in json.dumps(exported(tmp_path))
    made = StringIO()
    call_command("sharing_partner", "add", "beta", stdout=made)
    assert Partner.objects.get(name="beta").key in made.getvalue()


def _stored(name: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM verification_partner WHERE name = %s", [name])
        return bytes(cursor.fetchone()[0])

"""A person asks what is known of them, and to be forgotten: all of it, at once, and no ban is got rid of that way."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.crypto import decrypt
from config.lib.models import AuditEntry
from risk.counters import client_of, key_of, member_of
from risk.facts import Word
from risk.identifiers import hashed
from risk.kinds import IdentifierKind
from risk.lookups import listed
from risk.models import Assessment, Device, Identifier, ListEntry, RingMember, UsageWindow
from tests.cast import alice, window
from tests.conftest import client_with, post, seen_by_page
from tests.operator import ring_of
from tests.receiver import Receiver
from tiers.models import Account
from verification import reencrypting
from verification.appeal_models import Appeal
from verification.desk_models import AccountNote
from verification.exporting import ABOUT
from verification.models import Event, Signup
from verification.review import give_word
from verification.tasks.periodic import forget

CARD = {"provider": "stripe", "fingerprint": "Xt5EWLLDS7FJjR1c", "bin": "424242"}
NAMES = ("acct_alice", "alice.archer", "Alice Archer", "4155552671", "a11ce0000000000000000", "72.224.214.33")


def persons() -> APIClient:
    return client_with(key_of_mode(Mode.LIVE))


def key_of_mode(mode: Mode) -> str:
    return issue(KeyOrder(KeyKind.SECRET, ("persons:read", "persons:erase"), "shop", "tests", mode))[1]


@pytest.fixture
def known(  # noqa: PLR0917 - fixtures are parameters
    shop: APIClient,
    page: APIClient,
    client_of: Callable[..., APIClient],
    catch_up: Callable[[], int],
    code_for: Callable[[str], str],
    hooked: Receiver,
    nora: User,
) -> Account:
    """Alice, of whom there is something in every table, and Bob's brother who shares her device."""
    assert post(shop, "/v1/webhook-endpoints", {"url": hooked.url, "events": ["*"]}).status_code == 201
    body = {**seen_by_page(page), "payment": CARD}
    signed_up = shop.post(
        "/v1/signups", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": "k1"}
    )
    assert signed_up.status_code == 201, signed_up.content
    signup = signed_up.json()["id"]
    for kind, to in (("email", "alice.archer@gmail.com"), ("phone", "+14155552671")):
        asked = post(shop, f"/v1/signups/{signup}/checks", {"kind": kind})
        assert asked.status_code == 202, asked.content
        catch_up()
        answered = post(shop, f"/v1/signups/{signup}/checks/{kind}/answers", {"code": code_for(to)})
        assert answered.status_code == 200, answered.content
    assert post(client_of("usage:write"), "/v1/usage", [window(), window(ip="8.8.8.8")]).status_code in {200, 202}
    told = {"kind": "cleared", "reference": "case-1"}
    assert post(shop, "/v1/accounts/acct_alice/reports", told).status_code == 201
    account = Account.objects.get(account_id="acct_alice")
    give_word(
        account.pk, word=Word.APPROVE, analyst=nora, note="Known to us: a customer of years", at=datetime.now(UTC)
    )
    now = datetime.now(UTC)
    AccountNote.objects.create(account=account, text="Wrote to us of Alice Archer", by=nora, at=now)
    said = [{"at": now.isoformat(), "text": "I am Alice Archer and did nothing"}]
    Appeal.objects.create(account=account, opened_at=now, due_at=now, outcome="review", tier="trial", said=said)
    ring_of([account])
    other = alice(
        account_id="acct_brother", email="brother@example.org", phone="+14155550199", name="Ben", ip="84.44.128.1"
    )
    assert post(shop, "/v1/signups", other).status_code == 201
    catch_up()
    account.refresh_from_db()
    return account


def everything() -> Iterator[str]:
    """Every value of every row, what is encrypted read."""
    secret = {(model._meta.db_table, field) for model, field in reencrypting.encrypted_fields()}
    for model in apps.get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own models
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if (table, name) in secret and value is not None:
                        yield f"{table}.{name}: {decrypt(bytes(value))}"
                    elif table != "lib_auditentry":
                        yield f"{table}.{name}: {value}"


def test_the_archive_has_everything_in_words_and_for_programs(known: Account) -> None:
    answered = persons().get("/v1/accounts/acct_alice/archive")
    assert answered.status_code == 200
    assert answered.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answered.content))
    page = archive.read("index.html").decode()
    for value in ("alice.archer@gmail.com", "+14155552671", "Alice Archer", "Known to us", "what speaks for you"):
        assert value in page
    told = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert told["person.json"]["email"] == "alice.archer@gmail.com"
    decision = told["decisions.json"][0]
    assert decision["facts"]["mailbox"]["domain"] == "gmail.com"
    assert {line["about"] for line in decision["looked_at"]} <= set(ABOUT.values())
    assert [check["kind"] for check in told["checks.json"]["asked"]] == ["email", "phone"]
    assert [proof["kind"] for proof in told["checks.json"]["proofs"]] == ["email", "phone"]
    assert len(told["usage.json"]) == 2
    assert told["device.json"][0]["seen"]["device"]["visitor_id"] == "a11ce0000000000000000"
    assert told["reviews.json"]["words"][0]["word"] == "approve"
    assert told["reviews.json"]["notes"][0]["text"] == "Wrote to us of Alice Archer"
    assert told["reviews.json"]["appeals"][0]["said"][0]["text"] == "I am Alice Archer and did nothing"
    assert told["sent_on.json"]
    assert "reasons" not in decision
    entry = AuditEntry.objects.get(act="person.export")
    assert entry.subject == "account:acct_alice"


def test_the_full_archive_is_for_the_command_and_names_detectors(known: Account, tmp_path: Path) -> None:
    out = tmp_path / "alice.zip"
    call_command("export_person", "acct_alice", str(out), "--full")
    decisions = json.loads(zipfile.ZipFile(out).read("decisions.json"))
    assert decisions[-1]["reasons"] == Assessment.objects.filter(subject=known.pk).latest("pk").reasons
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="no such account"):
        call_command("export_person", "nobody", str(tmp_path / "other.zip"))


def test_after_an_erasure_nothing_says_that_the_person_ever_was(known: Account, catch_up: Callable[[], int]) -> None:
    before = list(everything())
    for name in NAMES:
        assert any(name in line for line in before), name
    phone = hashed(IdentifierKind.PHONE, "+14155552671")
    answered = post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "Asked for on 30 November"})
    assert answered.status_code == 200, answered.content
    assert answered.json()["tombstones"] == 0
    assert sum(answered.json()["erased"].values()) > 20
    left = [
        line for line in everything() if not line.startswith("verification_event.data: ") or "account.erased" in line
    ]
    shared = ("a11ce0000000000000000",)  # the brother's device too, and he sent it
    for name in NAMES:
        if name not in shared:
            assert [line for line in left if name in line and "acct_alice" not in line] == [], name
    named = [line for line in everything() if "acct_alice" in line]
    assert [line.partition(":")[0] for line in named] == ["verification_event.data"]
    assert Event.objects.get(type="account.erased").data == {"account_id": "acct_alice", "test": False}
    for model in apps.get_models():
        if any(field.name == "subject" for field in model._meta.fields) and model is not AuditEntry:
            assert not model._default_manager.filter(subject=known.pk).exists(), model
    assert not Identifier.objects.filter(value=phone).exists()
    assert Device.objects.count() == 1  # the brother's
    assert not audit.verify()
    catch_up()
    assert persons().get("/v1/accounts/acct_alice/archive").status_code == 404


def test_valkey_forgets_too(known: Account, settings: Any) -> None:
    client = client_of(settings.REDIS_URL)
    key = key_of(IdentifierKind.MAILBOX, 0, hashed(IdentifierKind.MAILBOX, "alicearcher@gmail.com"))
    assert client.zscore(key, member_of("acct_alice")) is not None
    call_command("erase_person", "acct_alice", "--reason", "asked", "--yes")
    run_on_commit()
    assert client.zscore(key, member_of("acct_alice")) is None


def run_on_commit() -> None:
    """A test's transaction never ends: what waits for its end is run here."""
    waiting, connection.run_on_commit = connection.run_on_commit, []
    for _, call, *_ in waiting:
        call()


def test_the_command_asks_for_a_yes_and_a_reason(known: Account) -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_person", "acct_alice", "--reason", "asked")
    assert Account.objects.filter(pk=known.pk).exists()


def ban(shop: APIClient, nora: User) -> Account:
    assert post(shop, "/v1/signups", alice(payment=CARD)).status_code == 201
    account = Account.objects.get(account_id="acct_alice")
    give_word(account.pk, word=Word.DENY, analyst=nora, note="Resells access", at=datetime.now(UTC))
    return account


OTHERS: dict[str, Any] = {
    "email": "new@elsewhere.example",
    "phone": "+4917612345678",
    "ip": "84.44.128.1",
    "name": "X Y",
}


@pytest.mark.parametrize(
    ("same", "reason", "outcomes"),
    [
        pytest.param({"email": "alice.archer@gmail.com"}, "erased_before", {"review", "deny"}, id="mailbox"),
        pytest.param({"email": "A.liceArcher+2@googlemail.com"}, "erased_before", {"review", "deny"}, id="alias"),
        pytest.param({"phone": "+1 415 555 2671"}, "erased_before", {"review", "deny"}, id="phone"),
        pytest.param({"payment": CARD}, "erased_before", {"review", "deny"}, id="card"),
        pytest.param({"device": alice()["device"]}, "erased_before_device", {"challenge", "review"}, id="device"),
    ],
)
def test_a_banned_operator_who_was_erased_is_met_again(
    shop: APIClient, nora: User, same: dict[str, Any], reason: str, outcomes: set[str]
) -> None:
    ban(shop, nora)
    answered = post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "asked"}).json()
    assert answered["tombstones"] == 4
    assert not ListEntry.objects.exclude(shown="of somebody erased").exists()
    back = post(shop, "/v1/signups", {**alice(account_id="acct_again", device=None), **OTHERS, **same})
    assert back.json()["outcome"] in outcomes
    assert reason in {line["code"] for line in back.json()["reasons"]}
    stranger = {**alice(account_id="acct_stranger", device=None), **OTHERS}
    told = post(shop, "/v1/signups", {**stranger, "email": "o@third.example", "phone": "+4917612345999"}).json()
    assert not {line["code"] for line in told["reasons"]} & {"erased_before", "erased_before_device"}


def test_tombstones_expire_and_are_deleted(shop: APIClient, nora: User) -> None:
    ban(shop, nora)
    post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "asked"})
    with time_machine.travel(datetime.now(UTC) + timedelta(days=366)):
        listed.forget()
        back = post(shop, "/v1/signups", alice(account_id="acct_again", device=None)).json()
        assert "erased_before" not in {line["code"] for line in back["reasons"]}
        forget()
        assert not ListEntry.objects.exists()


def test_who_was_never_held_leaves_nothing(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice(payment=CARD))
    assert post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "asked"}).json()["tombstones"] == 0
    assert not ListEntry.objects.exists()


def test_a_ring_stays_with_one_less(shop: APIClient, known: Account) -> None:
    ring = RingMember.objects.get(subject=known.pk).ring
    post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "asked"})
    ring.refresh_from_db()
    assert ring.size == 0


def test_others_keep_theirs(known: Account, client_of: Callable[..., APIClient]) -> None:
    post(client_of("usage:write"), "/v1/usage", [window(account_id="acct_brother")])
    kept = UsageWindow.objects.exclude(subject=known.pk).count()
    post(persons(), "/v1/accounts/acct_alice/erasure", {"reason": "asked"})
    assert UsageWindow.objects.count() == kept == 1
    brother = Signup.objects.get()
    assert brother.person["email"] == "brother@example.org"
    assert Identifier.objects.filter(subject=brother.account_id).exists()


@pytest.mark.parametrize("path", ["archive", "erasure"])
def test_rights_need_their_scopes_and_a_test_key_sees_no_live_person(
    shop: APIClient, known: Account, path: str
) -> None:
    call = shop.get if path == "archive" else shop.post
    assert call(f"/v1/accounts/acct_alice/{path}").status_code == 403
    test = client_with(key_of_mode(Mode.TEST))
    if path == "archive":
        assert test.get("/v1/accounts/acct_alice/archive").status_code == 404
    else:
        assert post(test, "/v1/accounts/acct_alice/erasure", {"reason": "x"}).status_code == 404
    assert Account.objects.filter(pk=known.pk).exists()

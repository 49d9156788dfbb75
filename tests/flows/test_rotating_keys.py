"""Keys are rotated while people sign up: nothing is unreadable or unfound meanwhile, and the old keys open nothing."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import audit, peppers
from config.lib.crypto import DecryptionError, decrypt
from config.lib.models import HashTurn, Reencryption
from risk.identifiers import hashed
from risk.kinds import IdentifierKind
from risk.list_entries import Wanted, add
from risk.models import Assessment, Identifier, OutsideAnswer, RingPortrait, Trace, UsageWindow
from risk.rings.links import Link
from risk.usage.partitions import TABLE as USAGE
from tests.cast import alice, window
from tests.conftest import post
from tests.flows.test_lists import policy
from tests.operator import accounts_of, ring_of
from tiers.models import Account
from verification import reencrypting, turning
from verification.models import Check, Proof, Report, Signup

NEW = "ab" * 32
LATER = "cd" * 32
CARD = {"provider": "stripe", "fingerprint": "Xt5EWLLDS7FJjR1c", "bin": "424242"}
TABLES = ("risk_identifier", "risk_trace", *turning.PLAIN, USAGE)


def sign_up(shop: APIClient, number: int) -> dict[str, int]:
    """Somebody else with Alice's number, card and address; what velocities say of it."""
    body = alice(account_id=f"acct_{number}", email=f"person{number}@example.org", payment=CARD)
    assert post(shop, "/v1/signups", body).status_code == 201
    counted: dict[str, int] = Assessment.objects.latest("pk").facts["velocity"]
    return counted


def turn_to(settings: Settings, pepper: str) -> None:
    """What an operator sets, and every process starts with."""
    settings.GATEHOUSE_OLD_PEPPERS = [settings.GATEHOUSE_PEPPER, *settings.GATEHOUSE_OLD_PEPPERS]
    settings.GATEHOUSE_PEPPER = pepper
    peppers.forget()


def quietly(_: float) -> None:
    """Here nobody else has to be waited for."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "CHUNK", 7)
    monkeypatch.setattr(turning, "USAGE_CHUNK", 1)
    monkeypatch.setattr(reencrypting, "CHUNK", 2)


@pytest.fixture
def history(
    shop: APIClient,
    client_of: Callable[..., APIClient],
    catch_up: Callable[[], int],
    code_for: Callable[[str], str],
) -> dict[str, Any]:
    """What an installation remembers: signups, checks, proofs, reports, answers, use, a ring, and a list."""
    policy({"name": "known", "of": "phones", "effect": "watch", "entries": []})
    for number in range(5):
        sign_up(shop, number)
    signup = Signup.objects.get(account__account_id="acct_0")
    assert post(shop, f"/v1/signups/{signup.public_id}/checks", {"kind": "email"}).status_code == 202
    catch_up()
    answer = {"code": code_for("person0@example.org")}
    assert post(shop, f"/v1/signups/{signup.public_id}/checks/email/answers", answer).status_code == 200
    card = hashed(IdentifierKind.CARD, "stripe:Xt5EWLLDS7FJjR1c")
    now = datetime.now(UTC)
    Proof.objects.create(
        account=signup.account, kind="payment", passed_at=now, lapses_at=now + timedelta(days=9), shown=card
    )
    Report.objects.create(
        source="stripe", reference="dp_1", kind="chargeback", card=card, at=now, told_at=now, applied_at=now
    )
    OutsideAnswer.objects.create(lookup="phone_line", value=hashed(IdentifierKind.PHONE, "x"), at=now, answer={})
    add([Wanted("known", "+14155552671", "seen before")], author="nora")
    usage = [window(account_id="acct_0"), window(account_id="acct_1"), window(account_id="acct_0", ip="8.8.8.8")]
    assert post(client_of("usage:write"), "/v1/usage", usage).status_code in {200, 202}
    trace = Trace.objects.first()
    assert trace is not None
    place = Link.PHONE_100
    habit = {"reuse": 0.9, "shown": 5, "values": {str(trace.links[place]): [5, 0.001]}}
    RingPortrait.objects.create(ring=ring_of(accounts_of(3, "ring")), learnt_at=now, portrait={place.name: habit})
    return {"place": place}


def behind(table: str, to: int) -> int:
    with connection.cursor() as cursor:
        settled = f" AND kind <> {int(IdentifierKind.DEVICE)}" if table == "risk_identifier" else ""
        cursor.execute(f"SELECT count(*) FROM {table} WHERE spelling <> %s{settled}", [to])  # noqa: S608 - names of our own
        return int(cursor.fetchone()[0])


def values_of(model: Any, field: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list(field, flat=True))


@pytest.mark.usefixtures("history")
def test_everybody_is_found_while_hashes_turn(shop: APIClient, settings: Settings) -> None:
    turn_to(settings, NEW)
    came = 5
    asked: list[tuple[str, dict[str, int], bool]] = []

    def meanwhile(table: str, _: int) -> None:
        nonlocal came
        if len([each for each, _, _ in asked if each == table]) < 2:
            counts = sign_up(shop, came)
            listed = bool(Assessment.objects.latest("pk").facts["listed"])
            asked.append((table, counts, listed))
            assert counts["phone_accounts_30d"] == counts["card_accounts_30d"] == came, table
            assert counts["phone_10_accounts_30d"] == came, table
            assert counts["device_accounts_30d"] == came, table
            assert listed, table
            assert Assessment.objects.latest("pk").facts["reports"] == ["chargeback"], table
            came += 1

    assert turning.run(meanwhile, wait=quietly) > 0
    assert {table for table, _, _ in asked} >= {
        "risk_identifier",
        "risk_trace",
        USAGE,
        "verification_signup",
        "old",
    }
    assert {table: behind(table, 1) for table in TABLES} == dict.fromkeys(TABLES, 0)
    counts = sign_up(shop, came)
    assert counts["phone_accounts_30d"] == came
    assert not audit.verify()
    assert HashTurn.objects.get().finished_at is not None


def test_what_is_stored_afterwards_is_what_the_new_pepper_makes_of_the_values(
    shop: APIClient, settings: Settings, history: dict[str, Any]
) -> None:
    before: dict[str, Any] = {
        "shared": len(set(map(tuple, values_of(Trace, "links")))),
        "stored": set(values_of(Identifier, "value")),
        "recipient": values_of(Check, "recipient"),
        "usage": UsageWindow.objects.count(),
    }
    shared = [
        [value == other for value, other in zip(one, two, strict=True)]
        for one in values_of(Trace, "links")
        for two in values_of(Trace, "links")
    ]
    turn_to(settings, NEW)
    turning.run(wait=quietly)
    phone, card = hashed(IdentifierKind.PHONE, "+14155552671"), hashed(IdentifierKind.CARD, "stripe:Xt5EWLLDS7FJjR1c")
    assert Identifier.objects.filter(kind=IdentifierKind.PHONE, value=phone).count() == 5
    devices = set(Identifier.objects.filter(kind=IdentifierKind.DEVICE).values_list("value", flat=True))
    assert set(values_of(Identifier, "value")) & before["stored"] == devices
    assert (
        values_of(Check, "recipient") == [hashed(IdentifierKind.MAILBOX, "person0@example.org")] != before["recipient"]
    )
    assert values_of(Report, "card") == [card]
    assert Proof.objects.get(kind="payment").shown == card
    network = hashed(IdentifierKind.NETWORK, "72.224.214.0/24")
    assert set(values_of(Signup, "network")) == {network}
    assert set(UsageWindow.objects.values_list("address", flat=True)) >= {hashed(IdentifierKind.ADDRESS, "8.8.8.8")}
    assert UsageWindow.objects.count() == before["usage"]
    turned = values_of(Trace, "links")
    assert [
        [value == other for value, other in zip(one, two, strict=True)] for one in turned for two in turned
    ] == shared
    sign_up(shop, 9)
    newcomer = Trace.objects.order_by("-subject").first()
    assert newcomer is not None
    first = turned[0]
    same = {Link(place).name for place, value in enumerate(newcomer.links) if value and value == first[place]}
    assert same >= {"PHONE", "PHONE_10", "PHONE_10000", "CARD", "ADDRESS", "NETWORK", "DEVICE", "AGENT", "VISITOR"}
    portrait = RingPortrait.objects.get().portrait
    assert list(portrait[history["place"].name]["values"]) == [str(newcomer.links[history["place"]])]


class Killed(Exception):
    """The machine went away."""


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("stop", [1, 3, 6, 9, 12])
def test_a_run_that_is_stopped_anywhere_ends_as_one_that_was_not(settings: Settings, stop: int) -> None:
    turn_to(settings, NEW)
    expected = sorted(
        peppers.turn(value, to=1)
        for value in Identifier.objects.filter(kind=IdentifierKind.PHONE).values_list("value", flat=True)
    )
    links = [peppers.turn(trace[Link.AGENT], to=1) for trace in values_of(Trace, "links")]
    left = stop

    def die(_: str, __: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    with pytest.raises(Killed):
        turning.run(die, wait=quietly)
    turning.run(wait=quietly)
    phones = Identifier.objects.filter(kind=IdentifierKind.PHONE).values_list("value", flat=True)
    assert sorted(phones) == expected
    assert [trace[Link.AGENT] for trace in values_of(Trace, "links")] == links
    assert {table: behind(table, 1) for table in TABLES} == dict.fromkeys(TABLES, 0)
    assert turning.run(wait=quietly) == 0  # done is done


@pytest.mark.usefixtures("history")
def test_hashes_turn_again_to_a_third_pepper(shop: APIClient, settings: Settings) -> None:
    for turn, pepper in enumerate((NEW, LATER), 1):
        turn_to(settings, pepper)
        turning.run(wait=quietly)
        assert sign_up(shop, 50 + turn)["phone_accounts_30d"] == 4 + turn


def encrypted() -> Iterator[bytes]:
    for model, field in reencrypting.encrypted_fields():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{field}" FROM "{model._meta.db_table}" WHERE "{field}" IS NOT NULL')  # noqa: S608 - as above
            yield from (bytes(token) for (token,) in cursor.fetchall())


@pytest.mark.usefixtures("history")
def test_after_the_command_the_first_data_key_opens_everything_and_the_old_one_nothing(settings: Settings) -> None:
    old = list(settings.GATEHOUSE_DATA_KEYS)
    settings.GATEHOUSE_DATA_KEYS = [urlsafe_b64encode(os.urandom(32)).decode(), *old]
    told = sorted(str(decrypt(token)) for token in encrypted())
    call_command("rotate_keys")
    new = settings.GATEHOUSE_DATA_KEYS[:1]
    settings.GATEHOUSE_DATA_KEYS = new
    tokens = list(encrypted())
    assert sorted(str(decrypt(token)) for token in tokens) == told
    assert len(told) > 5
    settings.GATEHOUSE_DATA_KEYS = old
    for token in tokens:
        with pytest.raises(DecryptionError):
            decrypt(token)


@pytest.mark.usefixtures("history")
def test_encrypting_anew_goes_on_where_it_was_stopped_and_leaves_what_no_key_opens(settings: Settings) -> None:
    settings.GATEHOUSE_DATA_KEYS = [urlsafe_b64encode(os.urandom(32)).decode(), *settings.GATEHOUSE_DATA_KEYS]
    lost = Signup.objects.filter(account__account_id="acct_3")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_signup SET person = 'lost' WHERE id = %s", [lost.values_list("pk", flat=True)[0]]
        )
    calls: list[str] = []

    def die(table: str, _: int) -> None:
        calls.append(table)
        if len(calls) == 3:
            raise Killed

    with pytest.raises(Killed):
        reencrypting.run(die)
    assert sum(len(row.progress) for row in Reencryption.objects.all()) > 0
    with pytest.raises(CommandError, match="1 values"):
        call_command("rotate_keys")
    settings.GATEHOUSE_DATA_KEYS = settings.GATEHOUSE_DATA_KEYS[:1]
    assert Account.objects.get(account_id="acct_0").signup.person["phone"] == "+14155552671"

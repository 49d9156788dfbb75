"""`replay --stored`: every stored decision comes out again bit for bit, and one that was tampered with is found."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from risk.models import Assessment
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice, bob
from tests.conftest import post
from tiers.models import Account, Grant
from verification.earning import count_days
from verification.lapsing import lapse_due
from verification.models import Proof
from verification.overriding import Order, lift, set_tier
from verification.review import give_word, withdraw_word

CatchUp = Callable[[], int]
MAIN = read(DEFAULT)


def replay() -> str:
    screen = StringIO()
    call_command("replay", "--stored", "--workers", "1", stdout=screen)
    return screen.getvalue()


@pytest.fixture
def history(shop: APIClient, catch_up: CatchUp, code_for: Callable[[str], str], nora: User, tmp_path: Path) -> None:
    """All that leads to a decision: signups, a code, words, a report, an import, other policies, days, a hand."""
    signup = post(shop, "/v1/signups", alice()).json()["id"]
    post(shop, f"/v1/signups/{signup}/checks", {"kind": "email"})
    catch_up()
    post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code_for(alice()["email"])})
    post(shop, "/v1/signups", bob())
    publish(
        {
            **MAIN,
            "name": "midway",
            "prior": 0.05,
            "rules": [{"name": "us", "when": 'network.country == "US"', "multiplier": 1.5, "floor": "challenge"}],
        }
    )
    post(shop, "/v1/signups", alice(account_id="acct_carol", email="carol.carter@gmail.com"))
    post(shop, "/v1/accounts/acct_carol/reports", {"kind": "abuse", "reference": "ticket-1"})
    lines = [{**alice(account_id=f"acct_old_{number}"), "created_at": "2026-05-01T10:00:00Z"} for number in range(5)]
    file = tmp_path / "old.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call_command("import_signups", str(file), stdout=StringIO())
    denied = Account.objects.get(account_id="acct_bob")
    give_word(denied.pk, word=Word.DENY, note="a script", analyst=nora, at=timezone.now())
    withdraw_word(denied.pk, note="a mistake", analyst=nora, at=timezone.now())
    publish(MAIN)
    carol, now = Account.objects.get(account_id="acct_carol"), timezone.now()
    set_tier(carol.pk, Order("trusted", now + timedelta(days=1), "a partner", "user:1"), at=now)
    count_days({carol.pk: [now.date() - timedelta(days=day) for day in range(60)]}, at=now)
    lift(carol.pk, by="user:1", note="no longer", at=now)
    Proof.objects.update(lapses_at=timezone.now() - timedelta(seconds=1), told=True)
    lapse_due(timezone.now())
    catch_up()


def test_every_stored_decision_comes_out_again(history: None) -> None:
    stored = Assessment.objects.count()
    assert {"signup", "check", "report", "review", "expiry", "override", "usage", "override_end"} <= set(
        Assessment.objects.values_list("cause", flat=True)
    )
    assert Assessment.objects.values("policy_digest").distinct().count() == 2
    assert f"{stored} assessments come out as they are stored, 0 do not." in replay()


@pytest.mark.parametrize(
    "change",
    [
        {"score": 12.5},
        {"outcome": "allow"},
        {"reasons": []},
        {"unknown": {}},
        {"prior": -1.0},
        {"policy_digest": "gone"},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_a_row_that_was_tampered_with_is_found(history: None, change: dict[str, object]) -> None:
    row = Assessment.objects.filter(subject=Account.objects.get(account_id="acct_bob").pk).earliest("pk")
    Assessment.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(CommandError, match="1 assessments do not"):
        replay()


def test_a_tier_that_does_not_follow_is_found(history: None) -> None:
    Account.objects.filter(account_id="acct_alice").update(tier="trusted")
    with connection.cursor() as cursor:  # whoever owns the database can go round its triggers
        cursor.execute("SET LOCAL session_replication_role = replica")
        Grant.objects.filter(account__account_id="acct_carol").update(tier="trusted")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    with pytest.raises(CommandError, match="assessments do not come out"):
        replay()


def test_a_file_or_what_is_stored_not_both(db: None) -> None:
    with pytest.raises(CommandError, match="one of the two"):
        call_command("replay")

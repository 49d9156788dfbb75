"""A draft policy over what is stored: who would move, told from the facts alone."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Assessment, Label
from risk.policies.store import DEFAULT, read
from tests.cast import alice, bob
from tests.conftest import post
from tiers.models import Account

MAIN = read(DEFAULT)


@pytest.fixture
def history(shop: APIClient) -> None:
    """Nine like Alice, and Bob."""
    for number in range(9):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}"))
    post(shop, "/v1/signups", bob())


def backtest(folder: Path, *, workers: int = 1, arguments: tuple[str, ...] = (), **changes: Any) -> tuple[Any, str]:
    draft, out, screen = folder / "draft.yaml", folder / "report.json", StringIO()
    draft.write_text(yaml.safe_dump({**MAIN, "name": "draft", **changes}))
    call_command("backtest", str(draft), "--out", str(out), "--workers", str(workers), *arguments, stdout=screen)
    return json.loads(out.read_text()), screen.getvalue()


def test_the_policy_in_force_moves_nobody(history: None, tmp_path: Path) -> None:
    told, _ = backtest(tmp_path)
    assert told["total"] == 10
    assert told["moves"]["harsher"]["number"] == told["moves"]["softer"]["number"] == 0
    assert told["examples"] == told["stored"] == told["reasons"] == {}


def test_a_harsher_draft_tells_who_moves_and_why(history: None, tmp_path: Path) -> None:
    told, screen = backtest(
        tmp_path, rules=[{"name": "us", "when": 'network.country == "US" && mailbox.valid', "floor": "review"}]
    )
    moved = told["moves"]["harsher"]["number"]
    assert moved > 0
    assert moved == sum(share["harsher"] for share in told["groups"]["browser"].values())
    assert sum(sum(cells.values()) for cells in told["outcomes"].values()) == 10
    assert told["examples"]["harsher"][0]["account_id"].startswith("acct_")
    assert told["examples"]["harsher"][0]["tiers"][1] == "restricted"
    assert max(map(len, screen.splitlines())) <= 120


def test_a_backtest_changes_nothing_that_is_stored(history: None, tmp_path: Path) -> None:
    before = list(Account.objects.values()), list(Assessment.objects.values())
    backtest(tmp_path, prior=0.5)
    assert (list(Account.objects.values()), list(Assessment.objects.values())) == before


def test_facts_that_nobody_can_read_are_counted_and_stop_nothing(history: None, tmp_path: Path) -> None:
    spoilt = Assessment.objects.latest("pk")
    Assessment.objects.filter(pk=spoilt.pk).update(facts={"at": "never"})
    told, screen = backtest(tmp_path)
    assert (told["total"], told["bad"], told["bad_rows"]) == (9, 1, [spoilt.pk])
    assert "could not be judged" in screen


def test_labels_give_an_estimate_that_does_not_take_the_label_for_a_reason(history: None, tmp_path: Path) -> None:
    for account in Account.objects.all():
        Label.objects.create(
            subject=account.pk,
            at=timezone.now(),
            known_at=timezone.now(),
            source="analyst_deny",
            reference=f"review:{account.pk}",
            abuse=account.account_id == "acct_bob",
            trust=0.9,
        )
    Assessment.objects.filter(subject=Account.objects.get(account_id="acct_0").pk).update(
        facts={**Assessment.objects.earliest("pk").facts, "word": "deny"}
    )
    told, screen = backtest(tmp_path, multipliers={**MAIN["multipliers"], "mailbox_disposable": 1})
    assert told["estimate"]["deny"]["false_positives"]["before"]["number"] == 0
    assert told["estimate"]["deny"]["recall"]["before"]["interval"][0] > 0
    assert "Estimate from labels" in screen


def test_a_sample_and_a_time_choose_accounts(history: None, tmp_path: Path) -> None:
    assert backtest(tmp_path, arguments=("--until", "2020-01-01"))[0]["total"] == 0
    first, again = (backtest(tmp_path, arguments=("--sample", "5"))[0]["total"] for _ in range(2))
    assert first == again < 10


def test_a_draft_that_is_no_policy_is_refused_with_its_place(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="prior"):
        backtest(tmp_path, prior=7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
def test_processes_of_their_own_come_to_the_same(
    shop: APIClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}"))
    post(shop, "/v1/signups", bob())
    monkeypatch.setattr("verification.shards.IDS", 2)
    assert backtest(tmp_path, prior=0.4)[0] == backtest(tmp_path, workers=2, prior=0.4)[0]


def test_a_drafts_own_entries_are_found_by_what_accounts_showed_and_those_that_cannot_be_are_named(
    history: None, tmp_path: Path
) -> None:
    because = {"reason": "x", "author": "nora"}
    lists = [
        {"name": name, "of": of, "effect": "deny", "entries": [{"value": value, **because}]}
        for name, of, value in (
            ("lines", "phones", alice()["phone"]),
            ("mail", "domains", "gmail.com"),
            ("hosts", "networks", "72.224.0.0/14"),
            ("kinds", "bins", "424242"),
        )
    ]
    told, screen = backtest(tmp_path, lists=lists)
    assert told["moves"]["harsher"]["number"] >= 9
    assert told["reasons"]["list_lines"]["gained"] >= 9
    assert told["reasons"]["list_mail"]["gained"] >= 9
    assert "list_hosts" not in told["reasons"]
    assert told["lists"] == {"seen": ["lines", "mail"], "not seen": ["hosts", "kinds"]}
    assert "new entries of lists not seen" in screen
    later = [{**lists[0], "entries": [{**lists[0]["entries"][0], "from": "2999-01-01"}]}]  # type: ignore[dict-item] # as above
    assert backtest(tmp_path, lists=later)[0]["moves"]["harsher"]["number"] == 0
    assert backtest(tmp_path)[0]["lists"] == {}

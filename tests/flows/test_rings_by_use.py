"""Accounts that nothing ties at signup are found by what they do, held, and told why; and crowds of people are not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from bench.simulation.population import Plan, history
from bench.simulation.use.after import After
from bench.simulation.writer import signup_of
from config.lib.database import unhurried
from risk.models import Ring, UsageWindow
from risk.rings.telling import USE
from risk.rings.use.tallies import LOOKED_BACK
from verification.tasks.rings import detect_rings

ACCOUNTS, DAYS, SEED = 1_500, 30, "by use"


@pytest.fixture
def truth(tmp_path: Path, db: None) -> dict[str, str]:
    """A history with operators who rotate everything, and its use, are taken in: the operator of each account."""
    plan = Plan(ACCOUNTS, DAYS, SEED, operators=("all_rotating",))
    lines = [(f"acct_{number}", line) for number, line in enumerate(history(plan))]
    after = After(plan)
    windows = [window for account, line in lines for window in after.windows(account, line)]
    for name, rows in (("signups", [signup_of(*each) for each in lines]), ("usage", windows)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(f"{json.dumps(row, default=str)}\n" for row in rows), encoding="utf-8")
        with unhurried():
            call_command(f"import_{name}", str(path))
    called = {window["account_id"] for window in windows}
    return {account: line.operator or "" for account, line in lines if account in called}


@pytest.fixture
def standing(truth: dict[str, str], tmp_path: Path) -> dict[str, dict[str, Any]]:
    """How every account stands after rings were looked for."""
    with unhurried():
        call_command("detect_rings", "--full")
        call_command("export_standing", str(tmp_path / "standing.jsonl"))
    told = (tmp_path / "standing.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["account_id"]: row for row in map(json.loads, told)}


def test_operators_who_rotate_everything_are_found_by_what_their_accounts_do(
    truth: dict[str, str], standing: dict[str, dict[str, Any]]
) -> None:
    operated = [account for account, operator in truth.items() if operator]
    assert len([account for account in operated if standing[account]["ring"]]) >= 0.7 * len(operated)
    assert len([account for account in operated if standing[account]["held"]]) >= 0.4 * len(operated)
    assert [account for account, operator in truth.items() if not operator and standing[account]["ring"]] == []


def test_members_and_the_ring_are_told_what_they_do(standing: dict[str, dict[str, Any]], client_of: Any) -> None:
    assert all(USE in [line["aspect"] for line in ring.evidence] for ring in Ring.objects.all())
    ring = Ring.objects.order_by("-score")[0]
    caller = client_of("rings:read")
    told = caller.get(f"/v1/rings/{ring.public_id}").json()
    (did,) = (line["words"] for line in told["evidence"] if "members did" in line.get("words", ""))
    parts = "templates", "addresses", "evenness", "homes elsewhere", "days on which use turned", "hours without rest"
    assert all(part in did for part in parts)
    members = caller.get(f"/v1/rings/{ring.public_id}/members").json()["items"]
    assert {"ASKED", "EXIT"} <= {line["link"] for member in members for line in member["why"]}


def test_a_round_over_newcomers_leaves_the_rings_as_sure_as_they_were(standing: dict[str, dict[str, Any]]) -> None:
    before = {ring.public_id: (ring.size, ring.score) for ring in Ring.objects.all()}
    with unhurried():
        detect_rings(full=False)
    after = {ring.public_id: (ring.size, ring.score) for ring in Ring.objects.all()}
    assert after == before


def test_who_was_held_stays_held_when_all_that_they_did_is_long_ago(
    standing: dict[str, dict[str, Any]], truth: dict[str, str], tmp_path: Path
) -> None:
    held = Ring.objects.filter(contained_at__isnull=False)
    before = {ring.public_id: (ring.score, ring.evidence) for ring in held}
    members = {account for account, stands in standing.items() if stands["ring"] in before}
    honest = next(account for account, operator in truth.items() if not operator)
    _later(honest, tmp_path / "later.jsonl")
    with unhurried():
        call_command("detect_rings", "--full")
        call_command("export_standing", str(tmp_path / "later_standing.jsonl"))
    told = (tmp_path / "later_standing.jsonl").read_text(encoding="utf-8").splitlines()
    assert {row["account_id"] for row in map(json.loads, told) if row["ring"]} == members
    after = {ring.public_id: (ring.score, ring.evidence) for ring in held}
    assert len(before) > 1
    assert {name: [line for line in of if line["aspect"] == USE] for name, (_, of) in after.items()} == {
        name: [line for line in of if line["aspect"] == USE] for name, (_, of) in before.items()
    }
    assert all(score >= before[name][0] - 1 for name, (score, _) in after.items())


def _later(account: str, path: Path) -> None:
    """One honest account is used weeks after all others were."""
    newest = UsageWindow.objects.order_by("-start").values_list("start", flat=True)[0]
    window = {
        "account_id": account,
        "window_start": (newest + LOOKED_BACK + timedelta(days=1)).isoformat(),
        "requests": 3,
        "input_tokens": 900,
        "output_tokens": 300,
        "ip": "203.0.113.9",
        "client": "curl/8",
        "prompt_sketches": [],
    }
    path.write_text(f"{json.dumps(window)}\n", encoding="utf-8")
    with unhurried():
        call_command("import_usage", str(path))
    assert UsageWindow.objects.filter(start__gt=newest).count() == 1

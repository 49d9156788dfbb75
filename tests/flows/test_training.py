"""Weights learnt from a small labelled history, by the real commands from the files to the draft."""

import json
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient
from scipy.special import expit

from config.lib.models import AuditEntry
from risk.facts import Facts
from risk.learning.rows import Example, codes_of, table_of, terms_of
from risk.learning.weights import log_odds
from risk.models import Assessment, PolicyState, StoredPolicy
from risk.outcome import Outcome
from risk.policies.store import active, parsed
from risk.policy import parse
from risk.scoring import judge
from risk.signals import REASON_CODES
from tests.cast import alice, bob
from tests.conftest import OPENMP, post
from tests.flows.test_calibration_report import write
from tests.verification.console.desk import desk_of, page, text, user_of
from tiers.policies import read
from verification import publishing
from verification.models import Report, Signup

TEACH, SPLIT, MEASURE = (datetime(2026, month, 3, tzinfo=UTC) for month in (3, 6, 7))
TOO_YOUNG = datetime(2026, 5, 20, tzinfo=UTC)


def told(name: str, at: datetime, *, known_after: int = 5) -> dict[str, str]:
    known = at + timedelta(days=known_after)
    return {"account_id": name, "kind": "confirmed", "at": at.isoformat(), "known_at": known.isoformat()}


def ordinary(name: str, *, ip: str) -> dict[str, Any]:
    return alice(account_id=name, email=f"jane.doe@{name}.example", device=None, phone=None, ip=ip)


def people(side: str, number: int, at: datetime) -> list[dict[str, Any]]:
    """As many ordinary people as scripts."""
    both = [
        (
            alice(
                account_id=f"{side}-a{n}", email=f"jane.{n}@{side}.example", device=None, phone=None, ip=f"72.{n}.1.3"
            ),
            bob(account_id=f"{side}-b{n}"),
        )
        for n in range(number)
    ]
    return [
        {**each, "created_at": (at + timedelta(minutes=n)).isoformat()} for n, pair in enumerate(both) for each in pair
    ]


@pytest.fixture
def history(db: None, tmp_path: Path) -> None:
    """Some who teach, some who are too young at the split, and some who measure. Every script was found out."""
    sides = {"teach": (TEACH, 110), "young": (TOO_YOUNG, 5), "measure": (MEASURE, 60)}
    signups = [line for side, (at, number) in sides.items() for line in people(side, number, at)]
    call_command("import_signups", write(tmp_path / "signups.jsonl", *signups))
    reports = [told(f"{side}-b{n}", at) for side, (at, number) in sides.items() for n in range(number)]
    reports.append(told("teach-a0", TEACH, known_after=120))  # heard of after the split: it must not teach
    call_command("import_reports", write(tmp_path / "reports.jsonl", *reports))


def trained(out: Path, *options: str, command: str = "train_weights") -> dict[str, Any]:
    call_command(command, "--out", str(out), "--split", SPLIT.isoformat(), "--workers", "1", *options)
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report


def test_what_is_learnt_is_a_draft_with_its_report(
    history: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = active()
    report = trained(tmp_path / "out", "--draft", "--by", "lena")
    assert report["taught_by"] == {"accounts": 220, "abusive": 110}  # the one heard of later counts as honest
    assert report["measured_on"] == {"accounts": 120, "abusive": 60}
    assert report["compared"]["after"]["brier"] < report["compared"]["before"]["brier"]
    assert {row["family"] for row in report["families"]} >= {"network", "mailbox", "standing"}
    assert "ratio of recalls" in capsys.readouterr().out

    document = read(tmp_path / "out" / "policy.yaml")
    assert active() == before
    stored = StoredPolicy.objects.exclude(state=PolicyState.ACTIVE).get()
    assert (stored.state, stored.author, stored.document) == (PolicyState.DRAFT, "lena", document)
    assert AuditEntry.objects.filter(act="policy.draft").count() == 1

    old, new = before.document["multipliers"], document["multipliers"]
    assert new.keys() == old.keys()
    assert not [code for code in new if (new[code] - 1) * (old[code] - 1) < 0]
    assert any(new[code] != old[code] for code in new)
    assert {part: document[part] for part in document if part not in {"name", "prior", "multipliers"}} == {
        part: before.document[part] for part in before.document if part not in {"name", "prior", "multipliers"}
    }
    policy = parse(document, known_reasons=REASON_CODES)
    review = policy.thresholds[Outcome.REVIEW]
    assert expit(policy.prior + max(policy.caps.values())) < review  # no family alone gets there


def test_the_report_tells_who_told_what_and_what_is_learnt_without_them(history: None, tmp_path: Path) -> None:
    lies = [told(f"teach-a{number}", TEACH) for number in range(20, 30)]
    call_command("import_reports", write(tmp_path / "lies.jsonl", *lies))
    with connection.cursor() as cursor:  # as PostgreSQL does by itself of what is committed
        cursor.execute("ANALYZE verification_report, tiers_account")
    Report.objects.filter(account__account_id__in=[lie["account_id"] for lie in lies]).update(source="api:stolen")
    report = trained(tmp_path / "out")
    honest, liar = report["tellers"]
    assert (honest["abusive"], honest["learnt_without"]) == (
        110,
        None,
    )  # without them there is too little to learn from
    assert (liar["teller"], liar["abusive"], liar["honest"]) == ("api:stolen", 10, 0)
    assert liar["abusive_scored"] < 0.2 < honest["abusive_scored"]
    without = liar["learnt_without"]
    assert without["recall"] >= 0
    assert without["weights"][0]["before"] != without["weights"][0]["after"]


@pytest.mark.skipif(not OPENMP, reason="libgomp is missing")
def test_trees_are_learnt_as_a_draft_and_judge_once_they_are_published(
    history: None, tmp_path: Path, shop: APIClient
) -> None:
    trained(tmp_path / "out", "--draft", command="train_trees")
    document = read(tmp_path / "out" / "policy.yaml")
    assert document["multipliers"] == active().document["multipliers"]
    assert document["model"]["trees"]
    drafted = StoredPolicy.objects.get(state=PolicyState.DRAFT)
    publishing.publish(drafted, by="user:1")
    answer = post(shop, "/v1/signups", bob(account_id="acct_after")).json()
    assert answer["policy"] == drafted.digest[:12]
    said = Assessment.objects.latest("pk")
    total = said.prior + sum(line["weight"] for line in said.reasons)
    assert 100 * expit(total) == pytest.approx(said.score, abs=1e-9)
    by_hand = {code: log(number) for code, number in document["multipliers"].items()}
    assert [line for line in said.reasons if line["code"] in by_hand and line["weight"] != by_hand[line["code"]]]
    assert judge(Facts.from_json(said.facts), parsed(said.policy_digest).policy).score == said.score
    assert f"{said.score:.1f}" in text(
        desk_of(user_of("nora", "Analyst")).get(page(Signup.objects.get(public_id=answer["id"])))
    )


def test_the_report_measures_what_the_draft_would_say(history: None, tmp_path: Path) -> None:
    broken = Assessment.objects.filter(cause="signup").earliest("pk")
    Assessment.objects.filter(pk=broken.pk).update(facts={"at": "of another release"})
    assert trained(tmp_path / "out")["taught_by"]["accounts"] == 219  # one row that cannot be read stops nothing
    policy = parse(read(tmp_path / "out" / "policy.yaml"), known_reasons=REASON_CODES)
    terms = terms_of(policy)
    for stored in Assessment.objects.filter(cause="signup").exclude(pk=broken.pk)[::40]:
        verdict = judge(Facts.from_json(stored.facts), policy)
        table = table_of([Example(stored.at, codes_of(verdict), abuse=False)], terms)
        (total,) = log_odds(table, terms, terms.weights, terms.prior)
        assert 100 * expit(total) == pytest.approx(verdict.score, abs=1e-9)


def test_too_little_is_refused_with_the_numbers(history: None, tmp_path: Path) -> None:
    refused = {
        ("--known-by", "2026-07-10T00:00:00Z"): "accounts measure",
        ("--since", "2026-05-01T00:00:00Z"): "accounts teach",
        ("--until", "2026-06-30T00:00:00Z"): "accounts measure",
        ("--maturity", "200"): "accounts teach",
        ("--split", "2020-01-01T00:00:00Z"): "--split",
    }
    for options, why in refused.items():
        with pytest.raises(CommandError, match=why):
            trained(tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_without_any_account_there_is_nothing_to_learn(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("train_weights", "--out", str(tmp_path))

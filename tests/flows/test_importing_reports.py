"""What became of accounts comes in by file, at its own time, once; bad lines lose nothing but themselves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from risk.models import Assessment, Label
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification.models import Event, Report

Write = Callable[..., Path]
AT, HEARD = "2026-08-10T00:00:00Z", "2026-09-01T00:00:00Z"


@pytest.fixture
def accounts(shop: APIClient) -> None:
    """Three accounts of early August."""
    for name in ("a", "b", "c"):
        person = alice(account_id=name, email=f"{name}@example.org", device=None, phone=None)
        post(shop, "/v1/signups", {**person, "created_at": "2026-08-03T01:00:00Z"})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of these lines: objects, or text as it stands."""

    def make(*lines: Any) -> Path:
        path = tmp_path / "reports.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    return make


def line(account_id: str = "a", kind: str = "chargeback", **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "kind": kind, "at": AT, **more}


def test_a_line_is_a_report_a_label_and_a_decision_at_its_own_time(accounts: None, write: Write) -> None:
    call_command("import_reports", str(write(line(known_at=HEARD), line("b", "cleared"))))
    label = Label.objects.get(source="chargeback")
    assert (label.at.isoformat()[:10], label.known_at.isoformat()[:10]) == (AT[:10], HEARD[:10])
    last = Assessment.objects.filter(subject=label.subject).latest("id")
    assert (last.cause, last.at) == ("report", datetime(2026, 9, 1, tzinfo=UTC))
    assert "reported_chargeback" in {reason["code"] for reason in last.reasons}
    assert Label.objects.get(source="cleared").known_at == datetime(2026, 8, 10, tzinfo=UTC)
    assert not Report.objects.filter(applied_at=None).exists()


def test_taken_in_twice_it_counts_once(accounts: None, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(line(), line("b", reference="x-1"), line("c", "abuse"))
    call_command("import_reports", str(path))
    before = (Report.objects.count(), Label.objects.count(), Assessment.objects.count(), Event.objects.count())
    capsys.readouterr()
    call_command("import_reports", str(path))
    assert (Report.objects.count(), Label.objects.count(), Assessment.objects.count(), Event.objects.count()) == before
    assert "there already │ 3" in " ".join(capsys.readouterr().out.split())


def test_what_is_told_of_before_the_last_decision_decides_now_and_no_earlier(accounts: None, write: Write) -> None:
    call_command("import_reports", str(write(line(at="2026-07-01T00:00:00Z"))))
    account = Account.objects.get(account_id="a")
    assert Assessment.objects.filter(subject=account.pk).latest("id").at == account.created_at


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param("{", "not JSON", id="not JSON"),
        pytest.param(line("nobody"), "account_id", id="no such account"),
        pytest.param(line(kind="murder"), "kind", id="no such kind"),
        pytest.param(line(at="yesterday"), "at:", id="no time"),
        pytest.param({"account_id": "a", "kind": "abuse"}, "at:", id="no time at all"),
        pytest.param(line(known_at="2026-08-09T00:00:00Z"), "known_at", id="heard before it happened"),
        pytest.param(line(reference="a b"), "reference", id="a blank in the reference"),
        pytest.param(line("c", reference="x-1"), "reference", id="one name for two reports"),
        pytest.param({"account_id": ["a"], "kind": {}, "at": []}, "account_id", id="no values at all"),
    ],
)
def test_a_bad_line_goes_to_the_rejects_with_its_reason(accounts: None, write: Write, bad: Any, reason: str) -> None:
    path = write(line("b", reference="x-1"), bad)
    with pytest.raises(CommandError) as stopped:
        call_command("import_reports", str(path))
    assert stopped.value.returncode == 3
    (reject,) = [json.loads(text) for text in path.with_name("reports.jsonl.rejects.jsonl").read_text().splitlines()]
    assert reject["line"] == 2
    assert reason in reject["reason"]
    assert Report.objects.count() == 1


def test_a_field_that_nobody_reads_is_told_of(accounts: None, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_reports", str(write(line(colour="red"))))
    assert "nobody reads the field 'colour'" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said_to_be_missing(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_reports", str(tmp_path / "none.jsonl"))

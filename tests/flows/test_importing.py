"""History comes in by file, is decided at its own time, and bad lines lose nothing but themselves."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.lib.jsonlines import Line
from risk.models import Assessment, Device, Identifier
from tests.cast import alice, bob
from tiers.erasing import erasing
from tiers.models import Account
from verification import reading_ahead
from verification.importing import parse
from verification.models import Proof
from verification.recheck import redecide
from verification.replaying import replay
from verification.signup import Entry
from verification.states import Cause

Write = Callable[..., Path]


def timed(body: dict[str, Any], minute: int) -> dict[str, Any]:
    return {**body, "created_at": f"2026-08-03T01:{minute:02d}:40.431Z"}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of these lines: objects, or text as it stands."""

    def make(*lines: Any) -> Path:
        path = tmp_path / "signups.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    return make


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.django_db
def test_each_line_is_decided_at_its_own_time(write: Write) -> None:
    call_command("import_signups", str(write(timed(alice(), 1), timed(bob(), 2))))
    assert sorted(Account.objects.values_list("account_id", flat=True)) == ["acct_alice", "acct_bob"]
    assert {at.isoformat() for at in Assessment.objects.values_list("at", flat=True)} == {
        "2026-08-03T01:01:40.431000+00:00",
        "2026-08-03T01:02:40.431000+00:00",
    }


@pytest.mark.django_db
def test_a_file_decides_as_the_calls_would(write: Write, shop: Any) -> None:
    bodies = [timed(alice(account_id=f"acct_{n}", email=f"p{n}@example.org"), n) for n in range(5)]
    for body in bodies:
        shop.post("/v1/signups", body, format="json")
    over_http = list(Account.objects.order_by("account_id").values_list("account_id", "score", "outcome", "tier"))
    with erasing():
        for model in (Account, Assessment, Identifier, Device):
            model.objects.all().delete()
    call_command("import_signups", str(write(*bodies)))
    assert (
        list(Account.objects.order_by("account_id").values_list("account_id", "score", "outcome", "tier")) == over_http
    )


BAD_LINES = [
    pytest.param("{", "not JSON", id="not JSON"),
    pytest.param("[]", "not a JSON object", id="not an object"),
    pytest.param('{"account_id": "x"}', "created_at", id="no time"),
    pytest.param('{"created_at": "2026-08-03T01:44:40Z"}', "account_id", id="no account"),
    pytest.param('{"account_id": "x", "created_at": "noon"}', "created_at", id="no such time"),
    pytest.param('{"account_id": "x", "created_at": "2026-08-03T01:44:40Z", "email": 3}', "email", id="wrong type"),
    pytest.param('{"account_id": "x", "created_at": NaN}', "NaN", id="NaN"),
    pytest.param("[" * 100_000, "not JSON", id="a pit of brackets"),
    pytest.param('{"account_id": "' + "x" * 300_000 + '"}', "longer than", id="a line without end"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_goes_to_the_rejects_with_its_number_and_the_rest_goes_on(
    write: Write, line: str, reason: str
) -> None:
    path = write(timed(alice(), 1), line, timed(bob(), 2))
    with pytest.raises(CommandError, match="1 lines could not be taken"):
        call_command("import_signups", str(path))
    (reject,) = lines_of(path.with_name("signups.jsonl.rejects.jsonl"))
    assert reject["line"] == 2
    assert reason in reject["reason"]
    assert Account.objects.count() == 2


@pytest.mark.django_db
def test_a_run_again_takes_in_only_what_is_missing(write: Write) -> None:
    call_command("import_signups", str(write(timed(alice(), 1))))
    call_command("import_signups", str(write(timed(alice(), 1), timed(bob(), 2))))
    call_command("import_signups", str(write(timed(alice(), 1), timed(bob(), 2))))
    assert Account.objects.count() == 2
    assert Assessment.objects.count() == 2


@pytest.mark.django_db
def test_a_large_file_is_read_ahead_by_another_process_and_comes_to_the_same(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reading_ahead, "LARGE_BYTES", 0)
    bodies = [timed(alice(account_id=f"acct_{n}", email=f"p{n}@example.org"), n) for n in range(3)]
    call_command("import_signups", str(write(*bodies[:1])))
    path = write(*bodies, {**timed(bob(), 3), "colour": "red"}, "{")
    with pytest.raises(CommandError, match="1 lines could not be taken"):
        call_command("import_signups", str(path))
    ahead = list(Account.objects.order_by("account_id").values_list("account_id", "score", "outcome", "tier"))
    said = capsys.readouterr().out
    assert "nobody reads the field 'colour'" in said
    assert "Line 5: not JSON" in said
    with erasing():
        for model in (Account, Assessment, Identifier, Device):
            model.objects.all().delete()
    monkeypatch.undo()
    with pytest.raises(CommandError):
        call_command("import_signups", str(path))
    assert list(Account.objects.order_by("account_id").values_list("account_id", "score", "outcome", "tier")) == ahead


@pytest.mark.django_db
def test_a_reader_that_dies_ends_the_import_with_a_line_that_says_what_to_do(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "LARGE_BYTES", 0)
    monkeypatch.setattr(reading_ahead, "_read", os.abort)
    with pytest.raises(CommandError, match="was ended; run the command again"):
        call_command("import_signups", str(write(timed(alice(), 1))))


@pytest.mark.django_db
def test_the_summary_fits_a_screen_however_many_fields_and_rejects_there_are(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = {f"field_{number}": 1 for number in range(40)}
    path = write({**timed(alice(), 1), **odd}, *["{" for _ in range(40)])
    with pytest.raises(CommandError, match="40 lines could not be taken"):
        call_command("import_signups", str(path))
    said = capsys.readouterr().out
    assert "nor 35 other fields" in said
    assert len(said.splitlines()) < 24
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.django_db
def test_a_run_again_looks_at_nothing_that_is_there_already(write: Write) -> None:
    bodies = [timed(alice(account_id=f"acct_{n}", email=f"p{n}@example.org"), n) for n in range(3)]
    path = write(*bodies)
    call_command("import_signups", str(path))
    assert [seen.told for seen in reading_ahead.read_signups(path)] == [None] * 3


@pytest.mark.django_db
def test_what_was_taken_in_names_the_search_for_rings_as_next(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(timed(alice(), 1))
    call_command("import_signups", str(path))
    assert "python manage.py detect_rings --full" in capsys.readouterr().out
    call_command("import_signups", str(path))
    assert "detect_rings" not in capsys.readouterr().out  # nothing new to look among


@pytest.mark.django_db
def test_an_account_on_two_lines_is_taken_in_once(write: Write) -> None:
    with pytest.raises(CommandError):
        call_command("import_signups", str(write(timed(alice(), 1), timed(alice(name="Again"), 2))))
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_signups", str(tmp_path / "none.jsonl"))


@pytest.mark.django_db
def test_standing_is_exported_a_line_per_account(write: Write, tmp_path: Path) -> None:
    call_command("import_signups", str(write(timed(alice(), 1), timed(bob(), 2))))
    call_command("export_standing", str(tmp_path / "out.jsonl"))
    first, second = lines_of(tmp_path / "out.jsonl")
    assert set(first) == {"account_id", "tier", "outcome", "score", "held", "ring", "reasons"}
    assert (first["account_id"], first["outcome"], first["held"]) == ("acct_alice", "allow", False)
    assert second["held"] is True
    assert "mailbox_disposable" in second["reasons"]


@pytest.mark.django_db
def test_an_export_replaces_one_of_its_own_and_nothing_else(write: Write, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    call_command("import_signups", str(write(timed(alice(), 1))))
    for _ in range(2):
        call_command("export_standing", str(out))
    whole = out.read_text()
    empty = tmp_path / "empty"
    empty.touch()
    call_command("export_standing", str(empty))
    assert empty.read_text() == whole
    for held in ("dear diary", '{"account_id": "a"}', "[]", "\0" * 50):
        out.write_text(held)
        with pytest.raises(CommandError, match="--force replaces it"):
            call_command("export_standing", str(out))
        assert out.read_text() == held
    with pytest.raises(CommandError, match="holds something else"):
        call_command("export_standing", str(tmp_path))
    call_command("export_standing", str(out), "--force")
    assert out.read_text() == whole
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.django_db(transaction=True)
def test_a_replay_decides_as_the_import_does_and_leaves_nothing_behind(write: Write, tmp_path: Path) -> None:
    path = write(timed(bob(), 2), timed(alice(), 1))
    call_command("replay", str(path), out=tmp_path / "decisions.jsonl")
    assert not Account.objects.exists()
    call_command("import_signups", str(path))
    decided = {line["account_id"]: line for line in lines_of(tmp_path / "decisions.jsonl")}
    assert list(decided) == ["acct_alice", "acct_bob"]
    for account in Account.objects.all():
        line = decided[account.account_id]
        assert (line["outcome"], line["tier"], line["held"]) == (account.outcome, account.tier, account.held)
        assert line["score"] == round(account.score, 2)
        assert (line["cause"], line["ring"]) == ("signup", None)
    assert decided["acct_alice"]["at"] == "2026-08-03T01:01:40.431Z"


@pytest.mark.django_db(transaction=True)
def test_in_a_replay_tiers_fall_with_their_proofs_after_the_grace_and_not_before(write: Write) -> None:
    first, later = (_entry(timed(body, 1)) for body in (alice(), bob()))
    call_command("import_signups", str(write(timed(alice(account_id="proven"), 0))))
    account = Account.objects.get()
    due = first.at + timedelta(days=30)
    Proof.objects.create(account=account, kind="email", passed_at=first.at, lapses_at=due)
    redecide(account.pk, cause=Cause.CHECK, at=first.at)
    falls = due + timedelta(days=7)
    after = replace(later, at=first.at + timedelta(days=38))
    decided = [(line.cause, line.at) for line in replay([first, after])]
    assert decided == [(Cause.SIGNUP, first.at), (Cause.EXPIRY, falls), (Cause.SIGNUP, after.at)]


def _entry(body: dict[str, Any]) -> Entry:
    entry = parse(Line(1, body), set())
    assert isinstance(entry, Entry)
    return entry

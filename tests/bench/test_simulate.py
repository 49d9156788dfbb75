"""python manage.py simulate"""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_it_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("simulate", "--out", str(tmp_path / "new"), "--accounts", "200", "--days", "10", "--seed", "4")
    assert {file.name for file in (tmp_path / "new").iterdir()} == {"signups.jsonl", "truth.jsonl"}
    assert "200 accounts of 10 days" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value"),
    [("--accounts", "0"), ("--accounts", "many"), ("--days", "-1"), ("--operated", "1.5"), ("--operators", "aliens")],
)
def test_it_refuses_what_makes_no_sense(tmp_path: Path, option: str, value: str) -> None:
    with pytest.raises(CommandError, match=option):
        call_command("simulate", "--out", str(tmp_path), option, value)


def test_it_says_where_it_could_not_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="file"):
        call_command("simulate", "--out", str(tmp_path / "file"), "--accounts", "10")

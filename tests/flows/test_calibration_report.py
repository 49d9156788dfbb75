"""The calibration report on a small labelled history, by the real commands from the files to the picture."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from tests.cast import alice, bob

AUGUST = "2026-08-03T01:00:00Z"


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def history(db: None, tmp_path: Path) -> None:
    """Ten ordinary people and five who script, of whom four were found out, and one ordinary one who charged back."""
    ordinary = [
        alice(account_id=f"a{n}", email=f"jane.doe{n}@example.org", device=None, phone=None, ip=f"72.224.{n}.33")
        for n in range(10)
    ]
    scripts = [bob(account_id=f"b{n}") for n in range(5)]
    signups = [{**person, "created_at": AUGUST} for person in (*ordinary, *scripts)]
    call_command("import_signups", write(tmp_path / "signups.jsonl", *signups))
    told = [{"account_id": f"b{n}", "kind": "confirmed", "at": "2026-08-05T00:00:00Z"} for n in range(4)]
    told.append({"account_id": "a0", "kind": "chargeback", "at": AUGUST, "known_at": "2026-09-20T00:00:00Z"})
    call_command("import_reports", write(tmp_path / "reports.jsonl", *told))


def report_of(out: Path, *options: str) -> dict[str, object]:
    call_command("calibration_report", "--out", str(out), *options)
    report: dict[str, object] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report


def test_the_report_has_its_figures_and_its_picture(
    history: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_of(tmp_path / "out")
    assert (report["n"], report["abuse"], report["labelled"]) == (15, 5, 5)
    assert report["base_rate"] == pytest.approx(1 / 3)
    assert 0 < float(str(report["brier"])) < 0.25
    assert float(str(report["brier_skill"])) > 0
    assert "Brier skill" in capsys.readouterr().out
    root = ET.parse(tmp_path / "out" / "reliability.svg").getroot()  # noqa: S314 - written by us a line above
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    bins = report["bins"]
    assert isinstance(bins, list)
    assert len(root.findall(".//{*}circle")) == len(bins) > 1


def test_what_was_heard_of_later_does_not_count_before(history: None, tmp_path: Path) -> None:
    assert report_of(tmp_path / "out", "--known-by", "2026-09-19")["abuse"] == 4


def test_a_policy_file_can_be_tried_on_the_same_people(history: None, tmp_path: Path) -> None:
    policy = Path(__file__).parents[2] / "risk" / "policies" / "default.yaml"
    stored, anew = report_of(tmp_path / "a"), report_of(tmp_path / "b", "--policy", str(policy))
    assert (stored["judged_anew"], anew["judged_anew"]) == (False, True)
    assert stored["brier"] == anew["brier"]


def test_without_labels_it_refuses_and_says_what_to_do(db: None, tmp_path: Path) -> None:
    call_command("import_signups", write(tmp_path / "signups.jsonl", {**alice(), "created_at": AUGUST}))
    with pytest.raises(CommandError, match="import_reports"):
        report_of(tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(("--since", "yesterday"), "--since", id="no time"),
        pytest.param(("--maturity", "-3"), "--maturity", id="no number of days"),
        pytest.param(("--policy", "none.yaml"), "none.yaml", id="no such policy"),
    ],
)
def test_what_cannot_be_read_is_named(history: None, tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        report_of(tmp_path / "out", *options)

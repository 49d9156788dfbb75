"""The files are the import format's, to the letter, and the same for the same seed."""

import json
from pathlib import Path

from bench.simulation.population import Plan
from bench.simulation.writer import write
from config.lib.jsonlines import read
from verification.importing import Reject, parse
from verification.signup import Entry

PLAN = Plan(1500, 45, "a test", operated=0.1)


def test_every_line_is_taken_in_and_no_field_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, PLAN)
    unknown: set[str] = set()
    taken = [parse(line, unknown) for line in read(tmp_path / "signups.jsonl")]
    assert [entry for entry in taken if isinstance(entry, Reject)] == []
    assert unknown == set()
    times = [entry.at for entry in taken if isinstance(entry, Entry)]
    assert len(times) == 1500
    assert times == sorted(times)


def test_the_same_seed_makes_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    for name, seed in (("one", "5"), ("again", "5"), ("other", "6")):
        write(tmp_path / name, Plan(300, 30, seed))
    for file in ("signups.jsonl", "truth.jsonl"):
        one, again, other = ((tmp_path / name / file).read_bytes() for name in ("one", "again", "other"))
        assert one == again != other


def test_the_truth_covers_every_account(tmp_path: Path) -> None:
    heard: list[int] = []
    write(tmp_path, PLAN, heard.append)
    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    signups = [json.loads(line) for line in (tmp_path / "signups.jsonl").read_text().splitlines()]
    assert [line["account_id"] for line in truth] == [line["account_id"] for line in signups]
    assert all(line.keys() == {"account_id", "operator", "group"} for line in truth)
    assert heard == [1000, 500]

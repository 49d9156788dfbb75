"""The benchmark of detection as it is run."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench import detection
from bench._detection_records import Records
from bench._detection_report import Asked
from bench.detection import left_out, measure
from bench.simulation.population import Plan
from tests.bench.detection_records import records


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories come from memory."""

    def take(plan: Plan, _: Path) -> Records:
        return records(int(plan.seed))

    monkeypatch.setattr(detection, "fast", take)


@pytest.mark.usefixtures("taken")
def test_a_history_is_measured_by_all_ways_and_checked() -> None:
    one, other = (measure(seed, 400, Path(), quick=True) for seed in ("1", "2"))
    assert one.ways.keys() == {"rings", "score", "components", "blocks"}
    assert one.ways["rings"]["recall antidetect"] == 1
    assert one.more["purity"] == 1
    assert one.more["placebo random"] == 0
    with_and_without = left_out([one, other])
    assert with_and_without[0]["with script"] > 0.9
    assert "without antidetect" in with_and_without[1]


@pytest.mark.usefixtures("taken")
def test_the_seeds_that_are_asked_for_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(detection, "run", lambda *_: None)
    monkeypatch.setattr(detection, "ProcessPoolExecutor", ThreadPoolExecutor)
    found = detection.results(Asked(seeds=2, accounts=400, quick=True, first=7))
    assert len(found.more) == 2
    told = capsys.readouterr().err
    assert [line.split(":")[0].split()[-1] for line in told.splitlines()] == ["7", "8"]

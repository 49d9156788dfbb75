"""The results of detection with use in words, and the guards."""

from pathlib import Path

import pytest

from bench._attack_report import HEADING
from bench._usage_measures import WAYS
from bench._usage_report import RESULTS, WORDS, Asked, Results, failures, section, told
from bench.simulation.population import OPERATORS


def results(recall: float = 0.97, false: float = 0.0005, of_group: float = 0.001, reached: float = 1.0) -> Results:
    """Two seeds that are alike."""
    numbers = {f"recall {name}": recall for name in (*OPERATORS, *WAYS, "all")}
    numbers |= {"operators": 9.0, "reached": reached, "false all": false, "false campus": of_group}
    numbers |= {"ever all": 2 * false, "ever campus": 2 * of_group, "false ordinary": 0.0, "ever ordinary": 0.0}
    return Results({way: [numbers | ({} if way == "use" else {"recall all": recall / 2})] * 2 for way in WORDS})


def test_all_is_well_when_nothing_is_over_its_limit() -> None:
    assert failures(results()) == []
    assert results().ratio == pytest.approx(2)


def test_each_guard_fails_on_what_it_guards() -> None:
    assert "of honest people" in failures(results(false=0.002))[0]
    assert "group campus" in failures(results(of_group=0.004))[0]


def test_what_is_to_be_reached_is_told_as_met_or_not() -> None:
    asked = Asked(("1", "2"), 1000, 2.0)
    text = "\n".join(told(results(), asked))
    assert "0.95 of all (met), and 0.85 of each operator: 100% of 18 operators do (met)" in text
    assert "python -m bench.usage_detection --seeds 1 2 --accounts 1000 --every 2" in text
    short = "\n".join(told(results(recall=0.9, reached=0.5), asked))
    assert "0.95 of all (not met), and 0.85 of each operator: 50% of 18 operators do (not met)" in short


def test_only_what_was_measured_of_one_part_of_a_page_is_written_anew() -> None:
    text = f"# A page\n\n{RESULTS}\nWords.\n\n## Next\n\nMeasured:\n\nleft\n"
    once = section(text, RESULTS, ["| one |"])
    assert once == f"# A page\n\n{RESULTS}\nWords.\n\nMeasured:\n\n| one |\n\n## Next\n\nMeasured:\n\nleft\n"
    assert section(once, RESULTS, ["| two |"]) == once.replace("one", "two")


def test_a_page_without_the_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="no heading"):
        section("# A page\n", RESULTS, [])


@pytest.mark.parametrize("heading", [RESULTS, HEADING])
def test_the_page_in_the_documentation_can_be_written(heading: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "detection.md").read_text(encoding="utf-8")
    assert text.count(f"{heading}\n") == 1

"""The results in words, and the guards."""

from pathlib import Path

import pytest

from bench._detection_report import PLACEBOS, RESULTS, TARGETS, Asked, Results, failures, page, told
from bench.simulation.population import OPERATORS


def results(recall: float = 0.99, false: float = 0.0005, auc: float = 0.7, placebo: float = 0.0) -> Results:
    """Three seeds that are all alike."""
    way = {f"recall {kind}": recall for kind in (*OPERATORS, "all")} | {"false all": false, "false campus": false}
    more = {"purity": 0.98, "rings an operator": 1.1, "accused": 0.0001}
    more |= {f"placebo {name}": placebo for name in PLACEBOS}
    names = ("admitted", "share admitted", "late", "with", "without", "without false")
    more |= {f"{what} {kind}": 0.5 for kind in OPERATORS for what in names}
    other = way | {"recall all": recall / 3}
    return Results({"rings": [way] * 3, "score": [other] * 3, "components": [other] * 3}, [more] * 3, (auc, auc))


def test_all_is_well_when_nothing_is_over_its_limit() -> None:
    assert failures(results()) == []
    assert results().ratio == pytest.approx(3)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (results(recall=0.7), "recall of script"),
        (results(false=0.002), "honest people in rings"),
        (results(auc=0.8), "single rows"),
        (results(placebo=0.004), "placebo rings"),
    ],
)
def test_each_guard_fails_on_what_it_guards(found: Results, words: str) -> None:
    failed = failures(found)
    assert failed
    assert all(words in failure or words == "recall of script" for failure in failed)


def test_targets_are_told_as_met_or_not() -> None:
    lines = told(results(recall=0.96), Asked(3, 1000, quick=True))
    line = {kind: next(line for line in lines if line.startswith(f"| `{kind}` | 0.960")) for kind in TARGETS}
    assert line["script"].endswith("not met |")
    assert line["generator"].endswith("| met |")
    assert "as found" in line["all_rotating"]
    assert "python -m bench.detection --first 1 --seeds 3 --accounts 1000 --fast" in lines[0]


def test_only_the_last_part_of_a_page_is_written_anew() -> None:
    text = f"# A page\n\nWords.\n\n{RESULTS}\n\nof before\n"
    assert page(text, ["| now |"]) == f"# A page\n\nWords.\n\n{RESULTS}\n\n| now |\n"
    assert page(page(text, ["one"]), ["two"]) == page(text, ["two"])


def test_the_page_in_the_documentation_can_be_written() -> None:
    text = (Path(__file__).parents[2] / "docs" / "detection.md").read_text(encoding="utf-8")
    assert text.count(RESULTS) == 1

"""The benchmark of detection with use as it is run."""

from pathlib import Path

from bench._usage_report import Asked, Results
from bench.usage_detection import chosen, measure, tell
from tests.bench.usage_history import history


def test_a_history_is_measured_by_all_ways_and_written_into_a_page(tmp_path: Path) -> None:
    ways = measure(history(), 15.0)
    assert ways.keys() == {"use", "held", "signups", "address", "volume"}
    assert ways["address"]["recall script"] == 1
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n## Found by what accounts do\nWords.\n")
    asked = Asked(("1",), 460, 15.0)
    assert tell(Results({way: [numbers] for way, numbers in ways.items()}), asked, page) == 0
    assert "python -m bench.usage_detection --seeds 1 --accounts 460 --every 15" in page.read_text()


def test_the_command_that_the_results_name_asks_for_the_same_again() -> None:
    asked = Asked(("1", "2"), 500, 3.5)
    given = chosen(asked.command.split()[3:])
    assert Asked(tuple(given.seeds), given.accounts, given.every) == asked

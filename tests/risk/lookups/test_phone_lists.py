"""The operator's list of numbers that anybody can read."""

import os
from pathlib import Path

import pytest

from risk.lookups.phone_lists import PhoneList


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "numbers.txt"
    made.write_text("# from our own complaints\n+4670012345\n491511234567, 2026-11-01\n+1900*\nnonsense\n\n", "utf-8")
    return made


@pytest.mark.parametrize(
    ("number", "listed"),
    [
        pytest.param("+4670012345", True, id="a number"),
        pytest.param("+491511234567", True, id="with more on its line"),
        pytest.param("+19002345678", True, id="under a prefix"),
        pytest.param("+46700123456", False, id="a number is no prefix"),
        pytest.param("+4670012346", False, id="its neighbour"),
    ],
)
def test_a_number_is_found_by_itself_or_its_prefix(path: Path, number: str, listed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert PhoneList(path).has(number) is listed


def test_the_file_is_read_again_when_it_changes(path: Path) -> None:
    numbers = PhoneList(path)
    assert numbers.has("+4670012346") is False
    path.write_text("+4670012346\n", "utf-8")
    os.utime(path, (1, 1))
    assert numbers.has("+4670012346") is True
    assert numbers.has("+4670012345") is False


def test_without_a_file_nothing_is_known(path: Path) -> None:
    numbers = PhoneList(path)
    assert numbers.has("+4670012345") is True
    path.unlink()
    assert numbers.has("+4670012345") is None
    assert PhoneList(None).has("+4670012345") is None


def test_no_number_of_the_list_stands_in_memory(path: Path) -> None:
    numbers = PhoneList(path)
    numbers.has("+4670012345")
    assert "4670012345" not in repr(numbers._loaded)

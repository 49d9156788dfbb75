"""The lock names what is installed, each file of a release by its hash, and no address; no audit keeps silent."""

import re
import stat
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.auditing import CLEAN, NOT_AUDITED, VULNERABLE, main

ROOT = Path(__file__).parents[2]
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Releases of compiled code for several machines: a wheel of each, for each Python, and what they are built from.
COMPILED = ("cryptography", "igraph", "lightgbm", "msgspec", "numpy", "psycopg-binary", "pyyaml", "scipy")


def locked() -> dict[str, tuple[Requirement, list[str]]]:
    """By name: what the lock says, with the hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    read = [(Requirement(line.partition("--hash")[0].strip()), HASH.findall(line)) for line in lines]
    return {canonicalize_name(requirement.name): (requirement, hashes) for requirement, hashes in read}


def wanted() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.partition("#")[0]) for line in lines if line.partition("#")[0].strip()]


def test_everything_that_gatehouse_runs_on_is_locked_in_its_version() -> None:
    lock = locked()
    for requirement in wanted():
        assert lock[canonicalize_name(requirement.name)][0].specifier == requirement.specifier, requirement.name


def brought(name: str, extras: frozenset[str] = frozenset()) -> set[Requirement]:
    """What a package that is installed here needs itself."""
    told = map(Requirement, requires(name) or ())
    chosen = [{"extra": extra} for extra in (extras or {""})]
    return {each for each in told if each.marker is None or any(each.marker.evaluate(extra) for extra in chosen)}


def test_everything_that_these_bring_along_is_locked_too_in_a_version_that_they_take() -> None:
    lock, seen, left = locked(), set(), wanted()
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        (pinned,) = lock[name][0].specifier
        assert requirement.specifier.contains(pinned.version, prereleases=True), name
        if name not in seen:
            seen.add(name)
            left += brought(name, frozenset(requirement.extras))
    assert len(seen) > len(wanted())


def test_every_line_has_hashes_and_those_of_compiled_code_are_for_many_machines() -> None:
    lock = locked()
    assert all(hashes for _, hashes in lock.values())
    assert all(len(set(hashes)) == len(hashes) for _, hashes in lock.values())
    assert all(len(lock[name][1]) >= 8 for name in COMPILED if name != "lightgbm")
    assert len(lock["lightgbm"][1]) >= 4  # its wheels are for any Python


FILES = ("requirements.lock", "requirements.txt", "requirements-dev.txt", "requirements-audit.txt")


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_an_address_or_an_index(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-f)\b", text, re.MULTILINE)


def auditor(folder: Path, output: str, *, status: int) -> str:
    """A tool that says what pip-audit would."""
    tool = folder / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\nexit {status}\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    return str(tool)


@pytest.mark.parametrize(
    ("output", "status", "came", "said"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, CLEAN, "1 packages"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}',
            1,
            VULNERABLE,
            "a 1: CVE-1, mended in 2",
        ),
        ("", 1, NOT_AUDITED, "NOT AUDITED"),
        ('{"dependencies": []}', 0, NOT_AUDITED, "NOT AUDITED"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 0, NOT_AUDITED, "nothing is known of a"),
    ],
)
def test_an_audit_that_could_not_be_made_is_not_taken_for_a_clean_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, status: int, came: int, said: str
) -> None:
    assert main(auditor(tmp_path, output, status=status)) == came
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_where_there_is_no_tool_nothing_was_audited(tmp_path: Path) -> None:
    assert main(str(tmp_path / "none")) == NOT_AUDITED

"""The folder of signals, the registry, the default policy, the docs and the tests name the same signals and reasons."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from risk.facts import Facts, TokenState
from risk.findings import Family, Hit, Signal, Unknown
from risk.signals import REASON_CODES, REASONS, SIGNALS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "risk" / "signals"
POLICY: dict[str, Any] = yaml.safe_load((ROOT / "risk" / "policies" / "default.yaml").read_text(encoding="utf-8"))
NOTHING = Facts(at=datetime(2026, 8, 3, tzinfo=UTC), token=TokenState.ABSENT)
# Which proofs were passed is always known.
ALWAYS_SEEN = {"proven_email", "proven_phone", "proven_payment", "proven_document", "proven_passkey", "proven_work"}
ALWAYS_SEEN |= {"reported_abuse", "reported_chargeback", "reported_fraud_warning"}  # and so is what was reported
ALWAYS_SEEN |= {"reported_confirmed", "reported_cleared", "reported_overturned"}
ALWAYS_SEEN |= {"ring_suspected", "ring_confirmed"}  # and which ring holds the account
ALWAYS_SEEN |= {"erased_before"}  # and which tombstones were met
ALWAYS_SEEN |= {"account_woke"}  # and that it woke is told when it does
MAY_IMPORT = {
    "risk.earlier",
    "risk.facts",
    "risk.findings",
    "risk.intel.kinds",
    "risk.intel.country_offsets",
    "risk.intel.country_languages",
    "risk.intel.gpus",
    "risk.intel.hellos",
}

each_signal = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)


def files(folder: Path, prefix: str = "") -> set[str]:
    return {path.stem.removeprefix(prefix) for path in folder.glob(f"{prefix}*.py")} - {"__init__"}


def documented() -> dict[str, list[str]]:
    """The rows of docs/reasons.md by code."""
    lines = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0].strip("`"): row[1:] for row in rows}


def test_the_folder_is_the_registry() -> None:
    assert files(FOLDER) == {signal.name for signal in SIGNALS}
    assert len(SIGNALS) == len(files(FOLDER))


def test_every_signal_has_its_test() -> None:
    assert files(ROOT / "tests" / "risk" / "signals", "test_") == files(FOLDER)


def test_no_code_is_given_by_two_signals() -> None:
    codes = [reason.code for signal in SIGNALS for reason in signal.reasons]
    assert len(codes) == len(set(codes))
    assert frozenset(codes) == REASON_CODES


def test_every_reason_has_a_multiplier_in_the_default_policy_and_nothing_else_has() -> None:
    assert set(POLICY["multipliers"]) == REASON_CODES
    assert set(POLICY["floors"]) <= REASON_CODES


def test_every_reason_is_documented_as_it_is_and_no_other() -> None:
    rows = documented()
    assert set(rows) == REASON_CODES
    for code, (words, honest, times, why) in rows.items():
        assert (words, honest) == (REASONS[code].words, REASONS[code].honest)
        assert float(times) == POLICY["multipliers"][code]
        assert why


def test_the_documented_caps_are_the_policys() -> None:
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    caps = {family: float(cap) for family, cap in re.findall(r"Family `(\w+)`\. At most ([\d.]+) times", page)}
    assert caps == POLICY["family_caps"]
    assert set(caps) == set(Family) - {Family.STANDING}


def test_nobody_is_held_for_one_thing() -> None:
    """Neither a reason nor all reasons of a family reach review by themselves."""
    most = max(*POLICY["multipliers"].values(), *POLICY["family_caps"].values())
    odds = POLICY["prior"] / (1 - POLICY["prior"]) * most
    assert odds / (1 + odds) < POLICY["thresholds"]["review"]


def test_what_speaks_for_a_person_and_what_speaks_against_are_told_apart_by_family() -> None:
    for signal in SIGNALS:
        for reason in signal.reasons:
            assert (POLICY["multipliers"][reason.code] < 1) is (signal.family is Family.STANDING)


@each_signal
def test_a_signal_that_knows_nothing_says_so(signal: Signal) -> None:
    finding = signal.look(NOTHING)
    assert not isinstance(finding, Hit)
    assert isinstance(finding, Unknown) is (signal.name not in ALWAYS_SEEN)
    assert not isinstance(finding, Unknown) or finding.why


@each_signal
def test_a_signal_says_what_it_means_and_how_an_honest_person_comes_to_it(signal: Signal) -> None:
    assert signal.reasons
    for reason in signal.reasons:
        assert reason.code == signal.name or reason.code.startswith(f"{signal.name}_")
        assert reason.words.endswith(".")
        assert reason.honest.endswith(".")
        assert "|" not in reason.words + reason.honest


@pytest.mark.parametrize("name", sorted(files(FOLDER)))
def test_a_signal_reaches_nothing_but_facts_and_tables(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} <= MAY_IMPORT


@each_signal
def test_only_what_speaks_for_a_person_looks_at_proofs(signal: Signal) -> None:
    """So that it can be told beforehand what a proof would change (risk.scoring.foresee)."""
    source = (FOLDER / f"{signal.name}.py").read_text(encoding="utf-8")
    assert ("facts.proofs" in source) <= (signal.family is Family.STANDING)

"""Each kind of evidence has a half-life in the policy, and docs/re-verification.md says what is looked at again."""

from pathlib import Path

import yaml

from risk.half_lives import Evidence
from risk.policies.store import DEFAULT, read
from tiers.ladder import CheckKind

PAGE = (Path(__file__).parents[2] / "docs" / "re-verification.md").read_text(encoding="utf-8")
POLICY = read(DEFAULT)
BY_NEWS = {Evidence.MAILBOX}  # lists of mailbox providers come with an upgrade, and tell of it themselves


def test_every_kind_of_evidence_and_every_proof_has_a_half_life_in_the_policy() -> None:
    assert POLICY["half_lives"].keys() == set(Evidence) - BY_NEWS
    assert all(line["days"] > 0 for line in POLICY["half_lives"].values())
    assert POLICY["checks"].keys() == set(CheckKind)
    assert all(line["half_life_days"] > 0 for line in POLICY["checks"].values())


def test_the_page_shows_the_policy_s_half_lives() -> None:
    shown = PAGE.partition("```yaml\n")[2].partition("```")[0]
    assert yaml.safe_load(shown) == {"half_lives": POLICY["half_lives"]}


def test_the_page_says_of_each_what_is_looked_at_again() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    for evidence in Evidence:
        assert [row for row in rows if row.startswith(f"| `{evidence}` |")], evidence
    for kind in CheckKind:
        assert [row for row in rows if f"`checks.{kind}`" in row], kind

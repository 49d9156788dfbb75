"""publish_policy: a file into force, into shadow, as a draft, and back; mistakes with their line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk.models import PolicyState, StoredPolicy
from risk.policies.store import DEFAULT, active, in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A policy file that is another than the one in force."""
    path = tmp_path / "mine.yaml"
    path.write_text(DEFAULT.read_text(encoding="utf-8").replace("name: default", "name: mine"), encoding="utf-8")
    return path


def test_a_file_is_put_in_force_and_rolled_back(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("publish_policy", file)
    assert active().document["name"] == "mine"
    call_command("publish_policy", roll_back=True)
    assert active().document["name"] == "default"
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["mine", "default"]


def test_a_draft_and_a_shadow_change_nothing(file: Path) -> None:
    call_command("publish_policy", file, draft=True)
    assert StoredPolicy.objects.get(name="mine").state == PolicyState.DRAFT
    call_command("publish_policy", file, shadow=True)
    assert [each.document["name"] for each in in_force().shadows] == ["mine"]
    assert active().document["name"] == "default"


def test_where_it_takes_two_the_first_proposes_and_the_second_publishes(file: Path, settings: Settings) -> None:
    settings.PUBLISH_BY_TWO = True
    call_command("publish_policy", file, by="nora")
    call_command("publish_policy", file, by="nora")
    assert active().document["name"] == "default"
    call_command("publish_policy", file, by="omar")
    assert active().document["name"] == "mine"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("prior: 0.02", "prior: 2", "mine.yaml:8: prior: 2"),
        ("  card_prepaid: 2.5", "  card_prepaid: none", "card_prepaid: 'none' is not of type"),
        ("  card_prepaid:", "  card_prepade:", "did you mean card_prepaid"),
        ("tier: basic", "tier: trusted", "ladder: a tier stands on one line"),
        ("tiers: [standard, trusted]", "tiers: [golden]", "half_lives.phone_line.tiers: the ladder has no golden"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(file: Path, old: str, new: str, says: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError, match=says):
        call_command("publish_policy", file)
    assert active().document["name"] == "default"


def test_there_has_to_be_something_to_do(file: Path) -> None:
    with pytest.raises(CommandError, match="Name a file"):
        call_command("publish_policy")
    with pytest.raises(CommandError, match="Name a file"):
        call_command("publish_policy", file, roll_back=True)
    with pytest.raises(CommandError, match="Nothing was in force"):
        call_command("publish_policy", roll_back=True)
    with pytest.raises(CommandError, match="No such file"):
        call_command("publish_policy", Path("nowhere.yaml"))


def test_a_rung_that_waits_for_use_is_warned_of_while_none_is_reported(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  - tier: basic\n", "  - tier: basic\n    earned_days: 3\n"), encoding="utf-8")
    call_command("publish_policy", file)
    assert "ladder, basic: 3 earned days are asked of everybody" in capsys.readouterr().err


def test_a_ladder_none_of_whose_numbers_would_be_asked_of_again_is_warned_of(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = file.read_text(encoding="utf-8")
    text = text.replace("tiers: [standard, trusted]", "tiers: []")
    file.write_text(text, encoding="utf-8")
    call_command("publish_policy", file)
    assert "half_lives, phone_line: no tier of the ladder" in capsys.readouterr().err

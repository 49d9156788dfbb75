"""A folder is its menu: what lies in it stands in the registry, and the other way round."""

from pathlib import Path

from django.conf import settings

from tiers.ladder import CheckKind
from verification.checks import CHECKS
from verification.providers import MAKERS, provider_of

ROOT = Path(__file__).parents[2]
SHARED = {"__init__", "interface"}


def files(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - SHARED


def test_every_file_of_checks_is_on_the_menu() -> None:
    assert files("verification/checks") == set(CHECKS)
    assert all(check.kind == kind for kind, check in CHECKS.items())


def test_every_check_has_a_real_provider_and_an_offline_one() -> None:
    for kind in CHECKS:
        names = {name for made_for, name in MAKERS if made_for == kind}
        assert "offline" in names
        assert len(names) > 1


def test_the_settings_choose_a_provider_for_every_check() -> None:
    assert set(settings.PROVIDERS) == set(CHECKS)
    assert all(provider_of(CheckKind(kind)) for kind in CHECKS)

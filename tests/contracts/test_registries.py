"""A folder is its menu: what lies in it stands in the registry, and the other way round."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from risk.outside import LOOKUPS
from tiers.ladder import CheckKind
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck, HostedCheck
from verification.providers import CODE_PROVIDERS, LOOKUP_PROVIDERS, SESSION_PROVIDERS

ROOT = Path(__file__).parents[2]
SHARED = {"__init__", "interface"}


def files(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - SHARED


def test_every_file_of_checks_is_on_the_menu() -> None:
    assert files("verification/checks") == set(CHECKS)
    assert all(check.kind == kind for kind, check in CHECKS.items())


def carried_out(kind: CheckKind) -> set[str]:
    """Who could carry a check out."""
    registry = CODE_PROVIDERS if isinstance(CHECKS[kind], CodeCheck) else SESSION_PROVIDERS
    return {name for made_for, name in registry if made_for == kind}


def test_every_check_that_needs_a_party_has_a_real_one_and_an_offline_one() -> None:
    for kind, check in CHECKS.items():
        if isinstance(check, CodeCheck | HostedCheck):
            assert "offline" in carried_out(kind)
            assert len(carried_out(kind)) > 1


def test_the_settings_choose_a_provider_for_every_check_that_needs_one() -> None:
    needing = {kind for kind, check in CHECKS.items() if isinstance(check, CodeCheck | HostedCheck)}
    assert set(settings.PROVIDERS) == needing
    assert all(settings.PROVIDERS[kind] in {*carried_out(kind), "off"} for kind in needing)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        pytest.param({}, "off off", id="unset"),
        pytest.param({"PAYMENT_PROVIDER": "offline"}, "PAYMENT_PROVIDER is 'offline'", id="a stand-in for cards"),
        pytest.param({"DOCUMENT_PROVIDER": "offline"}, "DOCUMENT_PROVIDER is 'offline'", id="and for documents"),
        pytest.param({"PAYMENT_PROVIDER": "stripe"}, "STRIPE_SECRET_KEY is not set", id="Stripe without its keys"),
    ],
)
def test_in_production_nothing_stands_in_for_a_card_or_a_document(chosen: dict[str, str], said: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_PROVIDER")}
    told = subprocess.run(
        [sys.executable, "-c", "from config.settings import PROVIDERS as p; print(p['payment'], p['document'])"],
        cwd=ROOT,
        env={**kept, **chosen, "GATEHOUSE_DEVELOPMENT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in told.stdout + told.stderr


def test_every_outside_lookup_has_a_setting_and_an_offline_party() -> None:
    assert set(settings.OUTSIDE_LOOKUPS) == set(LOOKUPS)
    assert all((name, "offline") in LOOKUP_PROVIDERS for name in LOOKUPS)
    assert all((name, settings.OUTSIDE_LOOKUPS[name]) in LOOKUP_PROVIDERS for name in LOOKUPS)

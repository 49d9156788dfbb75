"""The import contracts hold, and each catches a violation that is planted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bench", "clients/python/gatehouse_client", "config", "risk", "tiers", "verification")

PLANTED = [
    pytest.param("tiers/ladder.py", "import verification.models", "Imports go one way", id="a tier knows a journey"),
    pytest.param("config/lib/env.py", "import risk.facts", "Imports go one way", id="the library knows risk"),
    pytest.param(
        "risk/signals/mailbox_role.py",
        "import risk.signals.mailbox_disposable",
        "Signals do not know each other",
        id="a signal knows another",
    ),
    pytest.param(
        "verification/checks/email.py",
        "import verification.checks.phone",
        "Checks do not know each other",
        id="a check knows another",
    ),
    pytest.param(
        "verification/providers/mail.py",
        "import verification.providers.offline",
        "Providers do not know each other",
        id="a provider knows another",
    ),
    pytest.param("risk/signals/mailbox_role.py", "import django.db", "What judges is pure", id="a signal meets Django"),
    pytest.param(
        "risk/findings.py", "import risk.lookups.mailbox", "What judges is pure", id="indirectly, by a lookup"
    ),
    pytest.param("tiers/ladder.py", "import requests", "What judges is pure", id="the ladder meets the network"),
    pytest.param("tiers/movement.py", "import django.db", "What judges is pure", id="movement meets the database"),
    pytest.param(
        "verification/decide.py",
        "import verification.providers",
        "What decides never reaches",
        id="deciding meets a provider",
    ),
    pytest.param(
        "risk/gather.py", "import twilio.rest", "What decides never reaches", id="gathering meets the network"
    ),
    pytest.param(
        "verification/decide.py",
        "import verification.api.answers",
        "Inside verification",
        id="deciding knows the interface",
    ),
    pytest.param("risk/models.py", "import risk.gather", "Inside risk", id="a record knows gathering"),
    pytest.param("bench/simulation/cards.py", "import risk.facts", "share no knowledge", id="simulator knows risk"),
    pytest.param(
        "bench/simulation/operators/script.py",
        "import config.lib.env",
        "share no knowledge",
        id="simulator knows config",
    ),
    pytest.param("risk/facts.py", "import bench.simulation.cards", "Nothing that runs", id="risk knows the simulator"),
    pytest.param(
        "clients/python/gatehouse_client/tiers.py", "import config.lib.env", "knows nothing of the house", id="a client"
    ),
    pytest.param("tiers/tokens.py", "import gatehouse_client", "does not call itself", id="the house as a client"),
    pytest.param("tiers/models.py", "import tiers.lookup", "Inside tiers", id="a record knows the lookup"),
]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    env = {**os.environ, "PYTHONPATH": str(root / "clients" / "python")}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "planted", "contract"), PLANTED)
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, planted: str, contract: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / file
    target.write_text(f"{target.read_text()}\n{planted}\n")
    result = lint(tmp_path)
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert result.returncode != 0
    assert any(contract in line for line in broken), result.stdout

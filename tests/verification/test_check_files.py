"""What a page loads for the checks posed here, and what the built files promise."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from verification.agent.check_files import TYPES

BUILT = Path(__file__).parents[2] / "build" / "agent"
needs_build = pytest.mark.skipif(
    not (BUILT / "v1-checks.js").exists(), reason="not built: python -m verification.agent.build"
)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the built files are looked for."""
    settings.AGENT_SCRIPT = tmp_path / "v1.js"
    return tmp_path


@pytest.mark.parametrize("name", TYPES)
def test_any_page_may_load_each_file_and_ask_whether_it_still_holds(client: Client, folder: Path, name: str) -> None:
    (folder / name).write_text("what was built")
    answered = client.get(f"/agent/{name}")
    assert (answered.status_code, answered.content) == (200, b"what was built")
    assert answered.headers["Content-Type"] == TYPES[name]
    assert answered.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/agent/{name}", headers={"If-None-Match": answered.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", TYPES)
def test_a_file_that_is_not_built_is_said_to_be_missing(client: Client, folder: Path, name: str) -> None:
    answered = client.get(f"/agent/{name}")
    assert (answered.status_code, answered.json()["code"]) == (503, "agent_not_built")


def test_no_other_file_of_the_folder_is_served(client: Client, folder: Path) -> None:
    (folder / "secret.js").write_text("none of yours")
    assert client.get("/agent/secret.js").status_code == 404


@needs_build
def test_the_built_files_are_small_carry_their_licence_and_speak_to_nobody() -> None:
    script = (BUILT / "v1-checks.js").read_text()
    assert len(gzip.compress(script.encode())) < 40 * 1024
    assert "altcha 3" in script
    assert "MIT License" in script
    code = script.partition("*/")[2]
    assert not re.search(r"\beval\(|\bnew Function\b|sendBeacon|XMLHttpRequest|\bimport\(", code)
    hosts = set(re.findall(r"https?://([\w.-]+)", code))
    assert hosts <= {"altcha.org", "www.w3.org", "svelte.dev"}  # a link of the widget's that we hide, names, and errors

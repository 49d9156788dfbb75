"""The address of the agent script, and what the built script promises before any browser reads it."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "agent" / "v1.js"
WORKER = BUILT.with_name("v1-worker.js")
needs_build = pytest.mark.skipif(not BUILT.exists(), reason="not built: python -m verification.agent.build")

SCRIPT = "export const start = () => ({ token: async () => null });\n" * 20


@pytest.fixture
def script(settings: Settings, tmp_path: Path) -> Path:
    """A script where the built one is looked for."""
    path = tmp_path / "v1.js"
    path.write_text(SCRIPT)
    settings.AGENT_SCRIPT = path
    return path


def get(client: Client, **headers: str) -> HttpResponse:
    answered = client.get("/agent/v1.js", headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert isinstance(answered, HttpResponse)
    return answered


def test_any_page_may_load_the_script_and_keep_it_an_hour(client: Client, script: Path) -> None:
    answered = get(client)
    assert answered.status_code == 200
    assert answered.content.decode() == SCRIPT
    assert answered.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answered.headers["Access-Control-Allow-Origin"] == "*"
    assert answered.headers["Cache-Control"] == "public, max-age=3600"


def test_a_browser_that_has_the_script_is_told_that_it_still_holds(client: Client, script: Path) -> None:
    again = get(client, If_None_Match=get(client).headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_that_has_an_older_script_gets_the_new_one(client: Client, script: Path) -> None:
    old = get(client).headers["ETag"]
    script.write_text("export const start = 2;")
    assert get(client, If_None_Match=old).status_code == 200


def test_a_browser_that_reads_gzip_gets_gzip_and_is_told_again_that_it_holds(client: Client, script: Path) -> None:
    answered = get(client, Accept_Encoding="gzip, br")
    assert answered.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answered.headers["Vary"]
    assert gzip.decompress(answered.content).decode() == SCRIPT
    again = get(client, Accept_Encoding="gzip, br", If_None_Match=answered.headers["ETag"])
    assert again.status_code == 304


def test_a_script_that_is_not_built_is_said_to_be_missing_and_how_to_build_it(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.AGENT_SCRIPT = tmp_path / "nothing.js"
    answered = get(client)
    assert answered.status_code == 503
    assert answered.headers["Content-Type"] == "application/problem+json"
    assert answered.headers["Cache-Control"] == "no-store"
    assert json.loads(answered.content)["code"] == "agent_not_built"
    assert "verification.agent.build" in json.loads(answered.content)["fix"]


def test_the_worker_is_served_beside_the_script_and_the_same_way(client: Client, script: Path) -> None:
    assert client.get("/agent/v1-worker.js").status_code == 503
    script.with_name("v1-worker.js").write_text("self.postMessage({})")
    answered = client.get("/agent/v1-worker.js")
    assert (answered.status_code, answered.content) == (200, b"self.postMessage({})")
    assert answered.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert client.get("/agent/v1-worker.js", headers={"If-None-Match": answered.headers["ETag"]}).status_code == 304
    assert get(client).content.decode() == SCRIPT


def test_nothing_can_be_posted_there(client: Client, script: Path) -> None:
    assert client.post("/agent/v1.js").status_code == 405


@needs_build
def test_the_built_script_is_under_60_kilobytes_on_its_way() -> None:
    assert len(gzip.compress(BUILT.read_bytes())) < 60 * 1024


@needs_build
def test_the_worker_is_small_and_stands_in_the_script_for_pages_that_take_it_from_a_blob() -> None:
    worker = WORKER.read_text()
    assert len(worker) < 2048
    assert "WEBGL_debug_renderer_info" in worker
    assert BUILT.read_text().count("self.postMessage") == 1


@needs_build
def test_only_our_own_code_starts_a_worker_and_nothing_writes_to_the_page_s_log() -> None:
    code = BUILT.read_text().partition("*/")[2]
    assert len(re.findall(r"\bnew Worker\b", code)) == 1
    assert "console.log" not in code


@needs_build
def test_the_built_scripts_carry_the_licences_of_what_is_in_them() -> None:
    console = ROOT / "build" / "console"
    alpine = console / "unfold" / "js" / "alpine" / "alpine.js"
    built = (BUILT, BUILT.with_name("v1-checks.js"), console / "ring.js", alpine)
    text = "".join(path.read_text() for path in built)
    ours = {"@alpinejs/csp": ROOT / "verification" / "console" / "page" / "alpine.LICENSE"}  # its package has none
    for name in [*json.loads((ROOT / "package.json").read_text())["dependencies"], "@vue/reactivity"]:
        licence = (ours.get(name) or next((ROOT / "node_modules" / name).glob("LICENSE*"))).read_text().strip()
        assert name in text
        assert licence in text


@needs_build
def test_the_built_script_names_no_host_of_anybody() -> None:
    code = BUILT.read_text().partition("*/")[2]
    assert re.findall(r"https?://[\w.-]+", code) == []
    assert "openfpcdn" not in code


@needs_build
def test_the_built_script_is_a_module_without_eval() -> None:
    code = BUILT.read_text().partition("*/")[2]
    assert re.search(r"export\{\w+ as start\}", code)
    assert not re.search(r"\beval\(|\bnew Function\b|\bimport\(", code)


def test_what_only_the_scanner_s_own_builder_needs_is_not_installed() -> None:
    """The scanner asks for an obfuscator and 120 packages more; we take a few of its sources and none of these."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    left_out = {name.removeprefix("node_modules/") for name, package in packages.items() if package.get("link")}
    assert left_out == set(packages["node_modules/fpscanner"]["dependencies"])
    for name, package in packages.items():
        assert package.get("link") or "resolved" not in package, name


def test_packages_are_pinned_exactly_and_run_nothing_at_installation() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    for version in [*package["dependencies"].values(), *package["devDependencies"].values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()

"""The examples in the README and the docs are real: what they send is taken, and what they show is what is written."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from rest_framework.test import APIClient

from config.lib.jsonlines import Line
from risk.models import Label, UsageWindow
from tests.conftest import post
from verification.importing import parse
from verification.replaying import Decided
from verification.signup import Entry, take_in
from verification.standing import standings
from verification.states import Cause

ROOT = Path(__file__).parents[2]


def json_blocks(page: str) -> list[dict[str, Any]]:
    """The JSON examples of a page, in their order."""
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    return [json.loads(block) for block in blocks]


def test_the_call_in_the_readme_is_answered_with_a_decision(shop: APIClient) -> None:
    command = re.search(r"^curl -s .*?\n.*?$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert command
    words = shlex.split(command[0].replace("\\\n", " "))
    assert words[2].endswith("/v1/signups")
    answered = post(shop, "/v1/signups", json.loads(words[words.index("-d") + 1]))
    assert answered.status_code == 201
    assert answered.json()["outcome"]


def test_the_signup_of_the_formats_page_is_taken_over_http_and_by_file(shop: APIClient, tmp_path: Path) -> None:
    plain, extra, window, report, standing_shown, _ = json_blocks("docs/formats.md")
    signup = {**plain, "device": {**plain["device"], **extra["device"]}, "edge": extra["edge"]}
    answered = post(shop, "/v1/signups", {**signup, "account_id": "over-http"})
    assert (answered.status_code, answered.json()["warnings"]) == (201, [])
    file = tmp_path / "signups.jsonl"
    file.write_text(json.dumps(signup) + "\n")
    call_command("import_signups", str(file))
    used = tmp_path / "usage.jsonl"
    used.write_text(json.dumps(window) + "\n")
    call_command("import_usage", str(used))
    assert UsageWindow.objects.get().requests == window["requests"]
    told = tmp_path / "reports.jsonl"
    told.write_text(json.dumps(report) + "\n")
    call_command("import_reports", str(told))
    assert Label.objects.get().source == report["kind"]
    standing = next(line for line in standings() if line["account_id"] == signup["account_id"])
    assert set(standing) == set(standing_shown)


def test_the_decision_of_the_formats_page_has_the_fields_that_replay_writes(db: None) -> None:
    signup, *_, shown = json_blocks("docs/formats.md")
    entry = parse(Line(1, signup), set())
    assert isinstance(entry, Entry)
    (decision,) = take_in([entry], application="docs")
    assert set(Decided.of(decision, Cause.SIGNUP).as_json()) == set(shown)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/production.md", "docs/policy.md", "docs/calibration.md", "docs/sharing.md"]
)
def test_every_command_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", (ROOT / page).read_text(encoding="utf-8")))
    assert named <= set(get_commands())

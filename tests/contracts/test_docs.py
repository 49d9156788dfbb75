"""Every setting, event, error code and endpoint is documented, and nothing is documented that is not there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

import config.settings
import config.urls
import config.wsgi  # noqa: F401 - with those that come before any view
from config.lib import env
from config.lib.errors import PROBLEM_KINDS
from config.supervise import options
from verification.events import EVENTS

DOCS = Path(__file__).parents[2] / "docs"


def first_column(page: str) -> set[str]:
    """What stands in code marks in the first column of a page's tables."""
    rows = (line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `"))
    return {match for row in rows for match in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_setting_is_documented_and_no_other() -> None:
    options()
    assert first_column("settings.md") == set(env.registry())


def test_every_event_is_documented_with_its_data_and_no_other() -> None:
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    assert first_column("events.md") == set(EVENTS)
    for name, event in EVENTS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        fields = set(re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1]))
        assert fields == set(event.__dataclass_fields__) - {"type", "account_id"}


def test_every_error_code_is_documented_and_no_other() -> None:
    assert first_column("errors.md") == set(PROBLEM_KINDS)


def _paths(patterns: list[Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= _paths(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.add("/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route))
    return found


def test_every_address_for_programs_is_in_the_schema(client: Client) -> None:
    schema: dict[str, Any] = json.loads(client.get("/v1/schema?format=json").content)
    served = {
        path for path in _paths(get_resolver().url_patterns) if re.search("^/(v1|minfraud|taxii2)/|/.well-known/", path)
    }
    assert served - {"/v1/schema", "/v1/docs"} == set(schema["paths"])
    assert schema["openapi"].startswith("3.1")


@pytest.mark.parametrize("page", sorted(path.relative_to(DOCS.parent).as_posix() for path in DOCS.rglob("*.md")))
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    path = DOCS.parent / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} links to {target}"

"""Every way in which a call can fail has one shape, a stable code and a way out; no caller can bring about a 500."""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client, override_settings
from rest_framework.test import APIClient

import config.lib
from config.lib.errors import PROBLEM_KINDS, ProblemKind, declare
from tests.lib.doors import TEAPOT

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"


def post(client: Any, body: bytes, path: str = "/v1/open/x", media_type: str = "application/json") -> Any:
    return client.generic("POST", path, body, content_type=media_type)


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_problem_has_every_member_of_the_one_shape(stranger: APIClient) -> None:
    response = stranger.get("/v1/open/teapot", headers={"X-Request-Id": "the-request-1"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "/docs/errors#test_teapot",
        "title": "It is a teapot",
        "status": 418,
        "detail": "Short and stout.",
        "instance": "/v1/open/teapot",
        "code": "test_teapot",
        "fix": "Ask it for tea.",
        "request_id": "the-request-1",
        "spout": True,
    }


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("busy", 429, "rate_limited"),
        ("crash", 500, "internal_error"),
        ("denied", 403, "forbidden"),
        ("denied_by_view", 403, "forbidden"),
        ("gone", 404, "not_found"),
        ("gone_by_view", 404, "not_found"),
        ("missing_row", 500, "internal_error"),
        ("unknown_caller", 401, "not_authenticated"),
        ("wrong_caller", 401, "not_authenticated"),
        ("model", 400, "invalid_request"),
        ("large", 413, "body_too_large"),
        ("suspicious", 400, "request_refused"),
        ("unencodable", 400, "text_unusable"),
        ("odd", 500, "internal_error"),
    ],
)
def test_every_exception_becomes_a_problem_that_tells_nothing_of_the_inside(
    stranger: APIClient, what: str, status: int, code: str
) -> None:
    response = stranger.get(f"/v1/open/{what}")
    assert told(response) == (status, code)
    assert b"secret detail" not in response.content


def test_a_401_says_how_to_log_in(stranger: APIClient) -> None:
    assert stranger.get("/v1/open/unknown_caller").headers["WWW-Authenticate"].startswith("Bearer")


def test_a_429_says_when_to_come_back(stranger: APIClient) -> None:
    assert stranger.get("/v1/open/busy").headers["Retry-After"] == "4"


def test_a_405_says_which_methods_there_are(stranger: APIClient) -> None:
    response = stranger.delete("/v1/open/x")
    assert told(response) == (405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["text"]),
        ({"text": "x" * 21}, ["text"]),
        ({"text": "ok", "tags": ["fine", "ok", "long"]}, ["tags.0", "tags.2"]),
        ({"text": "ok", "leaf": {"size": 10}}, ["leaf.size"]),
        ({"text": "ok", "leaves": [{"size": 1}, {"size": 10}, {}]}, ["leaves.1.size", "leaves.2.size"]),
        ({"text": "ok", "leaves": {"size": 1}}, ["leaves"]),
        ({"text": "whole"}, ["body"]),
        ([], ["body"]),
        ({"text": "a\x00b"}, ["text"]),
        ({"text": "a\ud800b"}, ["text"]),
    ],
)
def test_every_bad_field_is_named_by_its_path(shop: APIClient, body: Any, fields: list[str]) -> None:
    response = post(shop, json.dumps(body).encode(), "/v1/notes")
    assert told(response) == (400, "invalid_request")
    assert [error["field"] for error in response.json()["errors"]] == fields
    assert all(error["detail"] for error in response.json()["errors"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="half"),
        pytest.param(b"\xff{}", id="not UTF-8"),
        pytest.param(b'{"a": 1, "a": 2}', id="a name twice"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": -Infinity}', id="Infinity"),
        pytest.param(b'{"a": 1e999}', id="a float beyond 64 bits"),
        pytest.param(b"9" * 100_000, id="an endless number"),
        pytest.param(b"[" * 100_000, id="a depth bomb"),
        pytest.param(b'{"a":' * 17 + b"1" + b"}" * 17, id="17 levels"),
    ],
)
def test_a_body_that_cannot_be_read_safely_is_a_400(stranger: APIClient, body: bytes) -> None:
    assert told(post(stranger, body)) == (400, "body_malformed")


@pytest.mark.parametrize(
    "body", [b'{"a":' * 16 + b"1" + b"}" * 16, b"[9223372036854775807, 1.5, null]", b'"\\ud83d\\ude00"']
)
def test_a_body_within_bounds_is_read(stranger: APIClient, body: bytes) -> None:
    assert post(stranger, body).json() == json.loads(body)


@override_settings(API_MAX_BODY_BYTES=100)
def test_a_large_body_is_refused_by_its_announced_length(stranger: APIClient) -> None:
    assert told(post(stranger, b'"%s"' % (b"x" * 99))) == (413, "body_too_large")
    assert post(stranger, b'"%s"' % (b"x" * 98)).status_code == 200


def test_only_json_is_read_and_written(stranger: APIClient) -> None:
    assert told(post(stranger, b"a=1", media_type="application/x-www-form-urlencoded")) == (
        415,
        "media_type_unsupported",
    )
    refused = stranger.get("/v1/open/gone", headers={"Accept": "image/png"})
    assert told(refused) == (406, "not_acceptable")


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b"])
def test_text_that_the_database_cannot_hold_is_a_400(stranger: APIClient, name: str) -> None:
    assert told(post(stranger, json.dumps({"name": name}).encode(), "/v1/find")) == (400, "text_unusable")


def test_a_value_that_the_database_cannot_hold_is_a_400_and_logged(stranger: APIClient) -> None:
    with structlog.testing.capture_logs() as lines:
        assert told(stranger.get("/v1/open/too_long")) == (400, "invalid_request")
    assert len(lines) == 1


@pytest.mark.parametrize("address", ["/v1/none", "/v1", "/v1/notes/"])
def test_an_unknown_address_of_the_api_is_a_problem(client: Client, address: str) -> None:
    assert told(client.get(address)) == (404, "not_found")


def test_an_unknown_page_is_a_page(client: Client) -> None:
    response = client.get("/none")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("address", "media_type"), [("/v1/crash", "application/problem+json"), ("/crash", "text/html")]
)
def test_a_crash_outside_of_views_tells_nothing_of_the_inside(address: str, media_type: str) -> None:
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith(media_type)
    assert b"secret detail" not in response.content


def test_a_host_that_is_not_ours_is_a_400(client: Client) -> None:
    assert told(client.get("/v1/open/gone", headers={"Host": "evil.example"})) == (400, "request_refused")


def test_a_crash_is_logged_with_its_traceback_and_what_was_meant_is_not(stranger: APIClient) -> None:
    with structlog.testing.capture_logs() as lines:
        stranger.get("/v1/open/teapot")
        stranger.get("/v1/open/crash")
    (line,) = lines
    assert (line["event"], line["view"], type(line["exc_info"])) == ("unexpected_error", "OpenView", RuntimeError)


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="not_found"):
        declare("not_found", status=400, title="Another", fix="None.")


def test_a_member_of_the_shape_cannot_be_overwritten() -> None:
    with pytest.raises(TypeError, match="status"):
        TEAPOT.problem(status=200)


def _declared_in_lib() -> set[str]:
    modules = [
        importlib.import_module(f"config.lib.{found.name}") for found in pkgutil.iter_modules(config.lib.__path__)
    ]
    kinds = [value for module in modules for value in vars(module).values() if isinstance(value, ProblemKind)]
    return {kind.code for kind in kinds}


def test_every_code_of_lib_is_documented_with_its_status() -> None:
    rows = {
        line.split("`")[1]: line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    }
    for code in _declared_in_lib():
        assert f"| {PROBLEM_KINDS[code].status} |" in rows[code]

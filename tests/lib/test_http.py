"""Every request has an id; answers of the API stay with their caller; nobody chooses the address he is seen under."""

import uuid

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from config.lib.http import RequestIdMiddleware, client_ip, request_id

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]


def test_a_sane_request_id_is_kept(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc.DEF_12-3"}).headers["X-Request-Id"] == "abc.DEF_12-3"


@pytest.mark.parametrize("sent", ["", "short", "x" * 65, "with space", "new\\nline", "<script>", "ünïcödé1"])
def test_any_other_is_replaced_by_a_new_one(client: Client, sent: str) -> None:
    made = client.get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert uuid.UUID(made).version == 7


def test_the_id_stands_in_every_log_line_of_its_request_and_in_no_later_one() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        assert request_id(request) == seen[-1]
        return HttpResponse()

    structlog.contextvars.bind_contextvars(left_behind=True)
    answer = RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert seen == [answer.headers["X-Request-Id"]]
    assert structlog.contextvars.get_contextvars() == {}


def test_answers_of_the_api_are_kept_by_nobody_on_the_way(client: Client) -> None:
    headers = client.get("/v1/none").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_have_the_headers_of_pages(client: Client) -> None:
    assert "default-src 'none'" not in client.get("/none").headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        pytest.param(0, "198.51.100.7", "203.0.113.9", id="no proxy: the header is the caller's own claim"),
        pytest.param(1, "198.51.100.7", "198.51.100.7", id="one proxy added one"),
        pytest.param(1, "10.9.9.9, 198.51.100.7", "198.51.100.7", id="what the caller wrote stands further left"),
        pytest.param(2, "10.9.9.9, 198.51.100.7, 192.0.2.1", "198.51.100.7", id="two proxies"),
        pytest.param(2, "198.51.100.7", "203.0.113.9", id="it came around a proxy"),
        pytest.param(1, "", "203.0.113.9", id="nothing was added"),
        pytest.param(1, "unknown", "203.0.113.9", id="no address"),
        pytest.param(1, "198.51.100.7:4711", "198.51.100.7", id="with a port"),
        pytest.param(1, "[2001:DB8::1]:443", "2001:db8::1", id="IPv6 with a port"),
        pytest.param(1, "::ffff:198.51.100.7", "198.51.100.7", id="IPv4 in IPv6"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(proxies: int, forwarded: str, seen: str) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="203.0.113.9")
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_ip(request) == seen


def test_a_server_behind_a_socket_tells_no_address() -> None:
    assert client_ip(RequestFactory().get("/", REMOTE_ADDR="")) == ""

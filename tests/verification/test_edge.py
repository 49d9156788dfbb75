"""Only a proxy that the settings trust may tell of the connection; anybody else's word for it is not heard."""

from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from risk.registration import EdgeReport
from verification.edge import edge_report

TOLD = {
    "X-Edge-JA4": "t13d1517h2_8daaf6152771_33f857a189cb",
    "X-Edge-Headers": "Host, User-Agent,Accept,,",
    "X-Edge-TCP-RTT": "21.5",
    "X-Edge-TLS-RTT": "80",
}
THROUGH = {"X-Forwarded-For": "203.0.113.7"}
HEARD = EdgeReport("t13d1517h2_8daaf6152771_33f857a189cb", ("Host", "User-Agent", "Accept"), 21.5, 80.0)


def told(**headers: str) -> EdgeReport | None:
    return edge_report(RequestFactory().post("/v1/devices", headers=headers))


@pytest.fixture(autouse=True)
def proxied(settings: Settings) -> None:
    """One proxy in front, which sets the headers."""
    settings.EDGE_HEADERS, settings.TRUSTED_PROXIES = True, 1


def test_the_proxy_in_front_is_heard() -> None:
    assert told(**TOLD, **THROUGH) == HEARD


def test_nobody_is_heard_unless_the_settings_say_that_the_proxy_sets_these_headers(settings: Settings) -> None:
    settings.EDGE_HEADERS = False
    assert told(**TOLD, **THROUGH) is None


def test_nobody_is_heard_where_no_proxy_is_trusted(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0
    assert told(**TOLD, **THROUGH) is None


def test_a_call_that_came_around_the_proxy_is_not_heard(settings: Settings) -> None:
    assert told(**TOLD) is None
    settings.TRUSTED_PROXIES = 2
    assert told(**TOLD, **THROUGH) is None


@pytest.mark.parametrize("nothing", [{}, {"X-Edge-JA4": ""}, {"X-Edge-TCP-RTT": "-"}, {"X-Edge-Headers": " , "}])
def test_a_proxy_that_tells_nothing_has_told_nothing(nothing: dict[str, Any]) -> None:
    assert told(**nothing, **THROUGH) is None


@pytest.mark.parametrize("time", ["-1", "1e9", "nan", "99999999", "1.", "\u0661", "1" * 5000])
def test_a_time_that_is_no_plain_number_is_not_taken(time: str) -> None:
    assert told(**{"X-Edge-TCP-RTT": time}, **THROUGH) is None


def test_what_is_taken_is_bounded() -> None:
    heard = told(**{"X-Edge-JA4": "x" * 5000, "X-Edge-Headers": ",".join(["x" * 500] * 500)}, **THROUGH)
    assert heard
    assert heard.ja4 == "x" * 64
    assert heard.header_order == ("x" * 64,) * 128

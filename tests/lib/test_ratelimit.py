"""Limits hold for each caller, are told in the headers, and hold on when Valkey is away."""

import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import override_settings
from rest_framework.test import APIClient

from config.lib import ratelimit
from tests.lib.conftest import caller, publishable_key, secret_key

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]

LIMITS = {"secret": "5/minute", "publishable": "6/minute", "publishable_address": "3/minute", "anonymous": "4/minute"}


@pytest.fixture(autouse=True)
def within_a_minute() -> None:
    """Windows slide from minute to minute, and at the turn one call more is let through: no test begins just before."""
    left = 60 - time.time() % 60
    if left < 5:
        time.sleep(left)


@pytest.fixture(autouse=True)
def _limits() -> Iterator[None]:
    with override_settings(API_LIMITS=LIMITS, TRUSTED_PROXIES=1):
        yield


def write(client: APIClient, **headers: str) -> Any:
    return client.post("/v1/notes", {"text": "hello"}, format="json", headers=headers)


def send(client: APIClient, address: str) -> Any:
    return client.post("/v1/pages", {}, format="json", headers={"X-Forwarded-For": address})


def statuses(answers: list[Any]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_a_key_may_call_as_often_as_the_table_says_and_then_is_told_when_to_come_back(shop: APIClient) -> None:
    answers = [write(shop) for _ in range(6)]
    assert statuses(answers) == [201] * 5 + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert answers[-1].json()["violated_policies"] == ["secret"]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_every_answer_tells_the_policy_and_what_is_left(shop: APIClient) -> None:
    answers = [write(shop) for _ in range(6)]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"secret";q=5;w=60'}
    left = [re.fullmatch(r'"secret";r=(\d);t=(\d+)', answer.headers["RateLimit"]) for answer in answers]
    assert [found[1] for found in left if found] == ["4", "3", "2", "1", "0", "0"]
    assert all(1 <= int(found[2]) <= 60 for found in left if found)
    last = left[-1]
    assert last is not None
    assert answers[-1].headers["Retry-After"] == last[2]


def test_refusals_have_the_headers_and_count_too(page: APIClient, stranger: APIClient) -> None:
    assert write(stranger).headers["RateLimit"].startswith('"anonymous";r=3;')
    stranger.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert write(stranger).headers["RateLimit"].startswith('"anonymous";r=2;')
    forbidden = caller(secret_key("tiers:read"))
    assert statuses([write(forbidden) for _ in range(6)]) == [403] * 5 + [429]
    assert statuses([write(page) for _ in range(4)]) == [403] * 3 + [429]


def test_guessing_keys_ends_in_a_429(stranger: APIClient) -> None:
    stranger.credentials(HTTP_AUTHORIZATION="Bearer gh_sk_live_aaaaaaaaaaaa_" + "A" * 43)
    assert statuses([write(stranger) for _ in range(5)]) == [401] * 4 + [429]


def test_each_secret_key_has_its_own_limit(shop: APIClient) -> None:
    assert statuses([write(shop) for _ in range(6)])[-1] == 429
    assert write(caller(secret_key("signups:write"))).status_code == 201


def test_one_visitor_cannot_use_up_the_key_of_a_page(page: APIClient) -> None:
    assert statuses([send(page, "198.51.100.7") for _ in range(50)]) == [200] * 3 + [429] * 47
    assert statuses([send(page, "198.51.100.8") for _ in range(3)]) == [200] * 3
    refused = send(page, "198.51.100.9")
    assert (refused.status_code, refused.json()["violated_policies"]) == (429, ["publishable"])


def test_a_page_s_answer_tells_both_limits(page: APIClient) -> None:
    headers = send(page, "198.51.100.7").headers
    assert headers["RateLimit-Policy"] == '"publishable_address";q=3;w=60, "publishable";q=6;w=60'
    assert re.fullmatch(r'"publishable_address";r=2;t=\d+, "publishable";r=5;t=\d+', headers["RateLimit"])


def test_an_ipv6_visitor_is_one_whatever_the_last_64_bits(page: APIClient) -> None:
    answers = [send(page, f"2001:db8::{number}") for number in range(1, 5)]
    assert statuses(answers) == [200] * 3 + [429]
    assert send(page, "2001:db8:0:1::1").status_code == 200


def test_nobody_gets_a_new_limit_by_writing_another_address_before_his_own(page: APIClient) -> None:
    answers = [send(page, f"192.0.2.{number}, 198.51.100.7") for number in range(4)]
    assert statuses(answers) == [200] * 3 + [429]


def test_processes_count_together(shop: APIClient) -> None:
    for _ in range(5):
        ratelimit.start_anew()
        assert write(shop).status_code == 201
    ratelimit.start_anew()
    assert write(shop).status_code == 429


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def test_without_valkey_each_process_counts_for_itself_and_says_so_once(shop: APIClient) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"), structlog.testing.capture_logs() as lines:
        assert statuses([write(shop) for _ in range(6)]) == [201] * 5 + [429]
        assert write(caller(secret_key("signups:write"))).status_code == 201
    assert [line["event"] for line in lines] == ["limits_counted_in_process"]


def test_a_valkey_that_hangs_holds_nobody_up_for_long(shop: APIClient) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with override_settings(REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0"):
            assert statuses([write(shop) for _ in range(6)]) == [201] * 5 + [429]


def test_valkey_is_asked_again_when_it_is_back(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "LEAVE_ALONE_SECONDS", 0.0)
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        write(shop)
    assert write(shop).headers["RateLimit"].startswith('"secret";r=4;')


def test_every_caller_is_in_the_table_of_the_settings() -> None:
    for token in (None, secret_key(), publishable_key()):
        answer = caller(token).post("/v1/pages", {}, format="json")
        assert "RateLimit" in answer.headers

"""Every address answers under a Content-Security-Policy that lets in nothing inline and nothing made of text."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from pytest_django import Settings

pytestmark = pytest.mark.django_db

SOMETHING = "1"  # in place of whatever an address is about
ADMIN_APP = r"^(?P<app_label>"


def addresses() -> list[str]:
    """An address for each pattern."""
    return sorted({f"/{place}" for place in _below(get_resolver().url_patterns, "")})


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for each in patterns:
        place = prefix + _example(each)
        if isinstance(each, URLResolver):
            yield from _below(each.url_patterns, place)
        else:
            yield place


def _example(pattern: URLPattern | URLResolver) -> str:
    route = str(pattern.pattern)
    if isinstance(pattern.pattern, RegexPattern):
        route = "risk/" if route.startswith(ADMIN_APP) else re.sub(r"\(\?P<\w+>[^)]*\)", SOMETHING, route).strip("^$")
    return re.sub(r"<[^>]+>", SOMETHING, route)


def loose(client: Client) -> list[str]:
    """A line for each address that answers without a policy, or with one that is not strict."""
    policies = {}
    for number, place in enumerate(addresses()):  # from a network each: one alone would be told to wait
        answer = client.get(place, REMOTE_ADDR=f"10.{number // 250}.{number % 250}.1")
        policies[place] = answer.headers.get("Content-Security-Policy", "none")
    return [
        f"{place}: {policy}"
        for place, policy in policies.items()
        if not re.search(r"default-src '(self|none)'", policy) or re.search(r"unsafe-|\s\*", policy)
    ]


@pytest.mark.parametrize("signed_in", [False, True], ids=["anybody", "a superuser"])
def test_every_address_answers_under_a_strict_policy(client: Client, signed_in: bool) -> None:  # noqa: FBT001 - by case
    assert len(addresses()) > 150
    assert {"/console/", "/v1/docs", "/appeal/1/", "/example/", "/console/risk/ring/1/change/"} <= set(addresses())
    if signed_in:
        client.force_login(User.objects.create_superuser("root"))
    client.raise_request_exception = False
    assert loose(client) == []


def test_a_loose_policy_would_be_named(client: Client, settings: Settings) -> None:
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["'self'"], "script-src": ["'unsafe-eval'"]}}
    assert any(line.startswith("/healthz: ") for line in loose(client))

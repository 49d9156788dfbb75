"""A list read page by page gives each row once, whatever comes and goes meanwhile, and takes no cursor but its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from config.lib.crypto import sign
from config.lib.models import ApiKey
from tests.lib.conftest import secret_key

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def seven_keys() -> list[str]:
    """Their ids, the oldest first."""
    for _ in range(7):
        secret_key()
    for number, key in enumerate(ApiKey.objects.order_by("pk")):
        ApiKey.objects.filter(pk=key.pk).update(created_at=NOON + timedelta(microseconds=number))
    return list(ApiKey.objects.order_by("pk").values_list("public_id", flat=True))


def page(client: APIClient, path: str, **query: Any) -> tuple[list[str], str | None]:
    body = client.get(path, query).json()
    return [item["public_id"] for item in body["items"]], body["next"]


def read(client: APIClient, path: str, limit: int) -> list[list[str]]:
    pages, following = [], None
    while True:
        items, following = page(client, path, limit=limit, **({"cursor": following} if following else {}))
        pages.append(items)
        if following is None:
            return pages


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (6, [6, 1]), (7, [7]), (100, [7])])
@pytest.mark.parametrize("path", ["/v1/keys", "/v1/latest"])
def test_pages_give_every_row_once_and_in_order(
    stranger: APIClient, seven_keys: list[str], limit: int, sizes: list[int], path: str
) -> None:
    pages = read(stranger, path, limit)
    assert [len(items) for items in pages] == sizes
    assert [item for items in pages for item in items] == (seven_keys if path == "/v1/keys" else seven_keys[::-1])


def test_an_empty_list_is_one_empty_page(stranger: APIClient) -> None:
    assert page(stranger, "/v1/keys") == ([], None)


def test_rows_that_come_or_go_meanwhile_shift_nothing(stranger: APIClient, seven_keys: list[str]) -> None:
    first, following = page(stranger, "/v1/latest", limit=3)
    secret_key()
    ApiKey.objects.filter(public_id__in=first).delete()
    assert following is not None
    rest, _ = page(stranger, "/v1/latest", cursor=following)
    assert rest == seven_keys[::-1][3:]


def test_a_page_costs_one_query(
    stranger: APIClient, seven_keys: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, following = page(stranger, "/v1/keys", limit=2)
    for query in ({"limit": 2}, {"limit": 5, "cursor": following}):
        with django_assert_num_queries(1):
            page(stranger, "/v1/keys", **query)


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e2", "ten", "", "²", "0x10", "9" * 5000])
def test_a_limit_out_of_bounds_is_told(stranger: APIClient, limit: str) -> None:
    response = stranger.get("/v1/keys", {"limit": limit})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "limit")


def test_a_cursor_that_was_not_given_out_is_told(stranger: APIClient, seven_keys: list[str]) -> None:
    _, following = page(stranger, "/v1/keys", limit=2)
    assert following is not None
    forged = sign("another purpose", b'["/v1/keys",1]')
    unreadable = sign("cursor", b"{")
    no_such_value = sign("cursor", b'["/v1/keys","next"]')
    no_time = sign("cursor", b'["/v1/latest",[]]')
    for cursor in ("x", "7", "é", following[:-1], following + "A", forged, unreadable, no_such_value):
        response = stranger.get("/v1/keys", {"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (400, "cursor_malformed")
    assert stranger.get("/v1/latest", {"cursor": no_time}).json()["code"] == "cursor_malformed"


def test_a_cursor_is_of_no_use_for_another_list(stranger: APIClient, seven_keys: list[str]) -> None:
    _, following = page(stranger, "/v1/keys", limit=2)
    assert following is not None
    assert stranger.get("/v1/latest", {"cursor": following}).json()["code"] == "cursor_malformed"

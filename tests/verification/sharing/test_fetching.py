"""A partner's collection is read page by page, only where we may go, only TAXII, and only so much."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from pytest_django import Settings

from tests.flows.test_taxii import collection, page
from tests.verification.sharing.test_bundles import INDICATOR
from verification.sharing import fetching
from verification.sharing.fetching import FetchRefused, Page, Reader

Answer = tuple[int, Mapping[str, str], bytes]


@pytest.fixture(autouse=True)
def loopback(settings: Settings) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)


def read(url: str, *, token: str | None = None, added_after: str = "", following: str = "") -> Page:
    return Reader.of(url, token).page(added_after=added_after, following=following)


def test_a_page_is_what_it_holds_and_when_its_last_object_was_added() -> None:
    moment = "2026-11-30T00:00:00.000000Z"
    with collection((200, {"X-TAXII-Date-Added-Last": moment}, page(INDICATOR))) as (url, asked):
        got = read(url, added_after="2026-11-01T00:00:00Z", following="two words")
    assert (got.body, got.added_last) == (page(INDICATOR), moment)
    (said,) = asked
    assert "/objects/?added_after=2026-11-01T00%3A00%3A00Z&next=two+words&limit=1000" in said


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param((302, {"Location": "http://169.254.169.254/"}, b""), "it answered 302", id="a redirect"),
        pytest.param((500, {}, b""), "it answered 500", id="a fault"),
        pytest.param((200, {"Content-Type": "text/html"}, b"<p>"), "not TAXII", id="a page of theirs"),
    ],
)
def test_another_answer_is_refused_without_its_words(answer: Answer, why: str) -> None:
    with collection((answer[0], dict(answer[1]), answer[2])) as (url, asked), pytest.raises(FetchRefused, match=why):
        read(url)
    assert len(asked) == 1


def test_a_page_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BYTES_MOST", 1_000)
    with collection((200, {}, b" " * 200_000)) as (url, _), pytest.raises(FetchRefused, match="more than 1,000 bytes"):
        read(url)


@pytest.mark.parametrize("url", ["http://169.254.169.254/api/", "https://10.0.0.1/", "file:///etc/passwd", "nothing"])
def test_where_we_do_not_go_nobody_is_asked(settings: Settings, url: str) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=False)
    with pytest.raises(FetchRefused, match="where we do not go"):
        read(url)


def test_nobody_there_is_told_without_an_address() -> None:
    with pytest.raises(FetchRefused, match="nobody answered as they should") as refused:
        read("http://127.0.0.1:1/collection/")
    assert "127.0.0.1" not in str(refused.value)

"""Gateways report use: each window is kept once, whatever comes with it, late or out of order."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import UsageWindow
from risk.usage import partitions
from tests.cast import alice, window
from tests.conftest import client_with, post
from tiers.models import Account
from verification.exposure import took

HOUR = datetime(2026, 8, 3, 10, tzinfo=UTC)


@pytest.fixture
def gateway(shop: APIClient, client_of: Any) -> APIClient:
    """A gateway of the shop, whose Alice has signed up."""
    assert post(shop, "/v1/signups", alice()).status_code == 201
    client: APIClient = client_of("usage:write")
    return client


def report(gateway: APIClient, *windows: Any) -> Any:
    answer = post(gateway, "/v1/usage", list(windows))
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_window_is_kept_with_nothing_that_leads_back_to_an_address(gateway: APIClient) -> None:
    assert report(gateway, window()) == {"stored": 1, "known": 0, "refused": [], "warnings": []}
    kept = UsageWindow.objects.get()
    account = Account.objects.get()
    assert (kept.subject, kept.start, kept.requests) == (account.pk, HOUR, 41)
    assert (kept.input_tokens, kept.output_tokens) == (37959, 76535)
    assert kept.sketches == [0x4DAF63A3B36F595A, -1]  # signed, as PostgreSQL has them
    assert 0 not in (kept.address, kept.network, kept.client)
    assert "8.218.53" not in json.dumps([str(value) for value in UsageWindow.objects.values_list().get()])


def test_the_same_window_sent_twice_counts_once_and_another_address_or_client_is_another(gateway: APIClient) -> None:
    assert report(gateway, window(), window())["known"] == 1
    others = [window(ip="8.218.53.55"), window(client="curl/8"), window(window_start="2026-08-03T11:00:00Z")]
    assert report(gateway, window(requests=99), *others)["stored"] == 3
    account = Account.objects.get()
    assert took([account.pk], at=timezone.now()) == {account.pk: 4 * 41}
    assert took([account.pk], at=HOUR + timedelta(minutes=1)) == {account.pk: 3 * 41}


def test_an_address_in_another_spelling_is_the_same(gateway: APIClient) -> None:
    assert report(gateway, window(), window(ip="::ffff:8.218.53.54"))["known"] == 1


def test_late_windows_come_to_lie_in_weeks_of_their_own(gateway: APIClient) -> None:
    late = [window(window_start=f"202{year}-02-01T00:00:00+14:00") for year in range(6)]
    assert report(gateway, *reversed(late))["stored"] == 6
    assert len(partitions.weeks()) == 6
    assert UsageWindow.objects.count() == 6


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account_id": "acct_stranger"}, "account_id: there is no such account; take its signup in first"),
        ({"account_id": "acct_\0"}, "account_id: NUL and halves of surrogate pairs are no text"),
        ({"account_id": "acct_\ud800"}, "account_id: NUL and halves of surrogate pairs"),
        ({"input_tokens": "\ud800"}, "half a surrogate pair is no text"),
        ({"client": "sdk\0"}, "client: NUL and halves of surrogate pairs"),
        ({"client": "\udfff"}, "client: NUL and halves of surrogate pairs"),
        ({"ip": "8.8.8.8\ud800"}, "ip: NUL and halves of surrogate pairs"),
        ({"account_id": 7}, "account_id: expected `str`, got `int`"),
        ({"window_start": "2026-08-03T10:00:00"}, "window_start: expected `datetime` with a timezone component"),
        ({"window_start": "2001-01-01T00:00:00Z"}, "window_start: lies before 2015"),
        ({"window_start": "2999-01-01T00:00:00Z"}, "window_start: lies in the future"),
        ({"requests": -1}, "requests: expected `int` >= 0"),
        ({"requests": 2**31}, "requests: expected `int` <= 2147483647"),
        ({"input_tokens": 2**60}, "input_tokens: expected `int` <= 9007199254740992"),
        ({"ip": "8.218.53"}, "ip: not an address"),
        ({"prompt_sketches": ["xyz"]}, "prompt_sketches[0]: expected `str` matching regex"),
        ({"prompt_sketches": ["0" * 16] * 9}, "prompt_sketches: expected `array` of length <= 8"),
    ],
)
def test_what_cannot_be_kept_says_why_and_the_rest_is_kept(
    gateway: APIClient, changes: dict[str, Any], reason: str
) -> None:
    told = report(gateway, window(**changes), window())
    assert (told["stored"], [each["index"] for each in told["refused"]]) == (1, [0])
    assert told["refused"][0]["detail"].startswith(reason)


@pytest.mark.parametrize("sent", [{}, [], [window()] * 1001, "windows"], ids=["object", "none", "too many", "text"])
def test_a_body_that_is_no_array_of_windows_is_an_error(gateway: APIClient, sent: Any) -> None:
    answer = post(gateway, "/v1/usage", sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_window_that_is_no_object_or_lacks_a_part_is_refused_alone(gateway: APIClient) -> None:
    told = report(gateway, 7, {"account_id": "acct_alice"}, window())
    assert told["stored"] == 1
    assert [each["detail"] for each in told["refused"]] == [
        "expected `object`, got `int`",
        "object missing required field `window_start`",
    ]


def test_what_a_gateway_does_not_know_may_be_left_out(gateway: APIClient) -> None:
    bare = {"account_id": "acct_alice", "window_start": "2026-08-03T10:00:00Z", "requests": 3}
    assert report(gateway, bare)["stored"] == 1
    kept = UsageWindow.objects.get()
    assert (kept.address, kept.network, kept.client, kept.sketches) == (0, 0, 0, [])


def test_a_private_address_tells_windows_apart_and_is_nobodys_network(gateway: APIClient) -> None:
    assert report(gateway, window(ip="10.0.0.1"), window(ip="10.0.0.2"))["stored"] == 2
    assert set(UsageWindow.objects.values_list("network", flat=True)) == {0}


def test_a_full_call_of_the_longest_windows_is_taken(gateway: APIClient) -> None:
    long = {"client": "c" * 200, "prompt_sketches": [f"{number:016x}" for number in range(8)]}
    hours = [(HOUR + timedelta(hours=number)).isoformat() for number in range(1000)]
    assert report(gateway, *(window(window_start=hour, **long) for hour in hours))["stored"] == 1000
    keyed = {"HTTP_IDEMPOTENCY_KEY": "0a1b2c3d-usage-of-an-hour"}
    body = [window(window_start=hour, **long) for hour in hours]
    assert post(gateway, "/v1/usage", body, **keyed).json()["known"] == 1000


def test_an_unknown_field_is_warned_of(gateway: APIClient) -> None:
    assert report(gateway, window(model="large"))["warnings"] == ["unknown field: model"]


def test_a_test_key_reports_of_test_accounts_only(gateway: APIClient) -> None:
    tester = client_with(issue(KeyOrder(KeyKind.SECRET, ("usage:write",), "shop", "tests", mode=Mode.TEST))[1])
    assert report(tester, window())["refused"][0]["detail"].startswith("account_id: there is no such account")


def test_the_scope_is_asked_for(client_of: Any) -> None:
    assert post(client_of("signups:write"), "/v1/usage", [window()]).status_code == 403


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A file of usage windows."""

    def write(*lines: Any) -> Path:
        file = tmp_path / "usage.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
        return file

    return write


def test_a_file_is_taken_in_once_and_its_bad_lines_are_told(
    gateway: APIClient, written: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(window(), "{", window(account_id="nobody"), window(client="curl/8"), window())
    for stored in (2, 0):
        with pytest.raises(CommandError, match="2 lines could not be taken"):
            call_command("import_usage", str(file))
        kept = next(line for line in capsys.readouterr().out.splitlines() if " kept " in line)
        assert str(stored) in kept
    rejects = [json.loads(line) for line in Path(f"{file}.rejects.jsonl").read_text().splitlines()]
    assert [each["line"] for each in rejects] == [2, 3]
    assert UsageWindow.objects.count() == 2


def test_weeks_that_are_older_than_is_kept_are_dropped_whole(gateway: APIClient) -> None:
    report(gateway, window(), window(window_start="2026-01-05T00:00:00Z"), window(window_start="2026-01-11T23:00:00Z"))
    assert partitions.drop(before=datetime(2026, 1, 11, 23, tzinfo=UTC)) == 0
    assert partitions.drop(before=datetime(2026, 1, 12, tzinfo=UTC)) == 1
    assert UsageWindow.objects.get().start == HOUR
    assert report(gateway, window(window_start="2026-01-05T00:00:00Z"))["stored"] == 1

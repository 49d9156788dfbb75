"""What stands around an account: devices, who shared what, use, and what happened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.conftest import post
from tests.verification.console.desk import page, signed_up, text
from verification.console.surroundings import LINKED_SQL, NAMED, TELLING, USED_SQL, surroundings


def test_who_showed_the_same_is_linked_with_how_telling_that_is(shop: APIClient, desk: Client) -> None:
    first = signed_up(shop)
    others = [signed_up(shop, account_id=f"acct_{number}", email=f"p{number}@example.org") for number in range(7)]
    around = surroundings(first.account, at=timezone.now())
    by = {link.what: link for link in around.linked}
    assert by["phone number"].number == "7"
    assert len(by["phone number"].who) == NAMED
    assert by["phone number"].who[0].account == others[-1].account
    assert "mailbox" not in by
    seen = text(desk.get(page(first)))
    assert f'href="{page(others[-1])}">acct_6</a>' in seen
    assert "Nobody else" not in seen


def test_use_is_drawn_by_day_and_told_in_numbers(
    shop: APIClient, desk: Client, client_of: Callable[..., APIClient]
) -> None:
    signup, hour = signed_up(shop), timezone.now().replace(minute=0, second=0, microsecond=0)
    windows = [
        {
            "account_id": "acct_alice",
            "window_start": (hour - timedelta(days=day)).isoformat(),
            "requests": 10 * (day + 1),
            "input_tokens": 100,
            "output_tokens": 50,
            "ip": "72.224.214.33",
        }
        for day in range(1, 4)
    ]
    assert "No gateway has reported any" in text(desk.get(page(signup)))
    assert post(client_of("usage:write"), "/v1/usage", windows).json()["stored"] == 3
    around = surroundings(signup.account, at=timezone.now())
    assert [day.requests for day in around.used] == [40, 30, 20]
    assert [part.height for part in around.used_chart] == ["100.00", "75.00", "50.00"]
    assert "40 requests" in text(desk.get(page(signup)))


def test_the_timeline_tells_what_happened_the_newest_first(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    post(shop, "/v1/accounts/acct_alice/reports", {"kind": "abuse", "reference": "ticket-1"})
    types = [event.type for event in surroundings(signup.account, at=timezone.now()).timeline]
    assert types[-1] == "signup.decided" or types[-1] == "lookups.requested"
    assert types.index("account.reported") < types.index("signup.decided")
    assert "account.reported" in text(desk.get(page(signup)))


def test_what_is_read_of_others_goes_by_indexes(shop: APIClient) -> None:
    signup = signed_up(shop)
    asked: dict[str, Any] = {"subject": signup.account_id, "kinds": list(map(int, TELLING)), "counted": 200, "named": 5}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {LINKED_SQL}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(f"EXPLAIN {USED_SQL}", [signup.account_id, timezone.now()])
        used = "\n".join(line for (line,) in cursor.fetchall())
    assert "identifiers_by_value" in plan
    assert "Seq Scan on risk_identifier" not in plan
    assert "Seq Scan on risk_usagewindow" not in used

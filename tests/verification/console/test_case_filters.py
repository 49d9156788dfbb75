"""What the queue can be narrowed by."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.conftest import post
from tests.verification.console.desk import QUEUE, say, shown, signed_up
from verification.models import Case

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("clock=overdue", ["acct_late"]),
        ("clock=soon", ["acct_soon"]),
        ("claimed=mine", ["acct_mine"]),
        ("claimed=others", []),
        ("claimed=free", ["acct_appeal", "acct_late", "acct_soon"]),
        ("kind=appeal", ["acct_appeal"]),
        ("outcome=allow", []),
        ("outcome=nonsense", ["acct_appeal", "acct_late", "acct_mine", "acct_soon"]),
    ],
)
def test_each_filter_finds_its_cases(shop: APIClient, desk: Client, query: str, found: list[str]) -> None:
    now = timezone.now()
    for name in ("late", "soon", "mine"):
        say(desk, signed_up(shop, account_id=f"acct_{name}"), "hold")
    say(desk, signed_up(shop, account_id="acct_appeal"), "deny")
    post(shop, "/v1/accounts/acct_appeal/appeals", {})
    Case.objects.filter(account__account_id="acct_late").update(due_at=now - HOUR)
    Case.objects.filter(account__account_id="acct_soon").update(due_at=now + HOUR)
    desk.post(f"{QUEUE}{Case.objects.get(account__account_id='acct_mine').pk}/claim/")
    assert sorted(shown(desk.get(f"{QUEUE}?{query}"))) == found

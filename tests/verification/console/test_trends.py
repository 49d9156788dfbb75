"""How the last days went: charts, each with its rows."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Ring
from tests.cast import bob
from tests.conftest import post
from tests.operator import ring_of
from tests.verification.console.desk import LIST, say, shown, signed_up, text
from tiers.models import Account
from verification import containment
from verification.console.trends import CHARTS, MESSAGES_SQL, chart_of, trends
from verification.containment import apply
from verification.friction.watching import watch
from verification.models import Check, Message

TODAY = -1


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


def rows(name: str) -> list[Any]:
    chart = chart_of(name, timezone.now(), days=14)
    assert chart is not None
    return list(chart.rows)


def test_signups_are_counted_by_what_was_decided_first_and_lead_to_their_rows(shop: APIClient, desk: Client) -> None:
    signed_up(shop)
    post(shop, "/v1/signups", bob())
    for minutes in range(0, 6, 2):
        watch(timezone.now() + timedelta(minutes=minutes))
    assert rows("signups")[TODAY][1:] == (1, 0, 0, 1)
    page = text(desk.get("/console/"))
    today = timezone.now().date()
    assert f"?day={today}&amp;outcome=deny" in page
    assert shown(desk.get(f"{LIST}?day={today}&outcome=deny")) == ["acct_bob"]
    assert shown(desk.get(f"{LIST}?day=2020-01-01")) == []
    assert len(shown(desk.get(f"{LIST}?day=nonsense"))) == 2


def test_every_chart_has_rows_and_is_exported(shop: APIClient, desk: Client, victor: Client) -> None:
    signed_up(shop)
    for chart in trends(timezone.now(), days=14):
        answer = victor.get(f"/console/verification/frictiontally/trends/{chart.name}.csv?days=14")
        assert answer["Content-Type"].startswith("text/csv")
        read = list(csv.reader(io.StringIO(text(answer))))
        assert tuple(read[0]) == tuple(chart.header)
        assert len(read) == len(chart.rows) + 1
    assert desk.get("/console/verification/frictiontally/trends/nothing.csv").status_code == 404
    assert {chart.name for chart in trends(timezone.now(), days=30)} == set(CHARTS)


def test_rings_are_counted_with_how_soon_they_were_held_and_what_that_saved(shop: APIClient) -> None:
    for number in range(2):
        signed_up(shop, account_id=f"acct_{number}", email=f"p{number}@corp{number}.example", phone=None, device=None)
    now = timezone.now()
    ring = ring_of(list(Account.objects.order_by("pk")), found_at=now - timedelta(minutes=30), changed_at=now)
    containment.contain(ring.pk, now)
    apply(ring.pk, now)
    Ring.objects.update(contained_at=now)
    assert rows("rings")[TODAY][1:] == (1, 2)
    assert rows("containment")[TODAY][1] == pytest.approx(30, abs=0.2)
    later = chart_of("saved", now + timedelta(days=1), days=14)
    assert later is not None
    day, saved, members = next(row for row in later.rows if row[2])
    assert (day, members) == (now.date(), 2)
    assert saved > 1_000  # two accounts on trial, in a day


def test_codes_to_phones_are_told_in_money(shop: APIClient) -> None:
    signup, now = signed_up(shop), timezone.now()
    check = Check.objects.create(signup=signup, kind="phone", status="sent", requested_at=now)
    Message.objects.create(check_asked=check, at=now, application="shop", prefix="+1415", proven=False, entered_at=now)
    _, sent, entered, dollars = rows("messages")[TODAY]
    assert (sent, entered) == (1, 1)
    assert dollars > 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {MESSAGES_SQL}", {"since": now})
        assert "Seq Scan" not in "\n".join(line for (line,) in cursor.fetchall())


def test_cases_are_told_with_what_is_left_of_them(shop: APIClient, desk: Client, nora: User) -> None:
    first, second = (signed_up(shop, account_id=f"acct_{number}") for number in range(2))
    for signup in (first, second):
        say(desk, signup, "hold")
    say(desk, first, "approve")
    _, opened, waiting, in_time, _ = rows("cases")[TODAY]
    assert (opened, waiting, in_time) == (2, 1, 1)
    assert "100 % within their clock" in text(desk.get("/console/"))


def test_the_page_counts_once_a_minute(desk: Client, shop: APIClient) -> None:
    desk.get("/console/")
    signed_up(shop)
    watch(timezone.now())
    assert "0 in 14 days" in text(desk.get("/console/"))

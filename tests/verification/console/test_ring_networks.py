"""Where the members of a ring come from: networks by countries, each number with the members behind it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Ring
from tests.conftest import post
from tests.operator import accounts_of, ring_of
from tests.verification.console.desk import signed_up, text
from verification.console import ring_networks
from verification.console.ring_networks import CALLED_SQL, SIGNED_UP_SQL, Via, chosen_of, members_from, networks
from verification.console.rings import page_of

CHARTER, ELSEWHERE = "72.224.214.33", "52.18.7.9"  # a home's in the US, and a host's in Ireland


@pytest.fixture
def ring(shop: APIClient, client_of: Callable[..., APIClient]) -> Ring:
    """Three who signed up at home, one who did at a host; two of the three call from that host."""
    signups = [
        signed_up(shop, account_id=f"acct_{place}", email=f"p{place}@example.org", phone=None, ip=ip)
        for place, ip in enumerate((CHARTER, CHARTER, CHARTER, ELSEWHERE))
    ]
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    windows = [
        {"account_id": f"acct_{place}", "window_start": (hour - timedelta(days=day)).isoformat(), "requests": 5}
        | {"input_tokens": 100, "output_tokens": 50, "ip": ELSEWHERE}
        for place in (0, 1)
        for day in (1, 2)
    ]
    windows.append({**windows[0], "account_id": "acct_2", "window_start": (hour - timedelta(days=40)).isoformat()})
    assert post(client_of("usage:write"), "/v1/usage", windows).json()["stored"] == 5
    return ring_of([signup.account for signup in signups])


def cells(ring: Ring) -> dict[tuple[str, str], tuple[int, int]]:
    """Signed up and called, by network and country, where somebody did."""
    found = networks(ring.pk, now=timezone.now())
    return {
        (line.name.partition(" ")[0], cell.country): (cell.signed_up, cell.called)
        for line in found.lines
        for cell in line.cells
        if cell.signed_up or cell.called
    }


def test_networks_are_told_by_country_with_how_many_signed_up_and_called_from_there(ring: Ring, desk: Client) -> None:
    assert cells(ring) == {("AS11351", "US"): (3, 0), ("AS16509", "IE"): (1, 2)}
    first, second = networks(ring.pk, now=timezone.now()).lines
    assert (first.kind, second.kind) == ("home", "hosting")
    drawn = {cell.country: cell for cell in second.cells}["IE"]
    assert (drawn.signed_up_percent, drawn.called_percent) == ("33.3", "66.7")
    said = text(desk.get(page_of(ring.pk)))
    assert '<span class="gh-unseen">called: </span>2</a>' in said


def test_each_number_leads_to_its_members_and_no_others(ring: Ring, desk: Client) -> None:
    said = text(desk.get(f"{page_of(ring.pk)}?from=16509-IE&via=called"))
    assert "Only those who called from AS16509, IE" in said
    assert [f">acct_{place}</a>" in said for place in range(4)] == [True, True, False, False]
    chosen = chosen_of("11351-US", "signed_up")
    assert chosen is not None
    assert len(members_from(ring.pk, chosen, now=timezone.now())) == 3


@pytest.mark.parametrize("asked", ["", "US", "1-us", "x-US", "²-US", "1-US'", "99999999999-US"])
def test_what_is_no_number_of_the_map_chooses_nothing(ring: Ring, desk: Client, asked: str) -> None:
    assert chosen_of(asked, Via.CALLED) is None
    assert chosen_of("1-US", "both") is None
    assert "Only those who" not in text(desk.get(page_of(ring.pk), {"from": asked, "via": "called"}))


def test_what_is_too_much_to_show_is_added_up_and_nobody_is_lost(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring_networks, "NETWORKS", 1)
    monkeypatch.setattr(ring_networks, "COUNTRIES", 1)
    assert cells(ring) == {("AS11351", "others"): (3, 0), ("others", "IE"): (1, 2)}


def test_of_a_ring_whose_networks_nobody_knows_that_is_said(db: None, desk: Client) -> None:
    del db
    assert "no call of theirs is reported" in text(desk.get(page_of(ring_of(accounts_of(2)).pk)))


def test_the_map_is_read_by_indexes(ring: Ring) -> None:
    asked: dict[str, Any] = {"ring": ring.pk, "since": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in (SIGNED_UP_SQL, CALLED_SQL):
            cursor.execute(f"EXPLAIN {sql}", asked)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on risk_assessment" not in plan, plan
            assert "Seq Scan on risk_usagewindow" not in plan, plan

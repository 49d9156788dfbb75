"""The devices of an account on its page: each time that one was seen, from where, and what had drifted."""

from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from risk.models import DeviceChange, Identifier
from tests.cast import alice
from tests.verification.console.desk import page, signed_up, text
from verification.console.sightings import EVER, FIRST_SQL, PER_PAGE, SEEN_SQL, page_asked, part_of, sightings

UPDATED = {**alice()["device"], "canvas": "other", "visitor_id": "v2"}  # any change brings a new visitor id


def others(shop: APIClient, number: int) -> None:
    """So many come with Alice's device."""
    for place in range(number):
        signed_up(shop, account_id=f"acct_{place}", email=f"p{place}@example.org", phone=None)


def test_each_time_that_a_device_was_seen_is_told_with_who_came_and_from_where(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    other = signed_up(shop, account_id="acct_bob", email="bob@example.org", phone=None, ip="198.51.100.7")
    seen = sightings(signup.account)
    assert [(line.own, line.known.account) for line in seen.lines] == [(False, other.account), (True, signup.account)]
    assert seen.lines[1].network.startswith("72..., AS")
    assert seen.lines[1].network.endswith(", US")
    assert seen.lines[0].network == "198..."
    told = text(desk.get(page(signup)))
    assert f'<a class="gh-link" href="{page(other)}">acct_bob</a>' in told
    assert "72.224.214.33" not in told


def test_what_was_otherwise_until_then_is_named(shop: APIClient) -> None:
    signup = signed_up(shop)
    signed_up(shop, account_id="acct_bob", email="bob@example.org", device=UPDATED)
    assert DeviceChange.objects.count() == 1
    assert [line.drifted for line in sightings(signup.account).lines] == [["canvas"], []]
    assert part_of("+canvasGeometry") == "canvas geometry"


def test_many_are_told_page_by_page_and_no_line_twice(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    others(shop, PER_PAGE + 2)
    first, second = sightings(signup.account), sightings(signup.account, page=2)
    assert (first.later, first.earlier, second.later, second.earlier) == (None, 2, 1, None)
    assert [len(first.lines), len(second.lines)] == [PER_PAGE, 3]
    assert len({line.known.account for line in (*first.lines, *second.lines)}) == PER_PAGE + 3
    assert 'href="?seen=2#gh-sightings"' in text(desk.get(page(signup)))
    assert "this account" in text(desk.get(f"{page(signup)}?seen=2"))


def test_what_is_no_page_is_the_first(shop: APIClient, desk: Client) -> None:
    assert [page_asked(asked) for asked in ("", "x", "-1", "²", "7", "1234567")] == [1, 1, 1, 1, 7, 1]
    assert desk.get(f"{page(signed_up(shop))}?seen=99999").status_code == 200


def test_later_ones_are_left_out_where_nothing_later_may_be_told(shop: APIClient) -> None:
    signup = signed_up(shop)
    first = Identifier.objects.filter(subject=signup.account_id).latest("at").at
    others(shop, 2)
    assert [line.own for line in sightings(signup.account, until=first).lines] == [True]


def test_who_came_with_no_device_has_none(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop, device=None)
    assert sightings(signup.account).lines == []
    assert "gh-sightings" not in text(desk.get(page(signup)))


def test_sightings_are_read_by_indexes(shop: APIClient) -> None:
    signup = signed_up(shop)
    asked = {"subject": signup.account_id, "kind": 1, "devices": 20, "most": 16, "limit": 16, "before": 0}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {SEEN_SQL}", {**asked, "until": EVER})
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(f"EXPLAIN {FIRST_SQL}", ["{1}"])
        plan += "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert "identifiers_by_value" in plan
    assert "changes_of_device" in plan

"""Devices on record: one that drifted is the same one, stock phones are not, and no flood makes looking slow."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from config.lib.crypto import settled_hash
from risk import known_devices
from risk.facts import BrowserFacts
from risk.identifiers import IdentifierKind, hashed
from risk.known_devices import Look, Recognition, forget_rare, learn, print_at, recognise, remember
from risk.models import ComponentCount, Device, UncountedDevice
from risk.recognition.blocking import BLOCKS, block_keys
from risk.recognition.matching import Known
from risk.registration import DeviceReport
from tests.risk.recognition.prints import CHROME, DESKTOP, PHONE, SAFARI

pytestmark = pytest.mark.django_db
AUGUST = datetime(2026, 8, 3, tzinfo=UTC)


def look(
    report: DeviceReport = DESKTOP,
    browser: BrowserFacts | None = CHROME,
    *,
    day: float = 0,
    account: str = "a",
    **to: Any,
) -> Look:
    """A look at a device some days after the first of August's Mondays."""
    return Look(print_at(replace(report, **to), browser, {}), AUGUST + timedelta(days=day), account)


def signup(*looks: Look) -> list[Recognition]:
    """What gather and decide do with looks."""
    recognised = [found for found in recognise(looks) if found is not None]
    with transaction.atomic():
        remember(recognised)
    return recognised


def test_a_device_that_drifts_step_by_step_keeps_its_identity() -> None:
    (first,) = signup(look())
    steps: list[dict[str, Any]] = [
        {"canvas": "c2"},
        {"timezone": "Asia/Tokyo"},
        {"fonts": ("New",)},
        {"screen": "9x9x24"},
    ]
    shown: dict[str, Any] = {}
    for day, step in enumerate(steps, 1):
        shown |= step | {"visitor_id": f"v{day}"}
        (again,) = signup(look(day=20 * day, **shown))
        assert (again.match.how, again.identity) == (Known.NEAR, first.identity)
        assert again.since == AUGUST
    assert Device.objects.get().last_seen == AUGUST + timedelta(days=80)


def test_the_first_device_of_a_visitor_id_is_known_by_what_it_was_always_known_by() -> None:
    (first,) = signup(look())
    assert first.identity == hashed(IdentifierKind.DEVICE, "d1")


def test_a_visitor_id_alone_is_exact_and_keeps_what_was_known_of_the_device() -> None:
    (first,) = signup(look())
    (again,) = signup(Look(print_at(DeviceReport(visitor_id="d1"), None, {}), AUGUST + timedelta(days=1), "b"))
    assert (again.match.how, again.identity) == (Known.EXACT, first.identity)
    assert Device.objects.get().components == dict(first.seen.values)


def test_what_shows_nothing_is_no_device() -> None:
    assert recognise([None, Look(print_at(DeviceReport(), CHROME, {}), AUGUST, "a")]) == [None, None]


def test_a_device_without_a_visitor_id_is_known_by_the_rest() -> None:
    (first,) = signup(look(visitor_id=None))
    (again,) = signup(look(visitor_id=None, day=3))
    assert (again.match.how, again.identity) == (Known.EXACT, first.identity)


def test_stock_phones_are_devices_of_their_own_and_the_answer_says_how_common_they_are() -> None:
    phones = [signup(look(PHONE, SAFARI, account=f"a{n}"))[0] for n in range(12)]
    assert len({phone.identity for phone in phones}) == 12
    assert {phone.match.how for phone in phones} == {Known.NEW}
    assert (phones[0].match.common, phones[1].match.common) == (0, 1)
    assert (phones[-1].match.common or 0) >= known_devices.PER_KEY


def test_in_one_batch_earlier_ones_are_on_record_for_later_ones() -> None:
    one, same, drifted, other = signup(
        look(),
        look(day=0.1, account="b"),
        look(day=9, account="c", canvas="c2", visitor_id="v2"),
        look(day=9, account="d", visitor_id="o", canvas="o", webgl_renderer="o", fonts=("O",), screen="1x1x1"),
    )
    assert one.identity == same.identity == drifted.identity != other.identity
    assert [found.match.how for found in (one, same, drifted, other)] == [Known.NEW, Known.EXACT, Known.NEAR, Known.NEW]
    assert Device.objects.count() == 2


def test_a_batch_finds_what_single_looks_find() -> None:
    looks = [
        look(day=n, account=f"a{n}", canvas=f"c{n // 3}", visitor_id=f"v{n // 3}", screen=f"{n // 6}x9x24")
        for n in range(12)
    ]
    together = [found.identity for found in signup(*looks)]
    Device.objects.all().delete()
    assert [signup(single)[0].identity for single in looks] == together


def test_what_arrives_late_does_not_undo_what_is_newer() -> None:
    signup(look(day=30, browser=replace(CHROME, major=150)))
    (late,) = signup(look(day=29, browser=replace(CHROME, major=150), screen="1x1x24", visitor_id="v2"))
    assert late.since
    device = Device.objects.get()
    assert device.visitor == hashed(IdentifierKind.DEVICE, "d1")
    assert (device.first_seen, device.last_seen) == (AUGUST + timedelta(days=29), AUGUST + timedelta(days=30))


def test_an_older_version_of_the_browser_is_another_device_although_the_visitor_id_is_the_same() -> None:
    (first,) = signup(look())
    (other,) = signup(look(day=1, browser=replace(CHROME, major=120), account="b"))
    assert other.identity != first.identity


def test_no_raw_value_is_stored() -> None:
    signup(look())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(device)::text FROM risk_device device")
        stored = cursor.fetchone()[0]
    for raw in ("d1", "c6a624d5", "NVIDIA", "Calibri", "1920x", "New_York", "en-US", "Win32"):
        assert raw not in stored.replace(str(first_id()), "")
    assert json.loads(stored)["components"]["canvas"] == settled_hash("device component", "canvas\nc6a624d5")


def first_id() -> int:
    """The number in the database, which is no hash."""
    return Device.objects.get().pk


def test_a_batch_is_recognised_with_one_query_and_written_with_one() -> None:
    looks = [look(account=f"a{n}", visitor_id=f"v{n}", canvas=f"c{n}") for n in range(50)]
    with CaptureQueriesContext(connection) as queries:
        found = [recognised for recognised in recognise(looks) if recognised is not None]
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        remember(found)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        recognise([Look(print_at(DeviceReport(visitor_id="x"), None, {}), AUGUST, "a")])
    assert len(queries) == 1


def test_a_flood_of_one_print_is_looked_through_no_further_than_a_few_devices() -> None:
    signup(*(look(PHONE, SAFARI, account=f"a{n}", day=n / 1000) for n in range(400)))
    assert Device.objects.count() == 400
    plan = explained(look(PHONE, SAFARI, account="next", day=1))
    assert plan["rows read"] <= (len(BLOCKS) + 1) * known_devices.PER_KEY + 1
    assert not plan["scans"]


def explained(one: Look) -> dict[str, Any]:
    """How PostgreSQL finds the candidates of a look: rows that it read of the devices, and scans of the whole table."""
    keys = [one.seen.visitor, *block_keys(one.seen)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + known_devices.FIND_SQL, [[0], *[[key] for key in keys]])
        nodes = list(walked(cursor.fetchone()[0][0]["Plan"]))
    return {
        "rows read": sum(node["Actual Rows"] for node in nodes if node["Node Type"] == "Limit"),
        "scans": [node for node in nodes if node["Node Type"] == "Seq Scan"],
    }


def walked(node: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's nodes."""
    return [node, *(inner for child in node.get("Plans", []) for inner in walked(child))]


def test_devices_are_counted_once_and_what_is_common_weighs_less() -> None:
    signup(*(look(account=f"a{n}", visitor_id=f"v{n}", canvas=f"c{n}", fonts=(str(n),)) for n in range(40)))
    (before,) = recognise([look(visitor_id="v99", canvas="c99", fonts=("99",))])
    assert (learn(), learn()) == (40, 0)
    assert not UncountedDevice.objects.exists()
    assert ComponentCount.objects.get(key=0).weight == pytest.approx(40 * known_devices._scale(AUGUST))
    (after,) = recognise([look(visitor_id="v99", canvas="c99", fonts=("99",))])
    assert before
    assert after
    assert (after.match.confidence or 0) < (before.match.confidence or 0)


def test_a_device_that_comes_again_is_not_counted_again() -> None:
    signup(look())
    learn()
    signup(look(day=5, canvas="c2", visitor_id="v2"))
    assert learn() == 0


def test_counts_halve_in_half_a_year() -> None:
    later = AUGUST + timedelta(days=known_devices.HALF_LIFE_DAYS)
    assert known_devices._scale(later) == pytest.approx(2 * known_devices._scale(AUGUST))


def test_where_there_are_too_many_counts_what_was_seen_once_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    signup(*(look(account=f"a{n}", visitor_id=f"v{n}", canvas=f"c{n}", fonts=(f"f{n}",)) for n in range(5)))
    learn()
    assert forget_rare(AUGUST) == 0
    monkeypatch.setattr(known_devices, "COUNTS_MOST", 10)
    assert forget_rare(AUGUST) >= 5
    assert ComponentCount.objects.get(key=0).weight > 0


@pytest.mark.django_db(transaction=True)
def test_signups_of_one_new_device_at_once_make_one_device() -> None:
    identities = all_at_once(lambda number: signup(look(account=f"a{number}"))[0].identity, 8)
    assert len(set(identities)) == 1
    assert Device.objects.count() == UncountedDevice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_batches_that_hold_the_same_devices_in_other_orders_do_not_wait_for_each_other_crosswise() -> None:
    def batch(number: int) -> int:
        places = range(20) if number % 2 else range(19, -1, -1)
        looks = [look(account=f"{number} {n}", visitor_id=f"v{n}", canvas=f"c{n}", fonts=(f"f{n}",)) for n in places]
        return len(signup(*looks))

    assert all_at_once(batch, 6) == [20] * 6
    assert Device.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_counters_at_once_count_each_device_once() -> None:
    signup(*(look(account=f"a{n}", visitor_id=f"v{n}", canvas=f"c{n}", fonts=(f"f{n}",)) for n in range(60)))
    assert sum(all_at_once(lambda _: learn(), 4)) == 60


def all_at_once(work: Callable[[int], int], times: int) -> list[int]:
    """The same work in threads, each with a connection of its own."""

    def alone(number: int) -> int:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))

"""Copies of one process: as fresh as they were read, few enough, and never higher than what was read last."""

import math
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.database import database
from config.lib.valkey import packed
from risk.policies import store
from tests.cast import alice
from tests.conftest import post
from tiers import copies, readings, shared
from tiers.copies import AHEAD_SECONDS, Copies, Copy, copies_of
from tiers.finding import Found
from tiers.lookup import Basis
from tiers.models import Account
from tiers.readings import Reading
from tiers.shared import FRESH_SECONDS


@pytest.fixture
def live(shop: APIClient) -> Copies:
    post(shop, "/v1/signups", alice())
    return copies_of(test=False)


def queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def tier_of(copy: Copy) -> tuple[str, Basis] | None:
    return (copy.answer.tier, copy.answer.basis) if copy.answer else None


def demote() -> None:
    """Another process decides anew."""
    Account.objects.update(tier="blocked", version=2)


@pytest.fixture
def no_database() -> Iterator[None]:
    """PostgreSQL was found away just now, and is left alone. The tests of flows stop a real one."""
    store.active()
    database.away_until = math.inf
    yield
    database.away_until = 0.0


def aged(seconds: float) -> None:
    """Make what Valkey has so much older, as if the time had passed."""
    reading = shared.fetch(["acct_alice"], test=False)
    older = msgspec.structs.replace(reading.readings["acct_alice"], read_ms=reading.at_ms - round(seconds * 1000))
    key = f"{shared.NAMESPACE}live:acct_alice"
    shared.valkey.ask(packed(("SET", key, msgspec.json.encode(older))))


def test_a_copy_is_asked_for_once_and_then_given(live: Copies) -> None:
    live.of("acct_alice")
    with queries() as asked:
        assert {tier_of(live.of("acct_alice")) for _ in range(100)} == {("trial", Basis.CURRENT)}
    assert len(asked) == 0


def test_another_process_reads_it_from_valkey_and_its_time_does_not_begin_anew(live: Copies) -> None:
    until = live.of("acct_alice").until
    time.sleep(0.3)
    with queries() as asked:
        other = Copies(test=False).of("acct_alice")
    assert len(asked) == 0
    assert abs(other.until - until) < 0.1


def test_many_are_found_with_one_query_however_many(live: Copies) -> None:
    store.active()
    names = [f"acct_{number}" for number in range(500)]
    with queries() as asked:
        found = live.of_all([*names, "acct_alice"])
    assert len(asked) == 1
    assert [name for name, copy in found.items() if copy.answer] == ["acct_alice"]


def test_a_change_is_followed_when_the_time_is_over_and_by_who_asks_the_database_itself_at_once(
    live: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tier_of(live.of("acct_alice")) == ("trial", Basis.CURRENT)
    demote()
    anew = Copies(test=False).renewed(["acct_alice"], anew=True)
    assert tier_of(anew["acct_alice"]) == ("blocked", Basis.CURRENT)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + FRESH_SECONDS)
    assert tier_of(live.of("acct_alice")) == ("blocked", Basis.CURRENT)


def test_limits_follow_another_policy(live: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    before = live.of("acct_alice").answer
    document = store.read(store.DEFAULT)
    document["ladder"] = [{**rung, "limits": {"requests_per_minute": 1}} for rung in document["ladder"]]
    store.publish(document)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + FRESH_SECONDS)
    after = live.of("acct_alice").answer
    assert before is not None
    assert after is not None
    assert after.limits == {"requests_per_minute": 1}
    assert (after.version, after.etag != before.etag) == (before.version, True)


def test_a_copy_counts_no_longer_than_the_policy_it_is_under(live: Copies) -> None:
    store.active()
    time.sleep(0.3)
    copy, read_at = live.of("acct_alice"), store.in_force().read_at
    assert copy.until > read_at + FRESH_SECONDS, "its reading is later than the policy's"
    assert (copy.counts(read_at + FRESH_SECONDS - 0.1), copy.counts(read_at + FRESH_SECONDS)) == (True, False)
    assert copy.max_age(read_at + FRESH_SECONDS - 1.5) == 1


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let so much time pass; the policy is read anew."""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + seconds)
    store.active()


def test_a_copy_that_is_nearly_over_is_renewed_by_a_call_and_the_next_calls_do_not_wait(
    live: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("acct_alice", "nobody", "other"):
        live.of(name)
        live.of(name)
    demote()
    aged(FRESH_SECONDS - AHEAD_SECONDS + 0.2)
    later(monkeypatch, FRESH_SECONDS - AHEAD_SECONDS + 0.2)
    with queries() as waited:
        assert tier_of(live.of("acct_alice")) == ("blocked", Basis.CURRENT), "1.3 s before it had to be"
    with queries() as spared:
        for name in ("acct_alice", "nobody", "other", "acct_alice"):
            live.of(name)
    assert (len(waited), len(spared)) == (1, 0)
    assert not live.resting


def test_copies_that_are_asked_for_are_renewed_together_and_others_rest(
    live: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"acct_{number}" for number in range(50)]
    for name in names:
        live.of(name)
    for name in names[:40]:
        live.of(name)
    later(monkeypatch, FRESH_SECONDS)
    shared.valkey.ask(packed(("UNLINK", *(f"{shared.NAMESPACE}live:{name}" for name in names))))
    with queries() as asked:
        for name in names[:40]:
            live.of(name)
    assert len([one for one in asked if "tiers_account" in one["sql"]]) == 2  # 32 at once, and the other 8
    assert (set(live.kept), set(live.resting)) == (set(names[:40]), set(names[40:]))


def test_what_rests_is_the_first_to_go_and_comes_back_when_it_is_asked_for(
    live: Copies, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("idle", "acct_alice", "acct_alice"):
        live.of(name)
    later(monkeypatch, FRESH_SECONDS)
    live.of("acct_alice")
    assert (list(live.kept), list(live.resting)) == (["acct_alice"], ["idle"])
    live.of("idle")
    assert (set(live.kept), live.resting) == ({"acct_alice", "idle"}, {})
    settings.LOCAL_COPIES = 1
    live.of("another")
    assert len(live.kept) + len(live.resting) == 1


def test_there_are_never_more_copies_than_the_setting_says_and_the_latest_stay(
    live: Copies, settings: Settings
) -> None:
    settings.LOCAL_COPIES = 10
    for number in range(25):
        live.of(f"acct_{number}")
    assert list(live.kept) == [f"acct_{number}" for number in range(15, 25)]


@pytest.fixture
def uncopied(live: Copies, settings: Settings) -> Copies:
    """A process that asks Valkey each time, and has an answer to compare with what it says."""
    settings.LOCAL_COPIES = 0
    copies.start_anew()
    live.of("acct_alice")
    return live


def put_by_another(**changes: Any) -> None:
    """Another process puts in another reading of Alice."""
    told = shared.fetch(["acct_alice"], test=False)
    reading = msgspec.structs.replace(told.readings["acct_alice"], **changes)
    shared.offer({"acct_alice": reading}, read_ms=told.at_ms, test=False)


def test_without_copies_valkey_is_asked_each_time_and_what_it_says_is_followed_at_once(uncopied: Copies) -> None:
    with queries() as asked:
        assert tier_of(uncopied.of("acct_alice")) == ("trial", Basis.CURRENT)
        put_by_another(version=2, tier="blocked")
        assert tier_of(uncopied.of("acct_alice")) == ("blocked", Basis.CURRENT)
        put_by_another(version=3, tier="basic")
        assert tier_of(uncopied.of_all(["acct_alice"])["acct_alice"]) == ("basic", Basis.CURRENT)
    assert len(asked) == 0


def test_without_copies_the_same_bytes_are_answered_by_what_was_made_of_them_before(uncopied: Copies) -> None:
    made = uncopied.of("acct_alice")
    assert uncopied.of("acct_alice") is made
    assert uncopied.of_all(["acct_alice", "nobody"])["acct_alice"] is made


def test_without_copies_the_same_bytes_do_not_count_past_their_time(
    uncopied: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    demote()
    assert tier_of(uncopied.of("acct_alice")) == ("trial", Basis.CURRENT)
    later(monkeypatch, FRESH_SECONDS)
    shared.valkey.ask(packed(("UNLINK", f"{shared.NAMESPACE}live:acct_alice")))
    assert tier_of(uncopied.of("acct_alice")) == ("blocked", Basis.CURRENT)


def test_without_copies_and_valkey_the_database_is_asked_each_time(uncopied: Copies, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert tier_of(uncopied.of("acct_alice")) == ("trial", Basis.CURRENT)
    demote()
    assert tier_of(uncopied.of("acct_alice")) == ("blocked", Basis.CURRENT)
    shared.valkey.start_anew()


def test_without_copies_no_more_answers_are_kept_to_compare_than_the_number_says(
    uncopied: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "COMPARED", 10)
    for number in range(25):
        uncopied.of(f"acct_{number}")
    assert list(uncopied.kept) == [f"acct_{number}" for number in range(15, 25)]


@pytest.mark.parametrize(
    ("before", "found", "is_found"),
    [
        ((100.0, 5000), (99.9, 5000), True),  # read as late, and longer under way
        ((100.0, 5000), (99.9, 5001), True),
        ((100.0, 5000), (99.0, 4000), False),  # PostgreSQL is away, and Valkey has an older one
        ((100.0, 0), (99.0, 4000), False),  # Valkey was away, and is back with what it had
        ((100.0, 5000), (101.0, 0), True),  # Valkey is away
        ((100.0, 5000), (101.0, 4000), True),  # its clock was put back
    ],
)
def test_what_was_read_later_counts_by_both_clocks(
    before: tuple[float, int], found: tuple[float, int], *, is_found: bool
) -> None:
    kept, now = (Found(Reading(1, read_ms), read_at) for read_at, read_ms in (before, found))
    assert copies._later(now, kept) is (now if is_found else kept)
    assert (copies._later(None, kept), copies._later(now, None)) == (kept, now)


def test_an_answer_read_again_and_the_same_is_not_built_again(live: Copies) -> None:
    before = live.of("acct_alice")
    again = live.renewed(["acct_alice"], anew=True)["acct_alice"]
    assert again is not before
    assert again.answer is before.answer
    demote()
    assert tier_of(live.renewed(["acct_alice"], anew=True)["acct_alice"]) == ("blocked", Basis.CURRENT)


def test_without_valkey_the_database_answers(live: Copies, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert tier_of(live.of("acct_alice")) == ("trial", Basis.CURRENT)
    shared.valkey.start_anew()


def test_without_the_database_its_own_copy_goes_on_for_the_time_set(
    live: Copies, settings: Settings, no_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.away_until = 0.0
    settings.LAST_KNOWN_SECONDS = 60
    live.of("acct_alice")
    settings.REDIS_URL, database.away_until = "redis://127.0.0.1:1/0", math.inf
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 30)
    last = live.of("acct_alice")
    assert (tier_of(last), last.max_age(now + 30)) == (("trial", Basis.LAST_KNOWN), 1)
    assert 28 <= last.stale_for(now + 30) <= 30
    monkeypatch.setattr(time, "monotonic", lambda: now + 30.9)
    assert live.of("acct_alice") is last, "it is given for a second, and nobody is asked meanwhile"
    monkeypatch.setattr(time, "monotonic", lambda: now + 31.1)
    assert live.of("acct_alice") is not last
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert tier_of(live.of("acct_alice")) == ("blocked", Basis.LOWEST)
    shared.valkey.start_anew()


@pytest.mark.parametrize(("age", "told"), [(30, ("trial", Basis.LAST_KNOWN)), (61, ("blocked", Basis.LOWEST))])
def test_without_the_database_another_process_goes_on_with_what_valkey_has(
    live: Copies, settings: Settings, no_database: None, age: int, told: tuple[str, Basis]
) -> None:
    database.away_until = 0.0
    settings.LAST_KNOWN_SECONDS = 60
    live.of("acct_alice")
    database.away_until = math.inf
    aged(age)
    assert tier_of(Copies(test=False).of("acct_alice")) == told


@pytest.mark.usefixtures("db", "no_database")
def test_of_whom_nothing_is_known_has_the_lowest_rung_known_or_not() -> None:
    found = copies_of(test=False).of_all(["acct_alice", "nobody"])
    assert {tier_of(copy) for copy in found.values()} == {("blocked", Basis.LOWEST)}
    assert {copy.answer.version for copy in found.values() if copy.answer} == {0}


@pytest.mark.usefixtures("db", "no_database")
def test_a_process_that_never_knew_a_policy_says_that_it_cannot_tell() -> None:
    store.forget()
    with pytest.raises(OperationalError):
        copies.copies_of(test=False).of("acct_alice")


def test_an_id_that_no_account_can_have_is_not_asked_for(db: None) -> None:
    assert not any(map(readings.could_be, ["", "x" * 129, "a\0"]))
    live = copies_of(test=False)
    with queries() as asked:
        found = live.of_all(["x" * 129, "a\0", ""])
    assert ([copy.answer for copy in found.values()], live.kept) == ([None] * 3, {})
    assert not [query for query in asked if "tiers_account" in query["sql"]]


def test_ids_that_anybody_makes_up_do_not_stay_in_valkey(live: Copies) -> None:
    live.of_all(["acct_alice", *(f"made_up_{number}" for number in range(100))])
    lives = shared.valkey.ask(
        *(packed(("PTTL", f"{shared.NAMESPACE}live:{name}")) for name in ("acct_alice", "made_up_7"))
    )
    assert lives[0] > 800_000
    assert 0 < lives[1] <= shared.FRESH_MS

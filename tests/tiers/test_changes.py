"""A change is in the feed once it is committed, and no reader's cursor can be past it by then."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from tiers import changes
from tiers.changes import CursorExpired, beginning, forget, read, record
from tiers.models import Account, TierChange, TierFeed


def account(name: str, *, test: bool = False) -> Account:
    now = timezone.now()
    return Account.objects.create(
        account_id=name, test=test, created_at=now, tier="trial", outcome="allow", score=1.0, version=1
    )


def move(name: str, tier: str = "basic") -> None:
    """Another tier, as deciding writes it: with the account's row locked, in one transaction with the change."""
    with transaction.atomic():
        moved = Account.objects.select_for_update(no_key=True).get(account_id=name)
        moved.tier, moved.version = tier, moved.version + 1
        moved.save(update_fields=["tier", "version"])
        record([moved], at=timezone.now())


def followed(after: int = 0, *, limit: int = 100) -> list[tuple[str, int]]:
    return [(item.account.account_id, item.version) for item in read(after, test=False, limit=limit).items]


@contextmanager
def held_open(work: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """A transaction of another connection that has done its work and does not commit before it is told to."""
    done, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        assert done.wait(30)

        def commit() -> None:
            go_on.set()
            running.result(30)

        try:
            yield commit
        finally:
            go_on.set()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_written_first_and_committed_last_is_not_missed() -> None:
    account("slow"), account("fast")
    with held_open(lambda: move("slow")) as commit:
        move("fast")
        page = read(0, test=False, limit=100)
        assert [item.account.account_id for item in page.items] == ["fast"]
        commit()
    slow, fast = TierChange.objects.get(account__account_id="slow"), TierChange.objects.get(account__account_id="fast")
    assert slow.pk < fast.pk  # a reader that went on from the highest id would have passed it over
    assert followed(page.place) == [("slow", 2)]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_there() -> None:
    account("alice")
    with transaction.atomic():
        record([Account.objects.get()], at=timezone.now())
        transaction.set_rollback(True)
    assert followed() == []


@pytest.mark.django_db(transaction=True)
def test_with_many_writers_and_readers_at_once_each_reader_sees_every_change_once_and_each_accounts_in_order() -> None:
    names = [f"acct_{number}" for number in range(6)]
    for name in names:
        account(name)
    writing = threading.Event()

    def write(seed: int) -> None:
        try:
            for step in range(20):
                move(names[(seed * 7 + step * 5) % len(names)])
        finally:
            connection.close()

    def follow() -> list[tuple[str, int]]:
        seen: list[tuple[str, int]] = []
        after = 0
        try:
            while True:
                last_look = writing.is_set()
                page = read(after, test=False, limit=7)
                seen += [(item.account.account_id, item.version) for item in page.items]
                after = page.place
                if last_look and not page.items:
                    return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(7) as pool:
        readers = [pool.submit(follow) for _ in range(3)]
        for writer in [pool.submit(write, seed) for seed in range(4)]:
            writer.result(60)
        writing.set()
        seen = [reader.result(60) for reader in readers]
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 80
    for name in names:
        versions = [version for of, version in seen[0] if of == name]
        assert versions == list(range(2, len(versions) + 2))


@pytest.mark.django_db
def test_places_have_no_gaps_and_rise_in_the_order_of_commits() -> None:
    for name in ("a", "b"):
        account(name)
        move(name)
        read(0, test=False, limit=1)
    move("a", "standard")
    assert followed() == [("a", 2), ("b", 2), ("a", 3)]
    assert list(TierChange.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_more_changes_than_are_placed_at_once_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 2)
    account("a")
    for _ in range(5):
        move("a")
    assert followed() == [("a", version) for version in range(2, 7)]


@pytest.mark.django_db
def test_pages_tell_where_to_go_on_and_whether_there_is_more() -> None:
    account("a")
    for _ in range(3):
        move("a")
    first = read(0, test=False, limit=2)
    assert (len(first.items), first.more) == (2, True)
    second = read(first.place, test=False, limit=2)
    assert (len(second.items), second.more) == (1, False)
    assert read(second.place, test=False, limit=2).items == []


@pytest.mark.django_db
def test_live_and_test_accounts_are_followed_apart() -> None:
    account("real"), account("tried", test=True)
    move("real")
    move("tried")
    assert followed() == [("real", 2)]
    assert [item.account.account_id for item in read(0, test=True, limit=9).items] == ["tried"]


@pytest.mark.django_db
def test_a_reader_of_what_is_quiet_stays_fresh_while_others_are_busy(settings: Settings) -> None:
    account("real")
    now = timezone.now()
    place = read(0, test=True, limit=9).place
    for day in range(1, 6):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            move("real")
            place = read(place, test=True, limit=9).place
            forget(timezone.now())


@pytest.mark.django_db
def test_a_cursor_from_before_what_was_forgotten_has_expired_and_any_later_one_has_not(settings: Settings) -> None:
    settings.TIER_CHANGES_HOURS = 1
    account("a")
    now = timezone.now()
    for hour in range(3):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            move("a")
            followed()
    assert forget(now + timedelta(hours=2, minutes=30)) == 2
    with pytest.raises(CursorExpired):
        read(1, test=False, limit=9)
    assert followed(2) == [("a", 4)]
    assert TierFeed.objects.get().forgotten == 2


@pytest.mark.django_db
def test_a_cursor_beyond_the_end_has_expired_too() -> None:
    """As after the database was put back to an earlier state."""
    account("a")
    move("a")
    with pytest.raises(CursorExpired):
        read(2, test=False, limit=9)


@pytest.mark.django_db
def test_places_go_on_where_they_were_after_everything_was_forgotten() -> None:
    account("a")
    move("a")
    assert followed() == [("a", 2)]
    assert forget(timezone.now() + timedelta(days=30)) == 1
    assert forget(timezone.now() + timedelta(days=30)) == 0
    move("a")
    assert followed(1) == [("a", 3)]


@pytest.mark.django_db
def test_a_reader_without_a_cursor_begins_where_every_token_that_is_still_good_is_told_of() -> None:
    account("a")
    now = timezone.now()
    for minutes in (60, 30, 19, 5):
        with time_machine.travel(now - timedelta(minutes=minutes), tick=False):
            move("a")
            followed()
    assert followed(beginning(now)) == [("a", 4), ("a", 5)]
    assert beginning(now + timedelta(hours=1)) == 4


@pytest.mark.django_db
def test_an_account_that_is_gone_leaves_no_change_behind() -> None:
    account("a")
    move("a")
    assert followed() == [("a", 2)]
    Account.objects.all().delete()
    assert followed() == []

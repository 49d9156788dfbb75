"""What a registration shows is held against all lists at once, and a signup asks the database nothing for it."""

import contextlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from risk.identifiers import IdentifierKind, hashed
from risk.list_entries import Wanted, add, remove
from risk.lookups.listed import Shown, _live, listed
from risk.policies.store import DEFAULT, publish, read

KINDS = ("domains", "networks", "emails")


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    publish({**read(DEFAULT), "lists": [{"name": kind, "of": kind, "effect": "watch"} for kind in KINDS]})


def names(shown: Shown) -> list[str]:
    return [one.list for of_one in listed([shown]) for one in of_one]


def shown(**parts: str) -> Shown:
    return Shown(timezone.now() + timedelta(seconds=1), {}, **parts)  # type: ignore[arg-type] # texts only, here


@pytest.mark.parametrize(
    ("network", "ip", "stands"),
    [
        ("198.51.0.0/20", "198.51.15.255", True),
        ("198.51.0.0/20", "198.51.16.0", False),
        ("0.0.0.0/0", "9.9.9.9", True),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8::/48", "2001:db8:1::1", False),
        ("2001:db8::/48", "198.51.100.1", False),
        ("198.51.100.0/31", "::ffff:198.51.100.1", True),
        ("198.51.100.0/31", "no address", False),
    ],
)
def test_a_network_of_any_length_holds_its_addresses(network: str, ip: str, *, stands: bool) -> None:
    add([Wanted("networks", network, "why")], author="nora")
    assert names(shown(ip=ip)) == (["networks"] if stands else [])


@pytest.mark.parametrize(
    ("domain", "stands"), [("mail.gmail.com", True), ("gmail.com", True), ("notgmail.com", False), ("com", False)]
)
def test_a_domain_holds_its_subdomains(domain: str, *, stands: bool) -> None:
    add([Wanted("domains", "gmail.com", "why")], author="nora")
    assert names(shown(domain=domain)) == (["domains"] if stands else [])


def test_between_two_looks_nothing_is_asked_and_a_look_is_one_query() -> None:
    add([Wanted("emails", "a@example.com", "why")], author="nora")
    one = Shown(timezone.now(), {IdentifierKind.MAILBOX: hashed(IdentifierKind.MAILBOX, "a@example.com")})
    assert names(one) == ["emails"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert names(one) == ["emails"]
    assert len(asked) == 0
    _live.look_soon()
    with CaptureQueriesContext(connection) as asked:
        names(one)
    assert len(asked) == 1


def test_what_was_removed_is_followed_and_what_it_did_before_stays_true() -> None:
    (entry,) = add([Wanted("domains", "gmail.com", "why")], author="nora")
    before = Shown(timezone.now(), {}, domain="gmail.com")
    remove(entry.pk, reason="done", author="nora")
    assert names(shown(domain="gmail.com")) == []
    assert names(before) == ["domains"]


def test_while_the_database_is_away_what_was_read_last_counts_on() -> None:
    add([Wanted("domains", "bad.example", "why")], author="nora")
    bad = shown(domain="bad.example")
    assert names(bad) == ["domains"]
    _live.look_soon()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SAVEPOINT before")
        with contextlib.suppress(DatabaseError):
            cursor.execute("SELECT 1 / 0")  # from now on every query of this transaction fails
        assert names(bad) == ["domains"]
        cursor.execute("ROLLBACK TO SAVEPOINT before")

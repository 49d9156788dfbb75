"""What insert and update promise: rows as bulk_create and bulk_update would store them, all or none."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from config.lib.rows import insert, update
from risk.models import Assessment
from tiers.models import Account
from verification.models import Event, Signup, Source

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


ODD = {
    "text": 'a "quoted" \\ back\\slash {brace}, it\'s 100% é \u2028',
    "float": 0.1 + 0.2,
    "none": None,
    "list": [[]],
}


def assessment(subject: int, score: float) -> Assessment:
    return Assessment(
        subject=subject, at=AT, cause="signup", facts={**ODD, "subject": subject}, policy_digest="d", outcome="allow",
        score=score, prior=-3.8918202981106265, reasons=[{"code": "x", "evidence": [["a", 1.5]]}], unknown={"s": "why"},
    )  # fmt: skip


def account(name: str) -> Account:
    return Account(account_id=name, created_at=AT, tier="free", outcome="allow", score=1 / 3)


def test_rows_come_back_as_they_went_in_with_ids_in_their_order() -> None:
    rows = [account(name) for name in ("acct_b", "acct_a", 'acct_"quoted" \\ % ü')]
    insert(rows)
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    for row in rows:
        stored = Account.objects.get(pk=row.pk)
        assert {field.attname: getattr(stored, field.attname) for field in Account._meta.concrete_fields} == {
            field.attname: getattr(row, field.attname) for field in Account._meta.concrete_fields
        }
        assert not row._state.adding


def test_documents_secrets_and_what_is_unknown_are_kept_whole() -> None:
    owner = account("acct_alice")
    insert([owner])
    person = {"email": "alice@example.com", "odd": "\x00 \ud800"}
    signup = Signup(account=owner, created_at=AT, application="shop", source=Source.API, network=None, person=person)
    insert([signup])
    stored = Signup.objects.get(pk=signup.pk)
    assert (stored.person, stored.network, stored.public_id) == (person, None, signup.public_id)
    event = Event(type="x", account=owner, at=AT, data={"numbers": [1, 0.1, None], "text": "ü"})
    insert([event])
    assert Event.objects.get(pk=event.pk).data == event.data


def test_an_assessment_comes_back_to_the_last_bit_under_its_own_id() -> None:
    scores = [2.0000000000000004, 62.01550387596898, 1e-300, 99.99999999999999, 0.0]
    given = [assessment(subject, score) for subject, score in enumerate(scores)]
    insert(given)
    assert [each.pk for each in given] == sorted(each.pk for each in given)
    for each, score in zip(given, scores, strict=True):
        stored = Assessment.objects.get(pk=each.pk)
        assert (stored.subject, stored.score, stored.at) == (each.subject, score, AT)
        assert stored.facts == {**ODD, "subject": each.subject}
        assert (stored.prior, stored.reasons, stored.unknown) == (each.prior, each.reasons, each.unknown)


def test_one_that_is_refused_stores_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([account("acct_new"), account("acct_twice"), account("acct_twice")])
    assert not Account.objects.exists()


def test_nothing_to_store_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert([])


def test_of_rows_that_are_there_the_named_fields_are_stored_and_no_others(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [account(f"acct_{number}") for number in range(3)]
    insert(rows)
    for place, row in enumerate(rows[:2]):
        row.tier, row.score, row.held, row.outcome = f't"{place}', 0.1 + 0.2 + place, True, "deny"
    with django_assert_num_queries(1):
        update(rows[:2], fields=("tier", "score", "held"))
    stored = list(Account.objects.order_by("pk").values_list("tier", "score", "held", "outcome"))
    assert stored == [
        ('t"0', 0.1 + 0.2, True, "allow"),
        ('t"1', 0.1 + 0.2 + 1, True, "allow"),
        ("free", 1 / 3, False, "allow"),
    ]


def test_a_secret_that_was_not_read_stays_as_it_is() -> None:
    owner = account("acct_alice")
    insert([owner])
    insert([Signup(account=owner, created_at=AT, application="shop", source=Source.API, person={"email": "a@b.de"})])
    unread = Signup.objects.defer("person").get()
    unread.state = "refused"
    update([unread], fields=("state",))
    stored = Signup.objects.get()
    assert (stored.state, stored.person) == ("refused", {"email": "a@b.de"})


def test_nothing_to_change_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        update([], fields=("tier",))

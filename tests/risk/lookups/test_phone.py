"""A number is read by the numbering plans and never kept."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import PhoneFacts
from risk.lookups.phone import e164, phone_facts
from tests.risk.lookups.hostile import storable, texts


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+14155552671", PhoneFacts(True, "US", "fixed_or_mobile", None, ("America/Los_Angeles",))),
        ("+44 7400 123456", PhoneFacts(valid=True, country="GB", kind="mobile", carrier="Three")),
        ("+49 30 901820", PhoneFacts(valid=True, country="DE", kind="fixed", carrier=None)),
        ("+44 56 1234 5678", PhoneFacts(valid=True, country="GB", kind="voip", carrier=None)),
        ("+1 900 234 5678", PhoneFacts(valid=True, country="US", kind="premium", carrier=None)),
        ("+1 800 234 5678", PhoneFacts(valid=True, country="US", kind="toll_free", carrier=None)),
        ("+800 1234 5678", PhoneFacts(valid=True, country=None, kind="toll_free", carrier=None)),
    ],
)
def test_country_and_kind_come_from_the_numbering_plan(phone: str, expected: PhoneFacts) -> None:
    assert phone_facts(phone) == expected


@pytest.mark.parametrize("phone", ["", "+1415555", "4155552671", "+999123456789", "call me", "+", "\ud800"])
def test_what_no_plan_has_is_invalid_and_identifies_nobody(phone: str) -> None:
    assert phone_facts(phone) == PhoneFacts(valid=False, country=None, kind=None, carrier=None)
    assert e164(phone) is None


def test_all_spellings_of_a_number_are_one() -> None:
    assert {e164(phone) for phone in ("+14155552671", "+1 (415) 555-2671", " +1.415.555.2671")} == {"+14155552671"}


def test_a_number_that_was_not_given_has_no_facts() -> None:
    assert phone_facts(None) is None
    assert e164(None) is None


@given(st.integers(min_value=1, max_value=10**15))
def test_a_number_is_valid_where_the_library_says_so(digits: int) -> None:
    facts = phone_facts(f"+{digits}")
    assert facts is not None
    assert facts.valid is (e164(f"+{digits}") is not None)
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        assert not facts.valid
    else:
        assert facts.valid is phonenumbers.is_valid_number(number)


@given(texts)
def test_nothing_that_is_sent_breaks_it(phone: str | None) -> None:
    assert storable(phone_facts(phone))
    e164(phone)

"""The provider's words about a card are taken in one spelling, and nothing that names the card."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import CardFacts
from risk.lookups.card import bin_of, card_facts, good_until
from risk.registration import PaymentReport
from tests.risk.lookups.hostile import storable, texts


def test_the_providers_words_are_taken_in_one_spelling() -> None:
    report = PaymentReport(
        provider="stripe",
        fingerprint="414ac5fdaa7b2b99",
        bin="427319",
        brand="Visa",
        funding="Prepaid",
        issuer_country="us",
        cvc_check="pass",
        postal_check="unavailable",
    )
    facts = CardFacts("visa", "prepaid", "US", "pass", "unavailable")
    assert card_facts(report) == facts


def test_what_the_provider_leaves_out_is_unknown() -> None:
    assert card_facts(PaymentReport()) == CardFacts(None, None, None, None, None)
    assert card_facts(None) is None


@pytest.mark.parametrize(
    ("month", "year", "until"),
    [
        pytest.param(12, 2026, datetime(2027, 1, 1, 12, tzinfo=UTC), id="to the end of the year"),
        pytest.param(2, 2028, datetime(2028, 3, 1, 12, tzinfo=UTC), id="to the end of the month"),
        pytest.param(None, 2028, None, id="no month"),
        pytest.param(2, None, None, id="no year"),
        pytest.param(0, 2028, None, id="not a month"),
        pytest.param(13, 2028, None, id="nor this"),
        pytest.param(2, 28, None, id="a short year"),
        pytest.param(2, 99_999, None, id="never"),
    ],
)
def test_a_card_is_good_until_its_month_has_ended(month: int | None, year: int | None, until: datetime | None) -> None:
    assert good_until(PaymentReport(exp_month=month, exp_year=year)) == until
    assert good_until(None) is None


def test_a_country_has_two_letters() -> None:
    for country in ("USA", "1", "\u00fc\u00fc", "U", ""):
        facts = card_facts(PaymentReport(issuer_country=country))
        assert facts is not None
        assert facts.issuer_country is None


@given(st.builds(PaymentReport, *[texts] * 8))
def test_nothing_that_is_sent_breaks_it(report: PaymentReport) -> None:
    assert storable(card_facts(report))
    bin_of(report)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("427319", "427319"),
        ("42731984", "427319"),
        (" 427319 ", "427319"),
        ("42731", None),
        ("4273XX", None),
        (None, None),
    ],
)
def test_six_digits_are_a_bin_and_eight_are_the_same(sent: str | None, kept: str | None) -> None:
    assert bin_of(PaymentReport(bin=sent)) == kept
    assert bin_of(None) is None

"""The provider's words about a card are taken in one spelling, and nothing that names the card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import CardFacts
from risk.lookups.card import bin_of, card_facts
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

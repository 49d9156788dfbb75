"""What the payment provider says of the card, in one spelling."""

from datetime import UTC, datetime, timedelta

from risk.facts import CardFacts
from risk.lookups.cleaning import clean
from risk.registration import PaymentReport

COUNTRY_LENGTH = 2  # ISO 3166-1 alpha-2
BIN_LENGTH = 6
MONTHS = 12
YEAR_LEAST, YEAR_MOST = 2000, 2199
LAST_ZONE = timedelta(hours=12)  # behind UTC, where a day ends last


def card_facts(payment: PaymentReport | None) -> CardFacts | None:
    """The card's facts; None when none was given. The card's fingerprint and its number's first digits are left out."""
    if payment is None:
        return None
    return CardFacts(
        brand=_word(payment.brand),
        funding=_word(payment.funding),
        issuer_country=_country(payment.issuer_country),
        cvc_check=_word(payment.cvc_check),
        postal_check=_word(payment.postal_check),
        three_d_secure=_word(payment.three_d_secure),
    )


def bin_of(payment: PaymentReport | None) -> str | None:
    """The first six digits of the card, which name its issuer and product (ISO/IEC 7812-1); None when not told.

    Eight are in use since 2022, but most providers report six, and the same card must count as one either way.
    """
    digits = (payment.bin or "").strip()[:BIN_LENGTH] if payment else ""
    return digits if len(digits) == BIN_LENGTH and digits.isascii() and digits.isdigit() else None


def good_until(payment: PaymentReport | None) -> datetime | None:
    """Until when the card is good: the end of its month, wherever that ends last. None where it is not told."""
    if payment is None or payment.exp_month is None or payment.exp_year is None:
        return None
    if not 1 <= payment.exp_month <= MONTHS or not YEAR_LEAST <= payment.exp_year <= YEAR_MOST:
        return None
    years, month = divmod(payment.exp_month, MONTHS)
    return datetime(payment.exp_year + years, month + 1, 1, tzinfo=UTC) + LAST_ZONE


def _word(text: str | None) -> str | None:
    return (clean(text, limit=32) or "").lower() or None


def _country(text: str | None) -> str | None:
    code = (clean(text, limit=8) or "").upper()
    return code if len(code) == COUNTRY_LENGTH and code.isascii() and code.isalpha() else None

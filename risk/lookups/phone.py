"""The phone number, by Google's numbering plans (libphonenumber)."""

from collections.abc import Mapping

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers.carrier import name_for_number

from risk.facts import PhoneFacts
from risk.lookups.cleaning import clean

NUMBER_MAX = 64  # characters read; a number has at most 15 digits (ITU-T E.164), and people write spaces and brackets

KINDS: Mapping[int, str] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
}
INVALID = PhoneFacts(valid=False, country=None, kind=None, carrier=None)


def phone_facts(phone: str | None) -> PhoneFacts | None:
    """What the number says; None when none was given, `valid` false when no plan has it.

    `carrier` is whom the number's block was given to; the number may have moved since.
    """
    if phone is None:
        return None
    number = _parse(phone)
    kind = phonenumbers.number_type(number) if number else PhoneNumberType.UNKNOWN
    if number is None or kind == PhoneNumberType.UNKNOWN:  # of unknown type is what no plan has: not valid
        return INVALID
    return PhoneFacts(
        valid=True,
        country=_country(number),
        kind=KINDS.get(kind, "other"),
        carrier=clean(name_for_number(number, "en")),
    )


def e164(phone: str | None) -> str | None:
    """The number as +14155550123, for hashing and sending; None for what no plan has."""
    number = _parse(phone) if phone else None
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parse(phone: str) -> PhoneNumber | None:
    """Numbers must be international: a leading plus, or nothing that says whose they are."""
    try:
        return phonenumbers.parse(phone[:NUMBER_MAX], None)
    except NumberParseException:
        return None


def _country(number: PhoneNumber) -> str | None:
    region = phonenumbers.region_code_for_number(number)
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region

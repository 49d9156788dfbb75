"""The phone number, by Google's numbering plans (libphonenumber)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers.carrier import name_for_number
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from risk.facts import PhoneFacts
from risk.intel.country_offsets import OFFSETS
from risk.lookups.cleaning import clean
from risk.lookups.phone_lists import PhoneList

NUMBER_MAX = 64  # characters read; a number has at most 15 digits (ITU-T E.164), and people write spaces and brackets
LATEST = 4  # numbers kept parsed: one is asked about several times in a signup, and never again

KINDS: Mapping[int, str] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
}
SEVERAL_CLOCKS = 3  # standard and summer time are two
TIMEZONES_MAX = 4  # more is a whole country's, which the country says already
disposable_phones = PhoneList(settings.DISPOSABLE_PHONES_FILE)
INVALID = PhoneFacts(valid=False, country=None, kind=None, carrier=None)


def phone_facts(phone: str | None) -> PhoneFacts | None:
    """What the number says; None when none was given, `valid` false when no plan has it.

    `carrier` is whom the number's block was given to; the number may have moved since.
    """
    if phone is None:
        return None
    read = _read(phone)
    if read is None:
        return INVALID
    country = _country(read.number)
    return PhoneFacts(
        valid=True,
        country=country,
        kind=KINDS.get(read.kind, "other"),
        carrier=clean(name_for_number(read.number, "en")),
        timezones=_timezones(read.number, country),
        disposable=disposable_phones.has(read.e164),
    )


def e164(phone: str | None) -> str | None:
    """The number as +14155550123, for hashing and sending; None for what no plan has."""
    read = _read(phone) if phone else None
    return read.e164 if read else None


@dataclass(frozen=True, slots=True)
class _Number:
    number: PhoneNumber
    kind: int
    e164: str


@lru_cache(maxsize=LATEST)
def _read(phone: str) -> _Number | None:
    """Numbers must be international: a leading plus, or nothing that says whose they are."""
    try:
        number = phonenumbers.parse(phone[:NUMBER_MAX], None)
    except NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:  # of unknown type is what no plan has: not valid
        return None
    return _Number(number, kind, phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _country(number: PhoneNumber) -> str | None:
    region = phonenumbers.region_code_for_number(number)
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region


def _timezones(number: PhoneNumber, country: str | None) -> tuple[str, ...]:
    """Where the number was given out; looked up only where its country has several clocks and it tells which."""
    if len(OFFSETS.get(country or "", ())) < SEVERAL_CLOCKS:
        return ()
    zones: tuple[str, ...] = time_zones_for_number(number)
    return zones if len(zones) <= TIMEZONES_MAX and UNKNOWN_TIMEZONE not in zones else ()

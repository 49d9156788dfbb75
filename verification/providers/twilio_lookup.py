"""What carriers say of a phone number, through Twilio Lookup v2.

Each package of `fields` costs money for each number, and some have to be applied for:
https://www.twilio.com/docs/lookup/v2-api. A package that has no answer says so in its own error_code, and only its part
stays unknown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from django.utils import timezone
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from risk.facts import PhoneLineFacts
from risk.lookups.cleaning import clean
from verification.providers.interface import ProviderRefused, ProviderUnavailable

TIMEOUT_SECONDS = 5.0  # to connect, and again for each part of the answer
FIELDS = ("line_type_intelligence", "sim_swap", "reassigned_number", "sms_pumping_risk")
REASSIGNED_WITHIN = timedelta(days=90)  # a number is asked whether it went to somebody else since

# https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence; "unknown" is left out: it tells nothing.
LINE_TYPES: Mapping[str, str] = {
    "landline": "landline",
    "mobile": "mobile",
    "fixedVoip": "fixed_voip",
    "nonFixedVoip": "non_fixed_voip",
    "personal": "personal",
    "tollFree": "toll_free",
    "premium": "premium",
    "sharedCost": "shared_cost",
    "uan": "universal_access",
    "voicemail": "voicemail",
    "pager": "pager",
}
REASSIGNED: Mapping[str, bool] = {"yes": True, "no": False}  # else "no_data_available"
PERIOD = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?)?")  # ISO 8601, as PT24H or P7D
RISK_MAX = 100


class TwilioLookup:
    """One Twilio account. `fields` are the packages to ask for, of FIELDS. Raises ValueError for one that is none."""

    def __init__(self, *, account_sid: str, auth_token: str, fields: Sequence[str]) -> None:
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown or not fields:
            raise ValueError(f"not packages of Twilio Lookup: {unknown}")
        http = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._lookups = Client(account_sid, auth_token, http_client=http).lookups.v2
        self._fields = tuple(fields)

    def look(self, value: str) -> PhoneLineFacts:
        """The facts of a number. Raises ProviderUnavailable, ProviderRefused."""
        asked = {"fields": ",".join(self._fields)}
        if "reassigned_number" in self._fields:
            asked["last_verified_date"] = f"{timezone.now() - REASSIGNED_WITHIN:%Y%m%d}"
        try:
            found = self._lookups.phone_numbers(value).fetch(**asked)
        except TwilioRestException as error:
            raise _told(error) from None
        except (requests.RequestException, ValueError, AttributeError, TypeError) as error:
            # The last three: the SDK was given JSON that is none, or no object, and stumbled.
            raise ProviderUnavailable(type(error).__name__) from None
        return _facts({field: _package(found, field) for field in FIELDS}, getattr(found, "country_code", None))


@dataclass(frozen=True, slots=True)
class _Swap:
    """What is told of the SIM: when it was changed, or for how many days it was not."""

    at: datetime | None = None
    kept_days: float | None = None


def _told(error: TwilioRestException) -> ProviderUnavailable | ProviderRefused:
    """A wrong token (401) is put right one day; load and faults pass; the rest is about the number."""
    away = error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    if away or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderUnavailable(f"twilio {error.status}")
    return ProviderRefused(f"twilio {error.status} {error.code}")


def _package(found: Any, field: str) -> Mapping[str, Any]:
    """A package's answer; empty where it has none."""
    answer = getattr(found, field, None)
    return answer if isinstance(answer, dict) and not answer.get("error_code") else {}


def _facts(packages: Mapping[str, Mapping[str, Any]], country: Any) -> PhoneLineFacts:
    line, swap = packages["line_type_intelligence"], _swap(packages["sim_swap"].get("last_sim_swap"))
    return PhoneLineFacts(
        line_type=_of(LINE_TYPES, line.get("type")),
        carrier=_text(line.get("carrier_name")),
        country=_text(country),
        sim_swapped_at=swap.at,
        sim_kept_days=swap.kept_days,
        reassigned=_of(REASSIGNED, packages["reassigned_number"].get("is_number_reassigned")),
        pumping_risk=_score(packages["sms_pumping_risk"].get("sms_pumping_risk_score")),
    )


def _of(table: Mapping[str, Any], word: Any) -> Any:
    return table.get(word) if isinstance(word, str) else None


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _score(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= RISK_MAX:
        return None
    return round(value)


def _swap(told: Any) -> _Swap:
    """Some carriers tell the date; of others Twilio tells whether it falls within a period that it was set to."""
    if not isinstance(told, dict):
        return _Swap()
    at, days = _moment(told.get("last_sim_swap_date")), _days(told.get("swapped_period"))
    if at is not None:
        return _Swap(at=at)
    if days is None or not isinstance(told.get("swapped_in_period"), bool):
        return _Swap()
    if told["swapped_in_period"]:
        return _Swap(at=timezone.now() - timedelta(days=days))
    return _Swap(kept_days=days)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at <= timezone.now() + timedelta(days=1) else None


def _days(value: Any) -> float | None:
    parts = PERIOD.fullmatch(value) if isinstance(value, str) else None
    if parts is None or not any(parts.groups()):
        return None
    days, hours = (int(part or 0) for part in parts.groups())
    return days + hours / 24

"""Codes by SMS, call and WhatsApp, through Twilio Verify with codes of our own.

The Verify service needs "Enable Custom Verification Code" switched on: then Gatehouse keeps the count of wrong codes
and Twilio keeps its fraud guard. Twilio asks to be told which codes were entered. WhatsApp needs a sender of your own.
See https://www.twilio.com/docs/verify/api/customization-options and /docs/verify/api/verification.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from verification.providers.interface import (
    CodeMessage,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnsure,
    ValueUnavailable,
)

TIMEOUT_SECONDS = 5.0  # to connect, and again for each part of the answer
CHANNELS: Mapping[str, str] = {"sms": "sms", "voice": "call", "whatsapp": "whatsapp"}  # our word -> Twilio's

# Too many codes or tries for this one number (429, as load is): https://www.twilio.com/docs/api/errors.
ABOUT_THE_NUMBER = frozenset({60203, 60207, 60212})


class TwilioVerifyProvider:
    """One Verify service of one Twilio account. A message without a channel goes by SMS."""

    def __init__(self, *, account_sid: str, auth_token: str, service_sid: str) -> None:
        http = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._service = Client(account_sid, auth_token, http_client=http).verify.v2.services(service_sid)

    def send(self, message: CodeMessage) -> None:
        """Ask Twilio to carry the code."""
        channel = CHANNELS.get(message.channel or "sms")
        if channel is None:
            raise ProviderRefused(f"no channel {message.channel}")
        _asked(
            lambda: self._service.verifications.create(
                to=message.to, channel=channel, custom_code=message.code, locale=message.language
            )
        )

    def passed(self, to: str) -> None:
        """Tell Twilio that the code came through."""
        _asked(lambda: self._service.verifications(to).update(status="approved"))


def _asked(call: Callable[[], Any]) -> None:
    try:
        call()
    except TwilioRestException as error:
        raise _told(error) from None
    except (requests.ReadTimeout, ValueError, AttributeError, TypeError) as error:
        # Twilio has the request. The last three: the SDK was given JSON that is none, or no object, and stumbled.
        raise ProviderUnsure(type(error).__name__) from None
    except requests.RequestException as error:
        raise ProviderUnavailable(type(error).__name__) from None


def _told(error: TwilioRestException) -> ProviderUnavailable | ProviderRefused:
    """A wrong token (401) is put right one day; load and faults pass; the rest is for good."""
    if error.code in ABOUT_THE_NUMBER:
        return ValueUnavailable(f"twilio {error.code}")
    away = error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    if away or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderUnavailable(f"twilio {error.status}")
    return ProviderRefused(f"twilio {error.code}")

"""Codes by SMS, through Twilio Verify with codes of our own.

The Verify service needs "Enable Custom Verification Code" switched on: then Gatehouse keeps the count of wrong codes
and Twilio keeps its fraud guard. Twilio asks to be told which codes were entered.
See https://www.twilio.com/docs/verify/api/customization-options and /docs/verify/api/verification.
"""

from http import HTTPStatus

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from verification.providers.interface import CodeMessage, ProviderRefused, ProviderUnavailable

TIMEOUT_SECONDS = 5.0


class TwilioVerifyProvider:
    """One Verify service of one Twilio account."""

    def __init__(self, *, account_sid: str, auth_token: str, service_sid: str, channel: str = "sms") -> None:
        http = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._service = Client(account_sid, auth_token, http_client=http).verify.v2.services(service_sid)
        self._channel = channel

    def send(self, message: CodeMessage) -> None:
        """Ask Twilio to carry the code."""
        try:
            self._service.verifications.create(to=message.to, channel=self._channel, custom_code=message.code)
        except TwilioRestException as error:
            raise _told(error) from None
        except requests.RequestException as error:
            raise ProviderUnavailable(type(error).__name__) from None

    def passed(self, to: str) -> None:
        """Tell Twilio that the code came through."""
        try:
            self._service.verifications(to).update(status="approved")
        except TwilioRestException as error:
            raise _told(error) from None
        except requests.RequestException as error:
            raise ProviderUnavailable(type(error).__name__) from None


def _told(error: TwilioRestException) -> ProviderUnavailable | ProviderRefused:
    busy = error.status == HTTPStatus.TOO_MANY_REQUESTS or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ProviderUnavailable(f"twilio {error.status}") if busy else ProviderRefused(f"twilio {error.code}")

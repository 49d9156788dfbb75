"""One file per outside party. `provider_of` gives the one that the settings chose for a kind of check."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings

from tiers.ladder import CheckKind
from verification.providers.interface import CodeProvider
from verification.providers.mail import MailProvider
from verification.providers.offline import OfflineProvider
from verification.providers.twilio_verify import TwilioVerifyProvider


def _twilio() -> CodeProvider:
    return TwilioVerifyProvider(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        service_sid=settings.TWILIO_VERIFY_SERVICE_SID,
    )


MAKERS: Mapping[tuple[CheckKind, str], Callable[[], CodeProvider]] = {
    (CheckKind.EMAIL, "offline"): lambda: OfflineProvider("email"),
    (CheckKind.EMAIL, "django"): MailProvider,
    (CheckKind.PHONE, "offline"): lambda: OfflineProvider("sms"),
    (CheckKind.PHONE, "twilio"): _twilio,
}


@lru_cache(maxsize=8)
def provider_of(kind: CheckKind) -> CodeProvider:
    """The provider that carries codes of this kind. Raises KeyError for a kind that has none."""
    return MAKERS[kind, settings.PROVIDERS[kind]]()

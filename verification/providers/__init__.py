"""One file per outside party. The settings choose, for each check and lookup, who carries it out."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings
from stripe import StripeClient

from tiers.ladder import CheckKind
from verification.providers.budget import Budgeted, may_probe
from verification.providers.dns import DnsMailDomain
from verification.providers.guard import left_alone
from verification.providers.interface import (
    CallbackReader,
    CodeProvider,
    LookupProvider,
    NoticeProvider,
    ReportSource,
    SessionProvider,
)
from verification.providers.mail import MailProvider
from verification.providers.offline import OfflineProvider
from verification.providers.offline_lookups import OfflineMailDomain, OfflinePhoneLine
from verification.providers.offline_sessions import CARDS, DOCUMENTS, OfflineSessions
from verification.providers.smtp_probe import SmtpProbe
from verification.providers.stripe_callbacks import StripeCallbacks
from verification.providers.stripe_calls import client
from verification.providers.stripe_identity import StripeIdentity
from verification.providers.stripe_payment import StripePayment
from verification.providers.stripe_reports import StripeReports
from verification.providers.twilio_lookup import TwilioLookup
from verification.providers.twilio_verify import TwilioVerifyProvider


def _twilio() -> CodeProvider:
    return TwilioVerifyProvider(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        service_sid=settings.TWILIO_VERIFY_SERVICE_SID,
    )


def _twilio_lookup() -> LookupProvider:
    return Budgeted(
        TwilioLookup(
            account_sid=settings.TWILIO_ACCOUNT_SID,
            auth_token=settings.TWILIO_AUTH_TOKEN,
            fields=settings.TWILIO_LOOKUP_FIELDS,
        )
    )


def _dns() -> LookupProvider:
    return DnsMailDomain(servers=settings.MAIL_DNS_SERVERS)


def _dns_smtp() -> LookupProvider:
    return DnsMailDomain(
        servers=settings.MAIL_DNS_SERVERS, probe=SmtpProbe(hello=settings.MAIL_DOMAIN, reachable=may_probe)
    )


def _stripe() -> StripeClient:
    return client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


CODE_PROVIDERS: Mapping[tuple[str, str], Callable[[], CodeProvider]] = {
    (CheckKind.EMAIL, "offline"): lambda: OfflineProvider("email"),
    (CheckKind.EMAIL, "django"): MailProvider,
    (CheckKind.PHONE, "offline"): lambda: OfflineProvider("sms"),
    (CheckKind.PHONE, "twilio"): _twilio,
}
NOTICE_PROVIDERS: Mapping[str, Callable[[], NoticeProvider]] = {
    "offline": lambda: OfflineProvider("email"),
    "django": MailProvider,
}
SESSION_PROVIDERS: Mapping[tuple[str, str], Callable[[], SessionProvider]] = {
    (CheckKind.PAYMENT, "offline"): lambda: OfflineSessions(CARDS),
    (CheckKind.PAYMENT, "stripe"): lambda: StripePayment(_stripe(), publishable_key=settings.STRIPE_PUBLISHABLE_KEY),
    (CheckKind.DOCUMENT, "offline"): lambda: OfflineSessions(DOCUMENTS),
    (CheckKind.DOCUMENT, "stripe"): lambda: StripeIdentity(_stripe(), publishable_key=settings.STRIPE_PUBLISHABLE_KEY),
}
LOOKUP_PROVIDERS: Mapping[tuple[str, str], Callable[[], LookupProvider]] = {
    ("mail_domain", "offline"): OfflineMailDomain,
    ("mail_domain", "dns"): _dns,
    ("mail_domain", "dns+smtp"): _dns_smtp,
    ("phone_line", "offline"): OfflinePhoneLine,
    ("phone_line", "twilio"): _twilio_lookup,
}
CALLBACK_READERS: Mapping[str, Callable[[], CallbackReader]] = {
    "stripe": lambda: StripeCallbacks(settings.STRIPE_WEBHOOK_SECRET),
}
REPORT_SOURCES: Mapping[str, Callable[[], ReportSource]] = {"stripe": lambda: StripeReports(_stripe())}


@lru_cache(maxsize=8)
def code_provider(kind: CheckKind) -> CodeProvider:
    """The provider that carries codes of this kind. Raises KeyError for a kind that has none."""
    return CODE_PROVIDERS[kind, settings.PROVIDERS[kind]]()


def notice_provider() -> NoticeProvider:
    """Who carries notices: whoever carries codes by e-mail."""
    return NOTICE_PROVIDERS[settings.PROVIDERS[CheckKind.EMAIL]]()


@lru_cache(maxsize=16)
def session_provider(kind: CheckKind, *, test: bool) -> SessionProvider:
    """The party that sessions of this kind are held at; for a test key's signup always the offline one.

    Raises KeyError for a kind that has none.
    """
    return SESSION_PROVIDERS[kind, "offline" if test else settings.PROVIDERS[kind]]()


@lru_cache(maxsize=8)
def lookup_provider(name: str) -> LookupProvider:
    """Whom a lookup of risk.outside is asked of. Raises KeyError for one that is switched off."""
    return LOOKUP_PROVIDERS[name, settings.OUTSIDE_LOOKUPS[name]]()


@lru_cache(maxsize=8)
def callback_reader(party_name: str) -> CallbackReader:
    """Who reads the callbacks of a party. Raises KeyError for a party that makes none."""
    return CALLBACK_READERS[party_name]()


def parties() -> list[str]:
    """The outside parties that the settings have at work; the offline ones are none."""
    chosen = {**settings.PROVIDERS, **settings.OUTSIDE_LOOKUPS}
    return sorted(party(work) for work, who in chosen.items() if who not in ("off", "offline"))


def describe_parties() -> str:
    """What /readyz says of them. It is told and no more: a party that is away stops nobody. Raises redis.RedisError."""
    if not (at_work := parties()):
        return "none at work"
    alone = left_alone(at_work)
    return f"left alone: {', '.join(alone)}" if alone else f"{len(at_work)} at work"


@lru_cache(maxsize=8)
def report_source(party_name: str) -> ReportSource:
    """Who says what became of payments at a party. Raises KeyError for one that knows of none."""
    return REPORT_SOURCES[party_name]()


def party(work: str, *, test: bool = False) -> str:
    """The outside party and what it does for us, a kind of check or a lookup: by this its circuit breaker goes.

    What is done for a test key is done by the offline one: no trouble of the real one stops it, nor otherwise.
    """
    return f"{'offline' if test else settings.PROVIDERS.get(work) or settings.OUTSIDE_LOOKUPS[work]}:{work}"

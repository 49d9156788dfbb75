"""One file per outside party. The settings choose, for each check and lookup, who carries it out."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings

from tiers.ladder import CheckKind
from verification.providers.budget import Budgeted, may_probe
from verification.providers.dns import DnsMailDomain
from verification.providers.guard import left_alone
from verification.providers.interface import CallbackReader, CodeProvider, LookupProvider, SessionProvider
from verification.providers.mail import MailProvider
from verification.providers.offline import OfflineProvider
from verification.providers.offline_lookups import OfflineMailDomain, OfflinePhoneLine
from verification.providers.smtp_probe import SmtpProbe
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


CODE_PROVIDERS: Mapping[tuple[str, str], Callable[[], CodeProvider]] = {
    (CheckKind.EMAIL, "offline"): lambda: OfflineProvider("email"),
    (CheckKind.EMAIL, "django"): MailProvider,
    (CheckKind.PHONE, "offline"): lambda: OfflineProvider("sms"),
    (CheckKind.PHONE, "twilio"): _twilio,
}
SESSION_PROVIDERS: Mapping[tuple[str, str], Callable[[], SessionProvider]] = {}
LOOKUP_PROVIDERS: Mapping[tuple[str, str], Callable[[], LookupProvider]] = {
    ("mail_domain", "offline"): OfflineMailDomain,
    ("mail_domain", "dns"): _dns,
    ("mail_domain", "dns+smtp"): _dns_smtp,
    ("phone_line", "offline"): OfflinePhoneLine,
    ("phone_line", "twilio"): _twilio_lookup,
}
CALLBACK_READERS: Mapping[str, Callable[[], CallbackReader]] = {}


@lru_cache(maxsize=8)
def code_provider(kind: CheckKind) -> CodeProvider:
    """The provider that carries codes of this kind. Raises KeyError for a kind that has none."""
    return CODE_PROVIDERS[kind, settings.PROVIDERS[kind]]()


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


def party(work: str) -> str:
    """The outside party and what it does for us, a kind of check or a lookup: by this its circuit breaker goes."""
    return f"{settings.PROVIDERS.get(work) or settings.OUTSIDE_LOOKUPS[work]}:{work}"

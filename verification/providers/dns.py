"""What the domain name system says of a mailbox's domain, and, where wanted, what its mail server says of itself.

Whether a domain takes mail goes by RFC 5321, section 5.1 (its mail servers, or its own address where it names none) and
RFC 7505 (a single "." refuses all mail). A mail server that has no public address takes none from anybody.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import dns.exception
import dns.name
import dns.resolver
from publicsuffixlist import PublicSuffixList

from risk.facts import MailDomainFacts
from risk.lookups.cleaning import clean
from risk.lookups.mail_providers import disposable, free
from verification.providers.interface import ProviderUnavailable, ValueUnavailable
from verification.providers.reach import public
from verification.providers.resolving import resolver_of

LOOK_SECONDS = 3.0  # for all questions about one domain together
ALIVE_SECONDS = 1.0  # for the one that tells whether it is our resolver that is away
HOSTS_MAX = 2  # mail servers whose addresses are asked for, in the order of their preference
NAME_MAX = 253  # characters of a domain name (RFC 1035, section 3.1)

GONE = MailDomainFacts(exists=False, takes_mail=False)
MUTE = MailDomainFacts(exists=True, takes_mail=False)


class Probe(Protocol):
    """Speaks to mail servers."""

    def takes_anything(self, domain: str, addresses: Sequence[str]) -> bool | None:
        """Whether the domain's mail server takes mail for any mailbox; None when it does not say."""


class DnsMailDomain:
    """Asks the resolvers of `servers`, by address and port; none: the system's own.

    `reachable` says which addresses of mail servers count; only tests let others through than public ones.
    """

    def __init__(
        self,
        *,
        servers: Sequence[tuple[str, int]] = (),
        probe: Probe | None = None,
        reachable: Callable[[str], bool] = public,
    ) -> None:
        self._resolver = resolver_of(servers)  # without any, every question says so; the lookup stays unknown
        self._probe, self._reachable = probe, reachable
        self._suffixes = PublicSuffixList()  # the list that came with the package; nothing is fetched

    def look(self, value: str) -> MailDomainFacts:
        """The facts of a domain.

        Raises:
            ValueUnavailable: the resolver works, the domain's own servers did not answer or made no sense.
            ProviderUnavailable: the resolver did not answer.

        """
        questions = _Questions(self._resolver, time.monotonic() + LOOK_SECONDS)
        try:
            return self._looked(value, questions)
        except dns.resolver.NXDOMAIN:
            return GONE
        except (dns.exception.DNSException, ValueError) as error:
            raise self._whose_fault(type(error).__name__) from None

    def _looked(self, domain: str, questions: "_Questions") -> MailDomainFacts:
        hosts = questions.mail_hosts(domain)
        if hosts is None:
            return MUTE
        addresses = questions.addresses(hosts[:HOSTS_MAX])
        spoken_to = [address for address in addresses if self._reachable(address)]
        if not spoken_to and len(hosts) <= HOSTS_MAX:
            return MUTE
        host = self._registrable(hosts[0])
        return MailDomainFacts(
            exists=True,
            takes_mail=True,
            mail_host=clean(host, limit=NAME_MAX),
            takes_anything=self._takes_anything(domain, spoken_to),
            host_disposable=disposable(host),
        )

    def _takes_anything(self, domain: str, addresses: Sequence[str]) -> bool | None:
        """Large providers accept anything or block whoever asks, and a domain of strangers says nothing: not tried."""
        if self._probe is None or free(domain):
            return None
        return self._probe.takes_anything(domain, addresses)

    def _registrable(self, host: str) -> str:
        return self._suffixes.privatesuffix(host) or host

    def _whose_fault(self, why: str) -> ProviderUnavailable:
        """A resolver that answers of the root works: then it is the domain that does not."""
        try:
            _Questions(self._resolver, time.monotonic() + ALIVE_SECONDS).ask(".", "NS")
        except (dns.exception.DNSException, ValueError):
            return ProviderUnavailable(why)
        return ValueUnavailable(why)


class _Questions:
    """Questions about one domain, all before one deadline."""

    def __init__(self, resolver: dns.resolver.Resolver, deadline: float) -> None:
        self._resolver, self._deadline = resolver, deadline

    def ask(self, name: str, kind: str) -> dns.resolver.Answer:
        left = max(0.01, self._deadline - time.monotonic())
        absolute = dns.name.from_text(name)  # so that the system's search list is never put behind it
        return self._resolver.resolve(absolute, kind, raise_on_no_answer=False, lifetime=left)

    def mail_hosts(self, domain: str) -> list[str] | None:
        """The mail servers, the preferred first; the domain itself where it names none; None where it refuses mail."""
        records = [
            (record.preference, record.exchange.to_text(omit_final_dot=True).lower())
            for record in self.ask(domain, "MX")
        ]
        if not records:
            return [domain]
        return list(dict.fromkeys(host for _, host in sorted(records) if host != ".")) or None

    def addresses(self, hosts: Sequence[str]) -> list[str]:
        """The addresses of hosts in their order, of IPv4 first. A host that does not exist has none.

        Raises dns.exception.DNSException when nothing was found and some host's servers did not answer.
        """
        found: list[str] = []
        failed: dns.exception.DNSException | None = None
        for host in hosts:
            for kind in ("A", "AAAA"):
                try:
                    found += [record.address for record in self.ask(host, kind)]
                except dns.resolver.NXDOMAIN:
                    break
                except dns.exception.DNSException as error:
                    failed = error
        if failed is not None and not found:
            raise failed
        return found

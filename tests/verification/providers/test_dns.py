"""What the domain name system says of a mailbox's domain is read by the standards, whatever strangers wrote."""

import time
from collections.abc import Iterator

import dns.resolver
import pytest

from risk.facts import MailDomainFacts
from tests.nameserver import Mood, NameServer, name_server
from verification.providers.dns import GONE, MUTE, NAME_MAX, DnsMailDomain
from verification.providers.interface import ProviderUnavailable, ValueUnavailable


@pytest.fixture
def server() -> Iterator[NameServer]:
    with name_server() as running:
        yield running


def asking(server: NameServer) -> DnsMailDomain:
    return DnsMailDomain(servers=[("127.0.0.1", server.port)])


def taking(host: str, *, disposable: bool = False) -> MailDomainFacts:
    return MailDomainFacts(exists=True, takes_mail=True, mail_host=host, host_disposable=disposable)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        pytest.param("plain.org", taking("plain-host.co.uk"), id="the preferred server's own domain"),
        pytest.param("PLAIN.org", taking("plain-host.co.uk"), id="in capitals"),
        pytest.param("implicit.org", taking("implicit.org"), id="no server named: its own address"),
        pytest.param("minutes.org", taking("yopmail.com", disposable=True), id="a disposable service's server"),
        pytest.param("null.org", MUTE, id="refuses all mail"),
        pytest.param("bare.org", MUTE, id="neither server nor address"),
        pytest.param("dangling.org", MUTE, id="its server does not exist"),
        pytest.param("inside.org", MUTE, id="its server has no public address"),
        pytest.param("nowhere.org", GONE, id="does not exist"),
    ],
)
def test_a_domain_is_understood(server: NameServer, domain: str, expected: MailDomainFacts) -> None:
    assert asking(server).look(domain) == expected


@pytest.mark.parametrize("domain", ["broken.org", "silent.org", f"{'a' * 70}.org", "a..org"])
def test_a_domain_whose_own_servers_fail_is_not_the_resolvers_fault(server: NameServer, domain: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueUnavailable):
        asking(server).look(domain)
    assert time.monotonic() - begun < 5


def test_a_resolver_that_fails_at_everything_is_away(server: NameServer) -> None:
    server.mood = Mood.FAILING
    with pytest.raises(ProviderUnavailable) as away:
        asking(server).look("plain.org")
    assert not isinstance(away.value, ValueUnavailable)


def test_the_second_resolver_answers_where_the_first_is_silent(server: NameServer) -> None:
    with name_server() as silent:
        silent.mood = Mood.SILENT
        both = DnsMailDomain(servers=[("127.0.0.1", silent.port), ("127.0.0.1", server.port)])
        assert both.look("plain.org") == taking("plain-host.co.uk")


def test_of_many_servers_the_addresses_of_two_are_asked_for(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(f"{number} mx{number}.many.org." for number in range(100, 164))
    monkeypatch.setattr("tests.nameserver.ZONES", {("many.org.", "MX"): many, (".", "NS"): ("a.root-servers.net.",)})
    assert asking(server).look("many.org") == taking("many.org")  # nobody knows of the other 62
    assert server.asked == ["many.org. MX", "mx100.many.org. A", "mx101.many.org. A"]


def test_a_strangers_text_in_an_answer_is_cleaned(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = r"mx\000\010\"<b>.odd\255.org."
    zones = {("odd.org.", "MX"): (f"10 {odd}",), (odd, "A"): ("93.184.215.14",)}
    monkeypatch.setattr("tests.nameserver.ZONES", zones)
    found = asking(server).look("odd.org")
    assert found.takes_mail
    assert (found.mail_host or "").isprintable()
    assert len(found.mail_host or "") <= NAME_MAX


def test_without_any_resolver_the_lookup_is_away_and_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_configured(*, configure: bool = True) -> dns.resolver.Resolver:
        if configure:
            raise dns.resolver.NoResolverConfiguration
        return really(configure=False)

    really = dns.resolver.Resolver
    monkeypatch.setattr(dns.resolver, "Resolver", none_configured)
    with pytest.raises(ProviderUnavailable):
        DnsMailDomain().look("plain.org")

"""An endpoint's URL never leads inside: not by its text, not by what its name means, not by what it means later."""

import time
from collections.abc import Iterator

import dns.exception
import pytest

from tests.nameserver import Mood, NameServer, name_server
from verification.providers.resolving import resolver_of
from verification.webhooks.addresses import AddressForbidden, Guide, Target, UrlRefused, parse

PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
FORBIDDEN = {
    "loopback": ("127.0.0.1", "127.8.9.10", "::1"),
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "fc00::1", "fd00::1"),
    "link-local": ("169.254.0.1", "fe80::1"),
    "shared by carriers": ("100.64.0.1", "100.127.255.254"),
    "this network": ("0.0.0.0", "0.1.2.3", "::"),  # noqa: S104 - addresses to be refused, not bound to
    "of a platform": ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    "of a platform, in IPv6": ("fd00:ec2::254", "fd20:ce::254"),
    "mapped": ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:168.63.129.16"),
    "compatible": ("::127.0.0.1", "::10.0.0.1"),
    "translated": ("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1"),
    "6to4": ("2002:7f00:1::1", "2002:a9fe:a9fe::1", "192.88.99.1"),
    "Teredo": ("2001:0:4136:e378:8000:63bf:3fff:fdd2",),
    "multicast": ("224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"),
    "broadcast and reserved": ("255.255.255.255", "240.0.0.1", "198.18.0.1", "100::1"),
    "documentation": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"),
    "site-local": ("fec0::1",),
}
EVERY_FORBIDDEN = [(kind, address) for kind, addresses in FORBIDDEN.items() for address in addresses]


def url_of(address: str) -> str:
    return f"https://[{address}]/hook" if ":" in address else f"https://{address}/hook"


@pytest.mark.parametrize(("kind", "address"), EVERY_FORBIDDEN)
def test_an_address_inside_is_refused_when_it_stands_in_the_url(kind: str, address: str) -> None:
    assert kind
    with pytest.raises(UrlRefused):
        parse(url_of(address), loopback=False)


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server() as running:
        yield running


def found(names: NameServer, host: str = "hooks.example.org", *, loopback: bool = False) -> list[str]:
    guide = Guide(resolver_of([("127.0.0.1", names.port)]), loopback=loopback)
    return list(guide.addresses(Target(host, 443, "/", tls=True), deadline=time.monotonic() + 3))


def means(names: NameServer, *addresses: str, host: str = "hooks.example.org.") -> None:
    names.own[host, "A"] = tuple(each for each in addresses if ":" not in each)
    names.own[host, "AAAA"] = tuple(each for each in addresses if ":" in each)


@pytest.mark.parametrize(("kind", "address"), EVERY_FORBIDDEN)
def test_an_address_inside_is_refused_when_a_name_means_it(names: NameServer, kind: str, address: str) -> None:
    assert kind
    means(names, address)
    with pytest.raises(AddressForbidden):
        found(names)
    means(names, *PUBLIC, address)  # nor among others, wherever it stands
    with pytest.raises(AddressForbidden):
        found(names)


def test_development_opens_the_loopback_itself_and_no_name_that_means_it(names: NameServer) -> None:
    means(names, "127.0.0.1")
    with pytest.raises(AddressForbidden):
        found(names, loopback=True)
    assert found(names, "127.0.0.1", loopback=True) == ["127.0.0.1"]
    assert found(names, "localhost", loopback=True) == ["127.0.0.1", "::1"]


def test_public_addresses_are_gone_to(names: NameServer) -> None:
    means(names, *PUBLIC)
    assert found(names) == list(PUBLIC)
    assert found(names, PUBLIC[0]) == [PUBLIC[0]]


def test_a_name_with_more_addresses_than_a_server_has_is_refused(names: NameServer) -> None:
    means(names, *(f"93.184.215.{number}" for number in range(40)))
    with pytest.raises(AddressForbidden):
        found(names)


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.FAILING, Mood.GARBLED])
def test_a_resolver_in_trouble_is_no_answer(names: NameServer, mood: Mood) -> None:
    names.mood = mood
    with pytest.raises(dns.exception.DNSException):
        found(names)


def test_a_name_that_means_nothing_is_no_answer(names: NameServer) -> None:
    means(names)
    with pytest.raises(dns.exception.DNSException):
        found(names)
    with pytest.raises(dns.exception.DNSException):
        found(names, "nobody.example.org")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://hooks.example.org/", id="no TLS"),
        pytest.param("ftp://hooks.example.org/", id="no web"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("hooks.example.org/x", id="no scheme"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///path", id="no host but a path"),
        pytest.param("https://localhost/", id="this machine by name"),
        pytest.param("https://LOCALHOST./", id="and in capitals with a dot"),
        pytest.param("https://x.localhost/", id="and below"),
        pytest.param("https://intranet/", id="a name of the house"),
        pytest.param("https://127.1/", id="a short address"),
        pytest.param("https://2130706433/", id="an address as one number"),
        pytest.param("https://0x7f000001/", id="and in hex"),
        pytest.param("https://0177.0.0.1/", id="and in octal"),
        pytest.param("https://alice:secret@hooks.example.org/", id="a password"),
        pytest.param("https://hooks.example.org@127.0.0.1/", id="a name as the user"),
        pytest.param("https://hooks.example.org/#x", id="a fragment"),
        pytest.param("https://hooks.example.org/#", id="an empty fragment"),
        pytest.param("https://hooks.example.org:0/", id="port 0"),
        pytest.param("https://hooks.example.org:99999/", id="no such port"),
        pytest.param("https://hooks.example.org\\@127.0.0.1/", id="a backslash"),
        pytest.param("https://hooks.example.org/a b", id="a blank"),
        pytest.param("https://hooks.example.org/\r\nHost: x", id="a line of its own"),
        pytest.param("https://[::1", id="half an address"),
        pytest.param("https://[fe80::1%25eth0]/", id="an address with a zone"),
        pytest.param(f"https://hooks.example.org/{'x' * 2048}", id="too long"),
        pytest.param("https://-\u2603-.example..org/", id="no name"),
        pytest.param("", id="nothing"),
    ],
)
@pytest.mark.parametrize("loopback", [False, True])
def test_what_is_no_url_of_a_receiver_is_refused(url: str, *, loopback: bool) -> None:
    if loopback and "localhost" in url.lower():
        url = url.replace("https", "ftp")
    with pytest.raises(UrlRefused):
        parse(url, loopback=loopback)


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("https://hooks.example.org", Target("hooks.example.org", 443, "/", tls=True), "hooks.example.org"),
        ("https://Hooks.Example.org.:8443/a?b=c", Target("hooks.example.org", 8443, "/a?b=c", tls=True), None),
        ("https://b\u00fccher.example/\u00fc", Target("xn--bcher-kva.example", 443, "/%C3%BC", tls=True), None),
        (url_of(PUBLIC[1]), Target(PUBLIC[1], 443, "/hook", tls=True), f"[{PUBLIC[1]}]"),
    ],
)
def test_a_receivers_url_is_read(url: str, target: Target, authority: str | None) -> None:
    read = parse(url, loopback=False)
    assert read == target
    assert read.authority == (authority or (f"{read.host}:{read.port}" if read.port != 443 else read.host))


def test_http_is_for_the_loopback_in_development_alone() -> None:
    assert parse("http://127.0.0.1:8000/", loopback=True).authority == "127.0.0.1:8000"
    assert parse("http://localhost/", loopback=True) == Target("localhost", 80, "/", tls=False)
    for url in ("http://10.0.0.1/", "http://hooks.example.org/", "http://127.0.0.2/"):
        with pytest.raises(UrlRefused):
            parse(url, loopback=True)

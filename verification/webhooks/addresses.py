"""Where an endpoint's URL leads, and whether we go there: never to this machine, this network, or a platform's innards.

Whoever sets up an endpoint chooses a URL that Gatehouse then posts to, from inside its own network (server-side request
forgery). So a name is resolved once for each request, every address of it has to be one where strangers may send us
(verification.providers.reach), and the connection goes to an address that was looked at: a name that means another
address a moment later (DNS rebinding) changes nothing.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import dns.exception
import dns.name
import dns.resolver
import idna

from verification.providers.reach import public
from verification.webhook_models import URL_MOST

HTTPS_PORT, HTTP_PORT = 443, 80
LOCALHOST: Final = "localhost"  # always this machine, never asked for (RFC 6761, section 6.3)
LOOPBACKS: Final = ("127.0.0.1", "::1")
ADDRESSES_MOST: Final = 32  # of one name; a name with more is no web server's
PLAIN: Final = re.compile(r"[\x21-\x7e\u00a1-\uffff]+")


class UrlRefused(ValueError):
    """An endpoint cannot be at this URL. The text says why, for whoever wrote it."""


class AddressForbidden(Exception):
    """The name leads, now, to an address where we do not go. Without the address: it is the inside of a network."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL says: `host` as DNS and TLS want it, `path` with its query."""

    host: str
    port: int
    path: str
    tls: bool

    @property
    def authority(self) -> str:
        """The header Host."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (HTTPS_PORT if self.tls else HTTP_PORT) else f"{name}:{self.port}"


def parse(url: str, *, loopback: bool) -> Target:
    """What a URL says. `loopback` lets this machine's loopback through, by http too: for development.

    Raises:
        UrlRefused: it is none, or leads where we never go whatever it means at the time.

    """
    parts = _split(url)
    host = _host(parts.hostname or "")
    local = loopback and host in {LOCALHOST, *LOOPBACKS}
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise UrlRefused("it must begin with https://")
    if not local and not _may_be_public(host):
        raise UrlRefused("it must lead to a public address, by a full name")
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, parts.port or (HTTPS_PORT if tls else HTTP_PORT), path, tls)


def _split(url: str) -> SplitResult:
    if len(url) > URL_MOST or not PLAIN.fullmatch(url):
        raise UrlRefused(f"it must be a URL of at most {URL_MOST} characters, without blanks")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - says here that it is none
    except ValueError:
        raise UrlRefused("it is no URL") from None
    if parts.username is not None or parts.password is not None:
        raise UrlRefused("it must hold no user and password; signatures show whom it is from")
    if parts.fragment or "#" in url or "\\" in url or parts.port == 0:
        raise UrlRefused("it is no URL that can be posted to")
    return parts._replace(path=_ascii(parts.path), query=_ascii(parts.query))


def _ascii(text: str) -> str:
    return "".join(each if each.isascii() else "".join(f"%{byte:02X}" for byte in each.encode()) for each in text)


def _host(name: str) -> str:
    """The name as DNS has it, in lower case. Raises UrlRefused."""
    bare = name.rstrip(".").lower()
    if _address(bare):
        return bare
    try:
        return bare if bare.isascii() else idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise UrlRefused("its name is none") from None


def _may_be_public(host: str) -> bool:
    """What the name alone tells: an address is public or not, and a name without a dot is one of a house."""
    if _address(host):
        return public(host)
    return "." in host and not host.endswith(f".{LOCALHOST}") and not host.rpartition(".")[2].isdecimal()


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Guide:
    """Finds the addresses of targets. `allowed` says where we may go; only tests let more through than public ones."""

    resolver: dns.resolver.Resolver
    allowed: Callable[[str], bool] = public
    loopback: bool = False

    def addresses(self, target: Target, *, deadline: float) -> Sequence[str]:
        """The addresses to connect to, each looked at. `deadline` is on time.monotonic's clock.

        Raises:
            AddressForbidden: one of them is not where we go: then none of them is.
            dns.exception.DNSException: the name has none, or nobody said.

        """
        if self.loopback and target.host in {LOCALHOST, *LOOPBACKS}:
            return LOOPBACKS if target.host == LOCALHOST else (target.host,)
        found = [target.host] if _address(target.host) else self._asked(target.host, deadline)
        if not found:
            raise dns.resolver.NXDOMAIN
        if len(found) > ADDRESSES_MOST or not all(map(self.allowed, found)):
            raise AddressForbidden
        return found

    def _asked(self, host: str, deadline: float) -> list[str]:
        """IPv4 first. A kind of address that its servers do not answer for is passed over where there is the other."""
        found: list[str] = []
        failed: dns.exception.DNSException | None = None
        for kind in ("A", "AAAA"):
            left = max(0.01, deadline - time.monotonic())
            try:
                answer = self.resolver.resolve(dns.name.from_text(host), kind, raise_on_no_answer=False, lifetime=left)
                found += [record.address for record in answer]
            except dns.exception.DNSException as error:
                failed = error
        if failed is not None and not found:
            raise failed
        return found

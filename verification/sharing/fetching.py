"""A partner's TAXII 2.1 collection, read page by page: where webhooks may go, in bounded time, and only so much.

A redirect is not followed, for it could lead inside; no proxy of the environment is gone through.
"""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from ssl import SSLContext, create_default_context
from typing import Final
from urllib.parse import urlencode

import dns.exception
from django.conf import settings

from verification.providers.resolving import resolver_of
from verification.sharing.bundles import BYTES_MOST
from verification.webhooks.addresses import AddressForbidden, Guide, UrlRefused, parse
from verification.webhooks.lines import connected

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
PAGE_SECONDS: Final = 30.0
PAGES_MOST: Final = 200
ADDRESSES_TRIED: Final = 3
BLOCK: Final = 64 * 1024


class FetchRefused(Exception):
    """The collection was not read. The text says why, without what the other side wrote."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its body, and what it says of when its last object was added."""

    body: bytes
    added_last: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one collection. `url` is of the collection; `token`, where there is one, an API key there."""

    url: str
    token: str | None
    guide: Guide
    context: SSLContext = field(default_factory=create_default_context)

    @classmethod
    def of(cls, url: str, token: str | None) -> "Reader":
        """One with the settings of webhooks, which say how names are resolved."""
        guide = Guide(resolver_of(settings.WEBHOOKS.dns_servers), loopback=settings.WEBHOOKS.loopback)
        return cls(url, token, guide)

    def page(self, *, added_after: str, following: str) -> Page:
        """One page of its objects.

        Raises:
            FetchRefused: nobody is there, or they answer otherwise than TAXII 2.1 does, or too much or too slowly.

        """
        query = {"added_after": added_after, "next": following, "limit": "1000"}
        told = urlencode({name: value for name, value in query.items() if value})
        try:
            return self._got(f"{self.url.rstrip('/')}/objects/?{told}")
        except (UrlRefused, AddressForbidden):
            raise FetchRefused("the URL leads where we do not go") from None
        except (OSError, http.client.HTTPException, dns.exception.DNSException, ValueError) as error:
            raise FetchRefused(f"nobody answered as they should ({type(error).__name__})") from None

    def _got(self, url: str) -> Page:
        deadline = time.monotonic() + PAGE_SECONDS
        target = parse(url, loopback=self.guide.loopback)
        addresses = self.guide.addresses(target, deadline=deadline)[:ADDRESSES_TRIED]
        with connected(addresses, port=target.port, deadline=deadline) as line, line.cut_at(deadline):
            connection = line.http(target, self.context)
            connection.request("GET", target.path, headers=self._headers(target.authority))
            response = connection.getresponse()
            body = b"".join(_blocks(response))
            if line.was_cut:
                raise TimeoutError
            return Page(body, response.getheader("X-TAXII-Date-Added-Last") or "")

    def _headers(self, authority: str) -> dict[str, str]:
        headers = {"Host": authority, "Accept": MEDIA_TYPE, "User-Agent": "Gatehouse", "Connection": "close"}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers


def _blocks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if response.status != HTTPStatus.OK:
        raise FetchRefused(f"it answered {response.status}")
    if kind not in {"application/taxii+json", "application/stix+json"}:
        raise FetchRefused("it answered by something that is not TAXII")
    size = 0
    while block := response.read(BLOCK):
        size += len(block)
        if size > BYTES_MOST:
            raise FetchRefused(f"a page has more than {BYTES_MOST:,} bytes")
        yield block

"""A resolver for names that strangers chose: of settings' servers, or of the system's."""

from collections.abc import Sequence

import dns.nameserver
import dns.resolver

TRY_SECONDS = 1.0  # until a question is put again, or to the next resolver


def resolver_of(servers: Sequence[tuple[str, int]]) -> dns.resolver.Resolver:
    """Asks these servers, by address and port; none: the system's own. Without any it answers that it has none."""
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration:
        resolver = dns.resolver.Resolver(configure=False)
    if servers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in servers]
    resolver.timeout = TRY_SECONDS
    return resolver

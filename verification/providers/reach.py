"""Which addresses we connect to when a stranger chose them: public ones, and none of this machine's own.

A domain's owner writes what they like into its mail server's address. Without this, signing up with such a domain would
make Gatehouse speak to servers inside its own network (server-side request forgery). Names are resolved once, each
address is looked at here, and the connection goes to that very address, so that a name cannot mean another one later.
"""

import ipaddress
import socket

import psutil

from risk.lookups.network import AddressScope, NotAnAddress, parse, scope

# Of IPv6, only what is routed to lines and servers. Left out with the rest are addresses that carry an IPv4 one and
# lead there through a translator near us: NAT64 (RFC 6052, 64:ff9b::/96), 6to4 (RFC 3056), Teredo (RFC 4380).
ROUTED_IPV6 = ipaddress.ip_network("2000::/3")
TRANSLATED_IPV6 = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
# Of IPv4, what can look public and is answered next door: protocols' own addresses (RFC 6890, section 2.2.2), relays of
# 6to4 (RFC 7526), and where Azure serves a machine its own settings (168.63.129.16; others do so at link-local ones).
NEXT_DOOR_IPV4 = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))


def public(address: str) -> bool:
    """Whether a stranger may send us to this address. What is no address is none they may."""
    try:
        parsed, where = parse(address), scope(address)
    except NotAnAddress:
        return False
    if where is not AddressScope.PUBLIC or str(parsed) in _own():
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in NEXT_DOOR_IPV4)
    return parsed in ROUTED_IPV6 and not any(parsed in network for network in TRANSLATED_IPV6)


def _own() -> frozenset[str]:
    """The addresses of this machine's interfaces, as they are now."""
    return frozenset(
        address.address.partition("%")[0]
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family in (socket.AF_INET, socket.AF_INET6)
    )

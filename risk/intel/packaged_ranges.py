"""Ranges of relays, VPNs and clouds that the PyPI package iporigin carries: what a new install knows without asking.

Only what its NOTICE says comes from the operators' own feeds or from lists under CC0 is taken. What it carries by a
permission that is not in writing is left out, with the Tor exits, which are too old by the time a package is released.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any

from iporigin._data import dataset

from risk.intel.lists import Network

PACKAGE = "iporigin"
RELAYS = frozenset({"Apple Private Relay"})
VPNS = frozenset({"Mullvad", "ProtonVPN"})
CLOUDS = frozenset(
    {
        *("Alibaba Cloud", "Amazon AWS", "DigitalOcean", "Gcore", "GitHub", "Google Cloud", "Hetzner", "Huawei Cloud"),
        *("IBM Cloud", "Leaseweb", "Linode", "Microsoft Azure", "OVHcloud", "Oracle Cloud", "Rackspace", "Scaleway"),
        *("Tencent Cloud", "UpCloud", "Vultr"),
    }
)
PROVIDERS = {"relay": RELAYS, "vpn": VPNS, "hosting": CLOUDS}  # by name of the source


def built_at() -> float:
    """When the package's data was made, in seconds since 1970."""
    return float(_data().built_at)


def networks_of(source: str) -> Iterator[Network]:
    """The networks that the package knows for a source of the table."""
    data = _data()
    wanted = {place for place, (provider, _) in enumerate(data.labels) if provider in PROVIDERS[source]}
    for start, end, label in zip(data.v4_starts, data.v4_ends, data.v4_labels, strict=True):
        if label in wanted:
            yield from ipaddress.summarize_address_range(ipaddress.IPv4Address(start), ipaddress.IPv4Address(end))
    for start, end, label in zip(data.v6_starts, data.v6_ends, data.v6_labels, strict=True):
        if label in wanted:
            yield from ipaddress.summarize_address_range(ipaddress.IPv6Address(start), ipaddress.IPv6Address(end))


def _data() -> Any:
    return dataset()  # type: ignore[no-untyped-call] # iporigin has no types

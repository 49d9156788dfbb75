"""What a new install knows of relays, VPNs and clouds, and what was left out on purpose."""

from pathlib import Path

import pytest
from iporigin._data import dataset

from risk.intel.build import build
from risk.intel.packaged_ranges import PROVIDERS, networks_of
from risk.lookups.network import NetworkLookup

# Its NOTICE: used by a permission that is not in writing.
UNWRITTEN = {
    *("Akamai", "BunnyCDN", "BuyVM", "CDN77", "Cogent", "Contabo", "DataCamp", "GTHost", "GleSYS", "Melbicom"),
    *("Scalaxy", "Vercel"),
}


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> NetworkLookup:
    home: Path = tmp_path_factory.mktemp("home")
    build(home)
    return NetworkLookup(home)


def test_what_is_taken_is_carried_and_none_of_it_by_word_of_mouth() -> None:
    carried = {provider for provider, _ in dataset().labels}  # type: ignore[no-untyped-call] # iporigin has no types
    taken = set().union(*PROVIDERS.values())
    assert taken <= carried
    assert not taken & UNWRITTEN


@pytest.mark.parametrize("source", PROVIDERS)
def test_each_source_has_addresses_of_both_kinds(source: str) -> None:
    assert {network.version for network in networks_of(source)} == {4, 6}


@pytest.mark.parametrize("source", PROVIDERS)
def test_every_network_taken_is_found_again(lookup: NetworkLookup, source: str) -> None:
    service = source
    for network in list(networks_of(source))[::50]:
        record = lookup.find(str(network.network_address))
        assert record
        assert service in record.services


def test_a_new_install_knows_nothing_of_tor_and_does_not_say_otherwise(lookup: NetworkLookup) -> None:
    record = lookup.find("72.224.214.33")
    assert record
    assert (record.services, record.services_known) == ((), ("hosting", "relay", "vpn"))

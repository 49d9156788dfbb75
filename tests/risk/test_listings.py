"""Lists that change under us: what they are called by, and which stored networks and domains an entry can be of."""

import ipaddress
from pathlib import Path

import pytest

from risk.half_lives import Evidence
from risk.identifiers import IdentifierKind, hashed
from risk.intel.compiled import compile_list
from risk.intel.sources import SOURCES, fetched_file
from risk.intel.stamps import Stamp, write
from risk.listings import Listing, listings, prefixes_of
from risk.lookups import mail_providers


def put(home: Path, *networks: str, as_of: float = 1.0) -> None:
    """A list of Tor exits, as refresh_intel leaves one."""
    target = fetched_file(home, next(source for source in SOURCES if source.name == "tor"))
    target.parent.mkdir(parents=True, exist_ok=True)
    compile_list(map(ipaddress.ip_network, networks), target)
    write(target, Stamp(as_of=as_of))


def tor(home: Path) -> Listing:
    return next(one for one in listings(home, {"tor": "/exits"}) if one.name == "tor")


def test_a_list_of_networks_has_its_entries_as_they_were_written(tmp_path: Path) -> None:
    put(tmp_path, "185.220.101.7/32", "198.96.155.0/24", "2a0b:f4c0::/48")
    assert tor(tmp_path).entries() == {"185.220.101.7/32", "198.96.155.0/24", "2a0b:f4c0::/48"}
    assert (tor(tmp_path).evidence, tor(tmp_path).kind) == (Evidence.NETWORK, IdentifierKind.NETWORK)


def test_only_a_later_list_is_news(tmp_path: Path) -> None:
    put(tmp_path, "185.220.101.7/32", as_of=10.0)
    first = tor(tmp_path).version
    put(tmp_path, "185.220.101.8/32", as_of=200.5)
    assert tor(tmp_path).is_news(first)
    later = tor(tmp_path).version
    put(tmp_path, "185.220.101.7/32", as_of=10.0)  # a machine that is behind
    assert not tor(tmp_path).is_news(later)


def test_a_source_without_a_place_or_without_data_and_a_database_are_no_lists(tmp_path: Path) -> None:
    assert {one.name for one in listings(tmp_path, {"tor": "", "vpn": "/vpn", "country": "/c.mmdb"})} == {
        "disposable_domains",
        "free_domains",
    }


@pytest.mark.parametrize(
    ("network", "count", "one"),
    [
        pytest.param("185.220.101.7/32", 1, "185.220.101.0/24", id="an address"),
        pytest.param("185.220.101.0/24", 1, "185.220.101.0/24", id="as stored"),
        pytest.param("185.220.0.0/16", 256, "185.220.101.0/24", id="many"),
        pytest.param("2a0b:f4c0::1/128", 1, "2a0b:f4c0::/64", id="an address of IPv6"),
        pytest.param("2a0b:f4c0::/48", 65_536, "2a0b:f4c0:0:ff::/64", id="a site"),
        pytest.param("2a0b::/32", 0, None, id="too wide to be listed"),
    ],
)
def test_an_entry_is_found_by_the_networks_that_identifiers_have(network: str, count: int, one: str | None) -> None:
    found = list(prefixes_of(ipaddress.ip_network(network)))
    assert len(found) == count
    assert one is None or one in found


def test_a_domain_is_found_by_whom_it_belongs_to_and_an_upgrade_is_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = next(one for one in listings(tmp_path, {}) if one.name == "disposable_domains")
    assert not before.is_news(before.version)
    monkeypatch.setattr(mail_providers, "blocklist", {"mail.quickbox.example"})
    after = next(one for one in listings(tmp_path, {}) if one.name == "disposable_domains")
    assert after.is_news(before.version)
    assert list(after.values(after.entries())) == [hashed(IdentifierKind.DOMAIN, "quickbox.example")]

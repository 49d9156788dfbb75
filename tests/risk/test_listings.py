"""Lists that change under us: what they are called by, and which stored networks and domains an entry can be of."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from risk.half_lives import Evidence
from risk.identifiers import IdentifierKind, hashed
from risk.intel.compiled import compile_list
from risk.intel.sources import SOURCES, Source, built_file, fetched_file
from risk.intel.stamps import Stamp, write
from risk.listings import Listing, listings, prefixes_of
from risk.lookups import mail_providers


def put(home: Path, *networks: str, as_of: float = 1.0, file: Callable[[Path, Source], Path] = fetched_file) -> None:
    """A list of Tor exits, as refresh_intel leaves one, or set-up."""
    target = file(home, next(source for source in SOURCES if source.name == "tor"))
    target.parent.mkdir(parents=True, exist_ok=True)
    compile_list(map(ipaddress.ip_network, networks), target)
    write(target, Stamp(as_of=as_of))


def anonymous_file(path: Path, flags: Mapping[str, Sequence[str]]) -> Path:
    """A file in the form of GeoIP2 Anonymous IP, with the networks that have each flag."""
    writer = MMDBWriter(6, "GeoIP2-Anonymous-IP", ipv4_compatible=True)
    for flag, networks in flags.items():
        writer.insert_network(IPSet(networks), {"is_anonymous": True, flag: True})
    writer.to_db_file(str(path))
    return path


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


def test_what_set_up_built_is_a_list_until_something_later_was_fetched(tmp_path: Path) -> None:
    put(tmp_path, "185.220.101.7/32", as_of=10.0, file=built_file)
    (built,) = [one for one in listings(tmp_path, {}) if one.name == "tor"]
    assert built.entries() == {"185.220.101.7/32"}
    put(tmp_path, "185.220.101.8/32", as_of=20.0)
    assert tor(tmp_path).is_news(built.version)
    assert tor(tmp_path).entries() == {"185.220.101.8/32"}


def test_a_source_without_a_place_or_without_data_and_one_that_names_no_service_are_no_lists(tmp_path: Path) -> None:
    places = {"tor": "", "vpn": "/vpn", "country": "/c.mmdb", "anonymous": str(tmp_path / "gone.mmdb")}
    assert {one.name for one in listings(tmp_path, places)} == {"disposable_domains", "free_domains"}


def test_a_database_of_services_has_an_entry_for_each_stored_network_that_is_news_where_anything_in_it_is(
    tmp_path: Path,
) -> None:
    def entries(**flags: list[str]) -> dict[str, str]:
        own = anonymous_file(tmp_path / "own.mmdb", flags)
        (found,) = [one for one in listings(tmp_path, {"anonymous": str(own)}) if one.name == "anonymous"]
        assert (found.evidence, found.newer) == (Evidence.NETWORK, True)
        return dict(entry.split(" ") for entry in found.entries())

    vpn, proxy = "is_anonymous_vpn", "is_residential_proxy"
    first = entries(**{vpn: ["72.224.214.33/32", "198.96.155.0/24", "2a0b:f4c0::/48"], proxy: ["72.224.214.99/32"]})
    assert first.keys() == {"72.224.214.0/24", "198.96.155.0/24", "2a0b:f4c0::/48"}
    swapped = entries(**{vpn: ["72.224.214.99/32", "198.96.155.0/24", "2a0b:f4c0::/48"], proxy: ["72.224.214.33/32"]})
    assert {network for network in first if first[network] != swapped[network]} == {"72.224.214.0/24"}
    assert entries(is_nothing_known=["72.224.214.33/32"]) == {}


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
def test_an_entry_is_found_by_the_networks_that_identifiers_have(
    tmp_path: Path, network: str, count: int, one: str | None
) -> None:
    found = list(prefixes_of(ipaddress.ip_network(network)))
    assert len(found) == count
    put(tmp_path, network)
    (entry,) = tor(tmp_path).entries()
    assert tor(tmp_path).cost(entry) == count
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

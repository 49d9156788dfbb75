"""Addresses: where they lead, and what the data says of well-known ones."""

import ipaddress
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from risk.intel.build import build
from risk.intel.kinds import AsKind
from risk.intel.sources import folder_of
from risk.lookups.network import AddressScope, NetworkLookup, NotAnAddress, parse, prefix, scope


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data as set-up builds it."""
    made = tmp_path_factory.mktemp("home")
    build(made)
    return made


@pytest.mark.parametrize(
    ("ip", "country", "asn", "kind"),
    [
        pytest.param("8.8.8.8", "US", 15169, AsKind.HOSTING, id="Google"),
        pytest.param("88.198.0.1", "DE", 24940, AsKind.HOSTING, id="Hetzner"),
        pytest.param("18.9.22.69", "US", 3, AsKind.CAMPUS, id="MIT"),
        pytest.param("129.132.1.1", "CH", 559, AsKind.CAMPUS, id="ETH Zurich"),
        pytest.param("172.58.1.1", "US", 21928, AsKind.MOBILE, id="T-Mobile"),
        pytest.param("72.224.214.33", "US", 11351, AsKind.HOME, id="Charter"),
        pytest.param("2a02:8071::1", "DE", 3209, AsKind.HOME, id="Vodafone, IPv6"),
        pytest.param("::ffff:88.198.0.1", "DE", 24940, AsKind.HOSTING, id="IPv4 written as IPv6"),
    ],
)
def test_well_known_addresses_are_known(home: Path, ip: str, country: str, asn: int, kind: AsKind) -> None:
    record = NetworkLookup(home).find(ip)
    assert record is not None
    assert (record.country, record.asn, record.as_kind) == (country, asn, kind)
    assert record.as_name


@pytest.mark.parametrize(
    ("ip", "where"),
    [
        ("72.224.214.33", AddressScope.PUBLIC),
        ("10.1.2.3", AddressScope.PRIVATE),
        ("fd00::1", AddressScope.PRIVATE),
        ("100.64.1.1", AddressScope.SHARED),
        ("127.0.0.1", AddressScope.LOOPBACK),
        ("::1", AddressScope.LOOPBACK),
        ("192.0.2.1", AddressScope.DOCUMENTATION),
        ("2001:db8::1", AddressScope.DOCUMENTATION),
        ("224.0.0.1", AddressScope.RESERVED),
        ("169.254.169.254", AddressScope.RESERVED),
        ("0.0.0.0", AddressScope.RESERVED),  # noqa: S104 - an address to look at, not to listen at
    ],
)
def test_an_address_leads_where_it_leads(ip: str, where: AddressScope) -> None:
    assert scope(ip) is where


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("72.224.214.33", "72.224.214.0/24"),
        ("::ffff:72.224.214.33", "72.224.214.0/24"),
        ("2a02:8071:1:2:3::4", "2a02:8071:1:2::/64"),
    ],
)
def test_neighbours_stand_behind_one_prefix(ip: str, network: str) -> None:
    assert prefix(ip) == network


@pytest.mark.parametrize("ip", ["", "999.1.1.1", "fe80::1%eth0", "1.2.3", "01.2.3.4", "x" * 10_000, "\x00", "\ud800"])
def test_what_is_no_address_is_refused_by_name(ip: str) -> None:
    with pytest.raises(NotAnAddress):
        parse(ip)


@given(st.text())
def test_any_text_is_an_address_or_is_none(text: str) -> None:
    with suppress(NotAnAddress):
        assert isinstance(parse(text), ipaddress.IPv4Address | ipaddress.IPv6Address)


def test_without_data_everything_is_unknown_and_nothing_fails(tmp_path: Path) -> None:
    lookup = NetworkLookup(tmp_path)
    assert lookup.find("8.8.8.8") is None
    assert lookup.missing() == {"country": "no data", "asn": "no data"}


def test_data_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    (folder_of(tmp_path) / "asn.mmdb").write_bytes(b"nonsense")
    assert NetworkLookup(tmp_path).find("8.8.8.8") is None


def test_a_file_of_ones_own_takes_the_place_of_the_built_one(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.mmdb"
    own.write_bytes((folder_of(home) / "asn.mmdb").read_bytes())
    country = str(folder_of(home) / "country.mmdb")
    lookup = NetworkLookup(tmp_path, {"asn": str(own), "country": country})
    record = lookup.find("8.8.8.8")
    assert record is not None
    assert record.asn == 15169


def test_the_data_says_how_old_it_is(home: Path) -> None:
    ages = {age.source.name: age for age in NetworkLookup(home).ages()}
    assert {name for name, age in ages.items() if age.days} == {"country", "asn", "relay", "vpn", "hosting"}
    assert not any(age.own for age in ages.values())


def test_building_again_has_nothing_to_do(home: Path) -> None:
    assert build(home) is False


def _own_file(path: Path, version: int, record: dict[str, object]) -> str:
    """A file of an operator's own that says this of 8.8.8.0/24 and nothing of others."""
    writer = MMDBWriter(version, "Own", ipv4_compatible=version == 6)
    writer.insert_network(IPSet(["8.8.8.0/24"]), record)
    writer.to_db_file(str(path))
    return str(path)


def test_an_own_file_for_ipv4_alone_leaves_ipv6_unknown(home: Path, tmp_path: Path) -> None:
    own = _own_file(tmp_path / "own.mmdb", 4, {"autonomous_system_number": 64500})
    record = NetworkLookup(home, {"asn": own}).find("2a02:8071::1")
    assert record is not None
    assert (record.asn, record.as_kind, record.country) == (None, None, "DE")


def test_an_own_file_that_is_damaged_inside_leaves_the_rest_known(home: Path, tmp_path: Path) -> None:
    whole = bytearray((folder_of(home) / "asn.mmdb").read_bytes())
    whole[1000:1_000_000] = b"\xff" * 999_000
    own = tmp_path / "own.mmdb"
    own.write_bytes(whole)
    record = NetworkLookup(home, {"asn": str(own)}).find("8.8.8.8")
    assert record is not None
    assert (record.asn, record.as_kind, record.country) == (None, None, "US")


def test_fields_of_another_type_count_as_missing(home: Path, tmp_path: Path) -> None:
    odd = {"autonomous_system_number": "AS1", "autonomous_system_organization": 5, "country": "US"}
    own = _own_file(tmp_path / "own.mmdb", 6, odd)
    record = NetworkLookup(home, {"asn": own, "country": own}).find("8.8.8.8")
    assert record is not None
    assert (record.asn, record.as_name, record.country) == (None, None, None)


def test_a_refused_text_is_not_repeated() -> None:
    with pytest.raises(NotAnAddress) as refused:
        parse("203.0.113.7.secret")
    assert "secret" not in str(refused.value)

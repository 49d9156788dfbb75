"""Lists made into files: every address of them is found, no other is, and none costs too much to make."""

import ipaddress
import random
from pathlib import Path

import maxminddb
import pytest
from netaddr import IPSet

from risk.intel import compiled
from risk.intel.compiled import TooScattered, compile_list, nodes_of
from risk.intel.lists import Network


def drawn(dice: random.Random) -> list[Network]:
    """Networks of all lengths, many of them inside each other."""
    four = (ipaddress.ip_network((dice.getrandbits(32), dice.randint(8, 32)), strict=False) for _ in range(500))
    high = 0x20010DB8 << 96
    six = (ipaddress.ip_network((high | dice.getrandbits(96), dice.randint(33, 128)), strict=False) for _ in range(500))
    return [*four, *six]


def test_what_is_listed_is_found_and_nothing_else(tmp_path: Path) -> None:
    dice = random.Random(7)
    networks = drawn(dice)
    compile_list(networks, tmp_path / "list.mmdb")
    with maxminddb.open_database(tmp_path / "list.mmdb") as database:
        for network in networks:
            assert database.get(network[0]) == database.get(network[-1]) == {"listed": True}
        for _ in range(2_000):
            address = ipaddress.IPv4Address(dice.getrandbits(32))
            assert (database.get(address) is not None) is any(address in net for net in networks if net.version == 4)


def test_the_nodes_of_a_file_are_known_before_it_is_made(tmp_path: Path) -> None:
    networks = [net for net in drawn(random.Random(8)) if net.prefixlen > 64]
    compile_list(networks, tmp_path / "list.mmdb")
    with maxminddb.open_database(tmp_path / "list.mmdb") as database:
        made = database.metadata().node_count
    assert nodes_of(IPSet(map(str, networks))) == pytest.approx(made, rel=0.05)


def test_networks_too_far_apart_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_NODES", 100)
    with pytest.raises(TooScattered):
        compile_list(drawn(random.Random(9)), tmp_path / "list.mmdb")
    assert not list(tmp_path.iterdir())

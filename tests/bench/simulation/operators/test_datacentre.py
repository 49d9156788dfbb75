"""Browsers on rotating servers."""

from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of


def test_addresses_rotate_and_some_browsers_are_dressed(world: World) -> None:
    lines = [line for _ in range(6) for line in accounts_of(world, "datacentre", 60)]
    drawn = [line["device"]["webgl_renderer"] for line in lines if line["device"]]
    software = sum("SwiftShader" in renderer for renderer in drawn)
    assert 0 < software < len(drawn)
    assert len({line["ip"] for line in lines}) > 20

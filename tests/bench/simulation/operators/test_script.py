"""Scripts on one server."""

from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of


def test_all_come_from_one_server_with_a_library_or_a_bare_browser(world: World) -> None:
    for _ in range(8):
        lines = accounts_of(world, "script", 40)
        assert len({line["ip"] for line in lines}) == 1
        if lines[0]["device"] is None:
            assert len({line["user_agent"] for line in lines}) == 1
            assert all(line["form"] is None for line in lines)
        else:
            assert any(line["device"]["webdriver"] for line in lines if line["device"])

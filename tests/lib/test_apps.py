"""What everything stands on is looked at by /readyz from the start."""

from config.lib import health


def test_the_servers_are_probed_and_only_the_database_is_essential() -> None:
    essential = {name: probe.essential for name, probe in health._probes.items()}
    assert {name: essential[name] for name in ("database", "valkey", "broker")} == {
        "database": True,
        "valkey": False,
        "broker": False,
    }

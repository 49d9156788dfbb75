"""Handsets on a shelf."""

from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of


def test_numbers_stand_in_rows_and_handsets_are_real_phones(world: World) -> None:
    for _ in range(5):
        lines = accounts_of(world, "phone_farm", 100)
        rows = {line["phone"][:-4] for line in lines if line["phone"]}
        assert 1 <= len(rows) <= 4
        assert all(line["device"]["touch_points"] == 5 for line in lines if line["device"])
        assert len({line["ip"].rpartition(".")[0] for line in lines}) <= 4

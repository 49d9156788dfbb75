"""Simple ways by use."""

from bench._usage_baselines import by_address, by_volume
from tests.bench.usage_history import history


def test_who_shares_an_address_with_many_is_found_by_it() -> None:
    made = history()
    hit = by_address(made)
    assert hit[made.operator == "script-1"].all()
    assert not hit[made.honest].any()


def test_who_asks_for_more_than_any_honest_person_is_found_by_volume() -> None:
    made = history()
    hit = by_volume(made)
    assert hit[made.operator == "script-1"].all()
    assert hit[made.honest].mean() <= 0.001

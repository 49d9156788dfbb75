"""What is kept is bounded, the least lately used goes first, and a later version ends it."""

from gatehouse_client import Tier
from gatehouse_client.cache import Cache


def tier(name: str, version: int = 1) -> Tier:
    return Tier(name, "basic", {}, f"account:{name}", version)


def test_no_more_are_kept_than_so_many_and_the_least_lately_used_goes() -> None:
    cache = Cache(2)
    cache.put(tier("a"))
    cache.put(tier("b"))
    assert cache.get("a")
    cache.put(tier("c"))
    assert len(cache) == 2
    assert (cache.get("b"), cache.get("a") is not None, cache.get("c") is not None) == (None, True, True)


def test_a_later_version_ends_what_is_kept_and_an_earlier_one_does_not() -> None:
    cache = Cache(9)
    cache.put(tier("a", 3))
    cache.drop_below("a", 3)
    assert cache.get("a")
    cache.drop_below("a", 4)
    assert cache.get("a") is None


def test_it_can_be_emptied() -> None:
    cache = Cache(9)
    cache.put(tier("a"))
    cache.put(tier("b"))
    cache.drop("a")
    assert len(cache) == 1
    cache.clear()
    assert len(cache) == 0

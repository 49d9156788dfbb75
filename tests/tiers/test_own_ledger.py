"""A process that counts by itself keeps no more than so much, and forgets nobody who has something to wait for."""

import pytest

from tiers import own_ledger
from tiers.buckets import Order, limits_of
from tiers.own_ledger import OwnLedger

LIMITS = limits_of({"requests_per_minute": 6, "concurrency": 1})


def test_it_counts_like_any_ledger() -> None:
    own = OwnLedger()
    assert [own.spend(["a"], LIMITS, Order()).granted for _ in range(8)] == [True] * 6 + [False] * 2
    assert own.spend(["b"], LIMITS, Order(lease="x", hold_ms=1000)).granted
    assert own.free(["b"], "x")
    assert not own.free(["b"], "x")


def test_beyond_what_it_can_keep_nobody_gets_anything_and_nobody_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_ledger, "MOST_BUCKETS", 10)
    own = OwnLedger()
    assert [own.spend([str(number)], LIMITS, Order()).granted for number in range(12)] == [True] * 10 + [False] * 2
    refused = own.spend(["new"], LIMITS, Order())
    assert (refused.granted, refused.wait_ms) == (False, 1000)
    quick = limits_of({"requests_per_minute": 60_000_000})
    other = OwnLedger()
    assert all(other.spend([str(number)], quick, Order()).granted for number in range(100)), "drained ones make room"

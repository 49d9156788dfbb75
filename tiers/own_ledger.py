"""What has been taken of budgets, as one process alone counts it. tiers.ledger is the same for all, in Valkey."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from tiers.buckets import NEVER_MS, ROUNDING, Held, Left, Limits, Look, Order, Spent, longest, look

MOST_BUCKETS: Final = 50_000  # some 20 MB; whoever comes beyond them gets nothing
FULL_WAIT_MS: Final = 1000  # when a slot of the concurrency, or a place here, may be free again

HARDLY_ANYTHING: Final = 1e-9  # a bucket that holds nothing never drains

Looks = list[list[Look]]  # by payer, then by limit


@dataclass(slots=True)
class _Bucket:
    held: Held
    empty_at: float


@dataclass(slots=True)
class OwnLedger:
    """Buckets and leases in memory. Times are of time.monotonic(), in ms."""

    buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    leases: dict[str, dict[str, float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def spend(self, payers: Sequence[str], limits: Limits, order: Order) -> Spent:
        """Take an order from every payer, or from none."""
        now = time.monotonic() * 1000
        with self.lock:
            looks = [[self._look(payer, at, limits, order, now) for at in range(len(limits.rates))] for payer in payers]
            slots = self._slots(payers, limits, now)
            waits = [each.wait_ms for row in looks for each in row if not each.fits]
            if order.lease and slots is not None and slots < 1:
                waits.append(FULL_WAIT_MS if limits.concurrency else NEVER_MS)
            if not self._has_room(now):
                waits.append(FULL_WAIT_MS)
            put = order.force or not waits
            if put:
                self._put(payers, limits, order, (looks, now))
            if put and order.lease and slots is not None:
                slots -= 1
        slots = None if slots is None else max(0, slots)
        return Spent(not waits, round(longest(waits)), slots, _left(looks, limits, order if put else None))

    def free(self, payers: Sequence[str], lease: str) -> bool:
        """End a lease with every payer; False where it had ended."""
        with self.lock:
            ended = [self.leases.get(payer, {}).pop(lease, None) for payer in payers]
        return any(ends is not None for ends in ended)

    def forget(self) -> None:
        """Nothing was ever taken."""
        self.buckets.clear()
        self.leases.clear()

    def _look(self, payer: str, at: int, limits: Limits, order: Order, now: float) -> Look:
        limit = limits.rates[at]
        bucket = self.buckets.get((payer, limit.name))
        return look(limit, bucket.held if bucket else Held(), order.amount(limit.unit), now_ms=now)

    def _slots(self, payers: Sequence[str], limits: Limits, now: float) -> int | None:
        if limits.concurrency is None:
            return None
        for payer in payers:
            under_way = {lease: ends for lease, ends in self.leases.get(payer, {}).items() if ends > now}
            self.leases[payer] = under_way
        return min(limits.concurrency - len(self.leases[payer]) for payer in payers)

    def _has_room(self, now: float) -> bool:
        """Drained buckets go where there are too many; none goes that still has something in it."""
        if len(self.buckets) >= MOST_BUCKETS:
            self.buckets = {key: bucket for key, bucket in self.buckets.items() if bucket.empty_at > now}
            self.leases = {payer: under_way for payer, under_way in self.leases.items() if under_way}
        return len(self.buckets) < MOST_BUCKETS

    def _put(self, payers: Sequence[str], limits: Limits, order: Order, stand: tuple[Looks, float]) -> None:
        looks, now = stand
        for payer, row in zip(payers, looks, strict=True):
            for limit, each in zip(limits.rates, row, strict=True):
                if amount := order.amount(limit.unit):
                    used = each.used + amount
                    empty_at = now + used * limit.period_ms / max(limit.capacity, HARDLY_ANYTHING)
                    self.buckets[payer, limit.name] = _Bucket(Held(used, now, limit.capacity), empty_at)
            if order.lease and limits.concurrency is not None:
                self.leases[payer][order.lease] = now + order.hold_ms


def _left(looks: Looks, limits: Limits, taken: Order | None) -> tuple[Left, ...]:
    """Each limit as it stands with the payer that has less."""
    left = []
    for at, limit in enumerate(limits.rates):
        tight = min((row[at] for row in looks), key=lambda each: each.room)
        amount = taken.amount(limit.unit) if taken else 0.0
        speed = limit.capacity / limit.period_ms
        empty = (tight.used + amount) / speed if speed else 0.0
        left.append(Left(tight.fits, int(max(0.0, tight.room - amount) + ROUNDING), round(empty)))
    return tuple(left)

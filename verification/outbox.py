"""The outbox: events written in the transaction of what they tell, relayed to errands afterwards.

Relaying writes down the errands that an event calls for, makes its webhook deliveries and marks it, all in one
transaction, and then sends word of the errands: a crash loses none and doubles none. One relay works at a time, in the
order of writing; an account's events are written under the lock on its row, so they are relayed in the order in which
they happened.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.lib import errands, tracing
from config.lib.advisory import alone
from config.lib.errands import Wanted
from config.lib.models import Errand
from config.lib.rows import insert
from tiers.models import Account
from verification.events import Occurrence
from verification.models import Event

RELAY_LOCK = 0x6761746568  # "gateh": any number that nothing else in the database locks on
BATCH = 100  # a code waits for one of them at the most
SECONDS = 20.0  # that a relay goes on for: it has a worker that codes wait for

Order = Callable[[Event], Iterable[Wanted]]
Take = Callable[[Sequence[Event]], object]
Send = Callable[[Sequence[Errand]], object]


def write(events: Iterable[tuple[Account | None, Occurrence]], *, at: datetime) -> None:
    """Write events to the outbox, in the transaction that the caller has open. Some are of no account."""
    here = tracing.current()
    insert([Event(type=event.type, account=account, at=at, data=event.data(), trace=here) for account, event in events])


def relay(orders: Mapping[str, Order], *, send: Send, takers: Sequence[Take] = (), urgent: Collection[str] = ()) -> int:
    """Write down the errands of events not yet relayed and send word of them; returns how many events there were.

    `orders` gives, by event type, what says which errands it calls for; `takers` are called with all events, many at a
    time; `send` gets what is committed. Another relay at work makes this one return 0. Events of the types in `urgent`
    come first, with whatever else is of their accounts; then it ends, whatever waits: its worker does their tasks next.
    """
    relayed, until = 0, time.monotonic() + SECONDS
    with alone(RELAY_LOCK) as at_work:
        while at_work and time.monotonic() < until:
            batch = _relay_batch(orders, send, takers, urgent)
            relayed += len(batch)
            if not batch or any(event.type in urgent for event in batch):
                break
    return relayed


def is_waiting() -> bool:
    """Whether there is an event to relay."""
    return Event.objects.filter(relayed_at=None).exists()


def _relay_batch(
    orders: Mapping[str, Order], send: Send, takers: Sequence[Take], urgent: Collection[str]
) -> Sequence[Event]:
    now = timezone.now()
    with transaction.atomic():
        events = _waiting(urgent)
        for take in takers:
            take(events)
        wanted = [
            replace(one, trace=event.trace)
            for event in events
            if (order := orders.get(event.type))
            for one in order(event)
        ]
        rows = errands.note(wanted, at=now)
        Event.objects.filter(pk__in=[event.pk for event in events]).update(relayed_at=now)
    send(rows)
    return events


def _waiting(urgent: Collection[str]) -> Sequence[Event]:
    """The next ones, an account's in their order.

    What is urgent is looked for in two steps, each without an order: told to give the first hundred by their numbers,
    PostgreSQL would go through all that wait, which are as many as there are accounts in a bulk run.
    """
    waiting = Event.objects.filter(relayed_at=None)
    whose = list(waiting.filter(type__in=urgent).values_list("account_id", flat=True)[:BATCH]) if urgent else []
    awaited = sorted(waiting.filter(account__in=whose), key=lambda event: event.pk) if whose else []
    return awaited[:BATCH] or list(waiting.order_by("id")[:BATCH])

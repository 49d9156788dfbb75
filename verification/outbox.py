"""The outbox: events written in the transaction of what they tell, relayed to tasks afterwards.

Relaying queues the tasks that an event calls for, makes its webhook deliveries, and then marks it. A crash between the
two does it again, so each task has its effect once however often it runs. One relay works at a time, in the order of
writing; an account's events are written under the lock on its row, so they are relayed in the order in which they
happened.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.utils import timezone

from config.lib.advisory import alone
from config.lib.rows import insert
from tiers.models import Account
from verification.events import Occurrence
from verification.models import Event

log = logging.getLogger(__name__)
RELAY_LOCK = 0x6761746568  # "gateh": any number that nothing else in the database locks on
BATCH = 500

Queue = Callable[[Event], None]
Take = Callable[[Sequence[Event]], object]


def write(events: Iterable[tuple[Account | None, Occurrence]], *, at: datetime) -> None:
    """Write events to the outbox, in the transaction that the caller has open. Some are of no account."""
    insert([Event(type=event.type, account=account, at=at, data=event.data()) for account, event in events])


def relay(queues: Mapping[str, Sequence[Queue]], *, takers: Sequence[Take] = ()) -> int:
    """Queue the tasks of every event not yet relayed; returns how many events there were.

    `queues` gives, by event type, what to call with the event; `takers` are called with all events, many at a time.
    Another relay at work makes this one return 0.
    """
    with alone(RELAY_LOCK) as at_work:
        return sum(iter(lambda: _relay_batch(queues, takers), 0)) if at_work else 0


def _relay_batch(queues: Mapping[str, Sequence[Queue]], takers: Sequence[Take]) -> int:
    events = list(islice(Event.objects.filter(relayed_at=None).order_by("id"), BATCH))
    for take in takers:
        take(events)
    for event in events:
        for queue in queues.get(event.type, ()):
            queue(event)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(relayed_at=timezone.now())
    return len(events)

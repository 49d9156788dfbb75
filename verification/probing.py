"""What beat does about sources that try out what passes: they are shown, told of, and no longer told apart.

Once a run of signups is shown (risk.probing), its device goes on the policy's list `probing_devices` for a day, where
the policy declares it: from then on whatever comes with it is challenged at least, and so another try learns nothing
about what would have passed. A network has neighbours: one that is probed from is shown to people, and held by nothing
but the velocities that count everybody's signups.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction

from config.lib.peppers import is_turning
from risk import list_entries
from risk.kinds import IdentifierKind
from risk.list_entries import Wanted, declared
from risk.models import Identifier, ListEntry
from risk.probing import Run, runs
from risk.rings import reading
from risk.rings.links import Link
from tiers.models import Account
from verification import outbox
from verification.events import ProbingFound
from verification.models import Proof
from verification.probing_models import Probing

WINDOW: Final = timedelta(days=1)
READ_MOST: Final = 100_000  # signups of the window, the newest
LIST: Final = "probing_devices"
BY: Final = "probing"
SOURCES: Final = {Link.DEVICE: "device", Link.NETWORK: "network"}


def watch(now: datetime) -> int:
    """Look at the last day's signups; how many sources try out what passes. While keys are turned nothing is read."""
    if is_turning():
        return 0
    traces = reading.newer(now - WINDOW, most=READ_MOST)
    proven = Proof.objects.filter(account__created_at__gte=now - WINDOW).values_list("account_id", flat=True)
    found = runs(traces, unproven=~np.isin(traces.subjects, np.array(list(proven), dtype=np.int64)))
    for run in found:
        with transaction.atomic():
            _keep(run, now)
    return len(found)


def standing(now: datetime) -> int:
    """How many sources tried out what passes within the last day."""
    return Probing.objects.filter(last_at__gte=now - WINDOW).count()


def _keep(run: Run, now: datetime) -> None:
    accounts = list(Account.objects.filter(pk__in=run.subjects, test=False).order_by("pk").values_list("pk", flat=True))
    known = Probing.objects.select_for_update().filter(accounts__in=accounts).order_by("-pk").first()
    since, last = (datetime.fromtimestamp(moment, UTC) for moment in (run.since, run.last))
    if known is None:
        source = SOURCES[run.source]
        probing = Probing.objects.create(source=source, since=since, last_at=last, found_at=now, tried=dict(run.tried))
        told = ProbingFound(probing=probing.public_id, source=source, signups=len(accounts))
        outbox.write([(None, told)], at=now)
    elif known.last_at >= last:
        return
    else:
        probing, known.last_at, known.tried = known, last, dict(run.tried)
        known.save(update_fields=["last_at", "tried"])
    probing.accounts.add(*accounts)
    if run.source is Link.DEVICE:
        _put_on_list(probing, accounts, now)


def _put_on_list(probing: Probing, accounts: Sequence[int], now: datetime) -> None:
    """What somebody took off by hand stays off; what has run out is put on again while the tries go on."""
    before = ListEntry.objects.filter(pk=probing.entry).first() if probing.entry else None
    if LIST not in declared() or (before and (before.removed_at or (before.expires_at and before.expires_at > now))):
        return
    devices = Identifier.objects.filter(subject__in=accounts, kind=IdentifierKind.DEVICE)
    device = devices.order_by("-pk").values_list("value", flat=True).first()
    if device is None:
        return
    reason = f"tries out what passes ({probing.public_id})"
    (made,) = list_entries.add([Wanted(LIST, str(device), reason, expires=now + WINDOW)], author=BY)
    probing.entry = made.pk
    probing.save(update_fields=["entry"])

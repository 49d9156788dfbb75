"""What beat does about sources that try out what passes: they are shown, told of, and no longer told apart.

Once a run of signups is shown (risk.probing), the devices and addresses that several of it came with go on the lists
`probing_devices` and `probing_addresses` for a day, where the policy declares these: from then on whatever comes with
one of them is challenged at least, and so another try learns nothing about what would have passed. Neighbours at the
address are challenged too; by then the run is half or more of all that came from there.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Count, Q

from config.lib.peppers import is_turning
from risk import list_entries
from risk.kinds import IdentifierKind
from risk.list_entries import Wanted, declared
from risk.list_values import sealed
from risk.models import Identifier, ListEntry
from risk.probing import Run, runs
from risk.rings import reading
from risk.rings.links import Link
from tiers.ladder import CheckKind
from tiers.models import Account
from verification import outbox
from verification.events import ProbingFound
from verification.models import Proof
from verification.probing_models import Probing

WINDOW: Final = timedelta(days=1)
READ_MOST: Final = 100_000  # signups of the window, the newest
LISTS: Final = {IdentifierKind.DEVICE: "probing_devices", IdentifierKind.ADDRESS: "probing_addresses"}
SEVERAL: Final = 3  # of a run, that show a value for it to go on a list
BY: Final = "probing"
# What costs somebody something each time. Work and passkeys a program has by the thousand.
PROVES: Final = (CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PAYMENT, CheckKind.DOCUMENT)
SOURCES: Final = {Link.DEVICE: "device", Link.VISITOR: "device", Link.NETWORK: "network"}


def watch(now: datetime) -> int:
    """Look at the last day's signups; how many sources try out what passes. While keys are turned nothing is read."""
    if is_turning():
        return 0
    traces = reading.newer(now - WINDOW, most=READ_MOST)
    proofs = Proof.objects.filter(account__created_at__gte=now - WINDOW, kind__in=PROVES)
    proven = proofs.values_list("account_id", flat=True)
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
    _put_on_lists(probing, accounts, now)


def _put_on_lists(probing: Probing, accounts: Sequence[int], now: datetime) -> None:
    """What somebody took off by hand stays off; what has run out is put on again while the tries go on."""
    known = declared()
    off = Q(removed_at__isnull=False) | Q(expires_at__gt=now)
    standing = set(ListEntry.objects.filter(off, pk__in=probing.entries).values_list("list", "value"))
    wanted = [
        Wanted(
            LISTS[kind],
            None,
            f"tries out what passes ({probing.public_id})",
            sealed=form,
            shown="",
            expires=now + WINDOW,
        )
        for kind, form in _shown_by_several(accounts)
        if LISTS[kind] in known and (LISTS[kind], form) not in standing
    ]
    if wanted:
        probing.entries += [entry.pk for entry in list_entries.add(wanted, author=BY)]
        probing.save(update_fields=["entries"])


def _shown_by_several(accounts: Sequence[int]) -> list[tuple[IdentifierKind, str]]:
    """Devices and addresses, in the form of lists."""
    shown = Identifier.objects.filter(subject__in=accounts, kind__in=list(LISTS)).values("kind", "value")
    counted = shown.annotate(times=Count("subject", distinct=True)).filter(times__gte=SEVERAL)
    kinds = ((IdentifierKind(row["kind"]), row["value"]) for row in counted.order_by("kind", "value"))
    return [(kind, sealed(kind, value)) for kind, value in kinds]

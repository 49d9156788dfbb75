"""What beat calls for."""

from collections.abc import Collection, Mapping

from celery import shared_task
from django.utils import timezone

from config.lib.database import unhurried
from config.lib.idempotency import forget_expired
from risk import drifting, recounting
from risk.devices import forget_unused
from risk.known_devices import LEARN_AT_ONCE, forget_rare, learn
from risk.lookups import pairs
from tiers.models import Account
from verification import (
    check_moves,
    containment,
    earning_by_use,
    lapsing,
    overriding,
    probing,
    relisting,
    retaining,
    rising,
)
from verification.friction import counting, watching
from verification.friction import tallies as friction_tallies
from verification.webhooks import keeping

FILLING_SECONDS = 3600  # filling an empty Valkey takes about 45 s for each 100,000 accounts
RINGS_SECONDS = 500  # under the broker's visibility timeout; a run stops by itself half-way, and the next goes on
LISTS_SECONDS = 120  # a run stops by itself after relisting.SECONDS


@shared_task(name="verification.lapse_proofs")
def lapse_proofs() -> int:
    """Proofs past their half-life lapse, and tiers follow."""
    return len(lapsing.lapse_due(timezone.now()))


@shared_task(name="verification.tell_lapsing")
def tell_lapsing() -> int:
    """Accounts hear beforehand of a tier that will lapse with a proof."""
    return lapsing.tell_due(timezone.now())


@shared_task(name="verification.let_rise")
def let_rise() -> int:
    """Accounts that have stood near a line for long enough rise."""
    return len(rising.rise_due(timezone.now()))


@shared_task(name="verification.end_overrides")
def end_overrides() -> int:
    """Tiers that were set by hand end at their time."""
    return len(overriding.end_due(timezone.now()))


@shared_task(name="verification.expire_checks")
def expire_checks() -> int:
    """Checks that nobody answered in time expire."""
    return check_moves.expire_due(timezone.now())


@shared_task(name="verification.learn_devices")
def learn_devices() -> int:
    """Count what the devices that came lately look like."""
    counted = total = learn()
    while counted == LEARN_AT_ONCE:
        counted = learn()
        total += counted
    return total


@shared_task(name="verification.learn_pairs")
def learn_pairs() -> int:
    """Add up which traits came together in the signups since the last time."""
    learnt = 0
    while added := pairs.learn():
        learnt += added
    return learnt


@shared_task(name="verification.watch_friction")
def watch_friction() -> int:
    """Count whom signing up costs what, and raise and end alarms."""
    return watching.watch(timezone.now())


@shared_task(name="verification.watch_probing")
def watch_probing() -> int:
    """Show the sources that try out what passes."""
    with unhurried():
        return probing.watch(timezone.now())


@shared_task(name="verification.keep_counters", time_limit=FILLING_SECONDS)
def keep_counters() -> str:
    """Make sure that Valkey counts what PostgreSQL holds: fill it where it is empty, look after it once a minute."""
    return recounting.keep(_accounts_of)


@shared_task(name="verification.earn_by_use", time_limit=RINGS_SECONDS)
def earn_by_use() -> int:
    """Days of use that are over earn trust; a run that broke off is run again by the next."""
    with unhurried():
        return earning_by_use.earn_due(timezone.now())


@shared_task(name="verification.apply_lists", time_limit=LISTS_SECONDS)
def apply_lists() -> int:
    """Look again at accounts that showed what was put on a list, or taken off it."""
    return relisting.apply_due(timezone.now())


@shared_task(name="verification.contain_rings", time_limit=RINGS_SECONDS)
def contain_rings() -> int:
    """Hold the rings that pass the policy's line, let go those that no longer do, and have their accounts follow."""
    return containment.contain_due(timezone.now(), seconds=RINGS_SECONDS / 2)


@shared_task(name="verification.forget")
def forget() -> None:
    """Delete what has served its time: sightings, answers for repeated calls, callbacks, logs, use and more."""
    now = timezone.now()
    forget_unused(now)
    forget_rare(now)
    drifting.forget(now)
    forget_expired(now)
    pairs.forget(now)
    friction_tallies.forget((now - counting.KEPT).date())
    keeping.forget(now)
    retaining.purge(now)


def _accounts_of(subjects: Collection[int]) -> Mapping[int, str]:
    return dict(Account.objects.filter(pk__in=subjects).values_list("pk", "account_id"))

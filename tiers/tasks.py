"""What Celery runs for tiers."""

from celery import shared_task
from django.utils import timezone

from tiers import changes, keys


@shared_task(name="tiers.keep_keys")
def keep_keys() -> int:
    """Make the keys of tier tokens that are due, delete those that are spent."""
    return len(keys.keep(timezone.now()).made)


@shared_task(name="tiers.forget_changes")
def forget_changes() -> int:
    """Delete changes of tiers that nobody can follow any more."""
    return changes.forget(timezone.now())

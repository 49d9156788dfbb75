"""What is shared with partners follows our rings, and accounts are held against what partners told."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from config.lib.database import unhurried
from verification.sharing import matching, partners, versions

WHOLE_EVERY = timedelta(hours=1)  # all rings; those that changed, each time
SHARING_SECONDS = 500  # a run stops by itself half-way, and the next goes on


@shared_task(name="verification.share_rings", time_limit=SHARING_SECONDS)
def share_rings() -> int:
    """Tell each partner what is new of our rings, and take back what is so no more; how many objects were touched."""
    now, touched = timezone.now(), 0
    with unhurried():
        for partner in partners.standing().order_by("pk"):
            whole = partner.told_at is None or partner.told_at < now - WHOLE_EVERY
            done = versions.refresh(partner, at=now, whole=whole)
            touched += done.new + done.changed + done.revoked
    return touched


@shared_task(name="verification.match_partners", time_limit=SHARING_SECONDS)
def match_partners() -> int:
    """Hold newcomers, and where partners told something new everybody, against what they told; how many match."""
    with unhurried():
        return matching.match_due(timezone.now(), seconds=SHARING_SECONDS / 2)

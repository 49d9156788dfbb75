"""What waits for an analyst: open cases, but for those of test keys, and golden ones, which are given."""

from django.db.models import QuerySet

from verification.models import Case


def waiting_cases() -> QuerySet[Case]:
    """Open cases of real accounts, the longest waiting first."""
    return Case.objects.filter(closed_at=None, test=False, golden=None).order_by("opened_at", "id")

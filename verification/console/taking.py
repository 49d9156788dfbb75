"""Being given the most pressing case, from the queue or after a word."""

from django.http import HttpRequest
from django.utils import timezone

from verification import claims, golden
from verification.console.permissions import Act, allow
from verification.console.priority import with_priority
from verification.console.waiting import waiting_cases
from verification.models import Case


def take_next(request: HttpRequest) -> Case | None:
    """The most pressing case, claimed. Raises PermissionDenied."""
    now, analyst = timezone.now(), allow(request, Act.CLAIM)
    if (test := golden.seed(analyst, at=now)) is not None:
        return test
    pressing = with_priority(waiting_cases(), now=now).order_by("-priority", "id")
    return claims.next_of(pressing, analyst=analyst, at=now)

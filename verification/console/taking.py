"""Being given the most pressing case, from the queue or after a word."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from verification import claims, golden
from verification.console.acts import PERMISSION
from verification.console.priority import with_priority
from verification.console.waiting import waiting_cases
from verification.models import Case


def acting(request: HttpRequest) -> Any:
    """Whoever acts. Raises PermissionDenied for who may not give words."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return request.user


def take_next(request: HttpRequest) -> Case | None:
    """The most pressing case, claimed. Raises PermissionDenied."""
    now = timezone.now()
    if (test := golden.seed(acting(request), at=now)) is not None:
        return test
    pressing = with_priority(waiting_cases(), now=now).order_by("-priority", "id")
    return claims.next_of(pressing.select_related("account__signup"), analyst=acting(request), at=now)

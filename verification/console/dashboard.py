"""The first page of the console: how today goes. Few queries, each on an index."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from redis import RedisError

from config.lib import letters
from risk.gather import network_data
from risk.lookups.network import SourceAge
from risk.outcome import Outcome
from tiers.models import Account
from verification import ageing, probing
from verification.console.bulk import Work, under_way
from verification.console.priority import with_priority
from verification.console.trends import CHOICES, trends
from verification.console.waiting import waiting_cases
from verification.models import Event
from verification.providers import parties
from verification.providers.guard import left_alone
from verification.webhooks import endpoints

COUNTED = 10_000  # what waits is counted no further: more than that is as bad


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many of today's signups have an outcome now. `share` is in percent of all of today's."""

    outcome: str
    count: int
    share: float
    link: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: how much, as text, and since when the oldest does."""

    count: str
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """How old a source of network data is. `state` is fresh, stale or missing."""

    name: str
    days: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Today:
    """What the page shows."""

    since: datetime
    total: int
    outcomes: list[OutcomeCount]
    cases: Backlog
    events: Backlog
    rechecks: str  # evidence whose moment to be looked at again has come
    untaken: str  # accounts of before, or of the last minutes, that wait to be taken on for that; "0": none
    webhooks: int  # endpoints that fail, or were disabled for it
    failed_tasks: int
    probing: int  # sources that tried out what passes within the last day
    network: list[NetworkSource]
    providers: list[tuple[str, str]]  # outside parties at work, and how they are
    overdue: str  # open cases whose clock has run down
    bulk: list[Work]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What unfold calls for its first page: the context with today's counts, for who may look at signups."""
    context["title"] = "Today"
    if request.user.has_perm("verification.view_signup"):
        now = timezone.now()
        days = next((days for days in CHOICES if str(days) == request.GET.get("days")), CHOICES[0])
        context |= {"today": today(now), "trends": trends(now, days=days), "days": days, "choices": CHOICES}
    return context


def today(now: datetime) -> Today:
    """The counts since midnight in settings.TIME_ZONE, and what waits."""
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Account.objects.filter(created_at__gte=since, test=False).values("outcome").annotate(signups=Count("pk"))
    counts = dict(counted.order_by("outcome").values_list("outcome", "signups"))
    return Today(
        since=since,
        total=sum(counts.values()),
        outcomes=[_outcome(outcome, counts) for outcome in Outcome],
        cases=_backlog(waiting_cases(), "opened_at"),
        events=_backlog(Event.objects.filter(relayed_at=None), "at", order="id"),
        rechecks=_bounded(ageing.all_due(now)),
        untaken=_bounded(ageing.not_taken_on()),
        webhooks=endpoints.in_trouble().count(),
        failed_tasks=letters.waiting(),
        probing=probing.standing(now),
        providers=_providers(),
        overdue=_bounded(with_priority(waiting_cases(), now=now).filter(due__lte=now)),
        network=[_source(age) for age in network_data.ages()],
        bulk=under_way(now),
    )


def _providers() -> list[tuple[str, str]]:
    at_work = parties()
    try:
        alone = set(left_alone(at_work)) if at_work else set()
    except RedisError:
        return [(name, "not known: Valkey is away") for name in at_work]
    return [(name, "left alone for now: it failed" if name in alone else "at work") for name in at_work]


def _outcome(outcome: Outcome, counts: dict[str, int]) -> OutcomeCount:
    count, total = counts.get(outcome, 0), sum(counts.values())
    link = f"{reverse('admin:verification_signup_changelist')}?outcome={outcome}"
    return OutcomeCount(outcome, count, 100 * count / total if total else 0.0, link)


def _source(age: SourceAge) -> NetworkSource:
    state = "missing" if age.days is None else "stale" if age.stale else "fresh"
    return NetworkSource(age.source.name, age.days, state)


def _backlog(waiting: QuerySet[Any], time: str, *, order: str | None = None) -> Backlog:
    """`order` is what the table's index of waiting rows has, where times rise with it."""
    oldest = waiting.order_by(order or time).values_list(time, flat=True).first()
    return Backlog(_bounded(waiting), oldest)


def _bounded(waiting: QuerySet[Any]) -> str:
    count = waiting[: COUNTED + 1].count()
    return f"{count:,}" if count <= COUNTED else f"{COUNTED:,}+"

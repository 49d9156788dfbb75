"""How the last days went: a chart of each thing that matters, with the rows behind it.

Each is one query over what is counted anyway or over an index by time. The whole is remembered for a minute: the page
is on a screen in many an office, and nobody is to count rings twice a second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from redis import RedisError

from risk.groups import Dimension
from risk.outcome import Outcome
from risk.usage.storing import is_reported
from tiers.ladder import CheckKind
from tiers.standing import ladder
from verification.console.charts import Part, Slice, columns
from verification.exposure import requests_a_day

CHOICES: Sequence[int] = (14, 30)
REMEMBERED = 60  # seconds
GROUPS = 6  # of a dimension, the largest

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it shows in a sentence, its columns, and its rows as a table and as CSV have them."""

    name: str
    title: str
    says: str
    parts: Sequence[Part]
    header: Sequence[str]
    rows: Sequence[Row]
    link: str  # to the rows themselves
    key: Sequence[tuple[str, str]] = ()  # kinds of slices and what they are called


@dataclass(frozen=True, slots=True)
class Window:
    """The days of the charts, up to now."""

    now: datetime
    days: int

    @property
    def dates(self) -> list[date]:
        """Each day (UTC), the first first."""
        last = self.now.astimezone(UTC).date()
        return [last - timedelta(days=back) for back in range(self.days - 1, -1, -1)]

    @property
    def since(self) -> datetime:
        """When the first of them began."""
        return datetime.combine(self.dates[0], time.min, tzinfo=UTC)


def trends(now: datetime, *, days: int) -> list[Chart]:
    """Every chart of the last days."""
    key = f"console:trends:{days}:{now.astimezone(UTC).date()}"
    try:
        found: list[Chart] = cache.get_or_set(key, lambda: _all(Window(now, days)), REMEMBERED) or []
    except (RedisError, OSError):  # Valkey is away: it is counted again each time
        found = _all(Window(now, days))
    return found


def chart_of(name: str, now: datetime, *, days: int) -> Chart | None:
    """One chart by its name, counted anew; None where there is none of that name."""
    make = CHARTS.get(name)
    return make(Window(now, days)) if make else None


def _all(window: Window) -> list[Chart]:
    return [make(window) for make in CHARTS.values()]


def _rows(sql: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _signup_list(**query: object) -> str:
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('admin:verification_signup_changelist')}?{told}"


TALLIES_SQL = """
SELECT day, sum(allow), sum(challenge), sum(review), sum(deny), sum(followed), sum(asked), sum(held)
FROM verification_frictiontally WHERE dimension = %(dimension)s AND day >= %(since)s GROUP BY day ORDER BY day
"""


def _tallies(window: Window) -> dict[date, tuple[int, ...]]:
    """What was counted of each day: each account is in one group of every dimension."""
    rows = _rows(TALLIES_SQL, {"dimension": Dimension.NETWORK, "since": window.dates[0]})
    return {day: tuple(map(int, counts)) for day, *counts in rows}


def _signups(window: Window) -> Chart:
    counted = _tallies(window)
    rows: list[tuple[Any, ...]] = [(day, *counted.get(day, (0,) * 7)[:4]) for day in window.dates]
    outcomes = list(Outcome)
    stacks = [
        [
            Slice(outcome, number, f"{day}: {number:,} {outcome}", _signup_list(day=day, outcome=outcome))
            for outcome, number in zip(outcomes, numbers, strict=True)
        ]
        for day, *numbers in rows
    ]
    total = sum(sum(row[1:]) for row in rows)
    return Chart(
        "signups",
        "Signups by what was decided first",
        f"{total:,} in {window.days} days.",
        columns(stacks),
        ("day", *outcomes),
        rows,
        reverse("admin:verification_signup_changelist"),
        [(outcome, outcome) for outcome in outcomes],
    )


def _friction(window: Window) -> Chart:
    counted = _tallies(window)
    rows = []
    for day in window.dates:
        *_, followed, asked, held = counted.get(day, (0,) * 7)
        rows.append((day, followed, _percent(asked, followed), _percent(held, followed)))
    stacks = [_asked_and_held(str(day), step, held) for day, _, step, held in rows]
    followed = sum(row[1] for row in rows)
    return Chart(
        "friction",
        "Stepped up and held, in percent",
        f"Of {followed:,} of whom it is known what became of them in a day.",
        columns(stacks),
        ("day", "followed", "stepped_up_percent", "held_percent"),
        rows,
        reverse("admin:verification_frictiontally_report"),
        [("asked", "stepped up"), ("held", "held")],
    )


def _asked_and_held(name: str, asked: float, held: float) -> list[Slice]:
    stepped_up = Slice("asked", asked, f"{name}: {asked:.1f} % stepped up")
    return [stepped_up, Slice("held", held, f"{name}: {held:.1f} % held")]


GROUPS_SQL = """
SELECT dimension, value, sum(allow + challenge + review + deny), sum(abusive), sum(followed), sum(asked), sum(held)
FROM verification_frictiontally WHERE day >= %(since)s AND dimension = ANY(%(dimensions)s)
GROUP BY dimension, value ORDER BY dimension, 3 DESC
"""


def _groups(window: Window) -> Chart:
    """By group. Who was found to be abusive is told beside and not taken out: that is known of some alone."""
    asked = {"since": window.dates[0], "dimensions": [Dimension.NETWORK, Dimension.COUNTRY]}
    rows: list[Row] = []
    shown: dict[str, int] = {}
    for dimension, value, accounts, abusive, followed, stepped, held in _rows(GROUPS_SQL, asked):
        shown[dimension] = shown.get(dimension, 0) + 1
        if shown[dimension] <= GROUPS:
            rows.append((dimension, value, accounts, abusive, _percent(stepped, followed), _percent(held, followed)))
    stacks = [_asked_and_held(row[1], row[4], row[5]) for row in rows]
    return Chart(
        "groups",
        "Stepped up and held by network and country, in percent",
        "The largest groups; the friction report has all, with intervals.",
        columns(stacks),
        ("dimension", "group", "accounts", "found_abusive", "stepped_up_percent", "held_percent"),
        rows,
        reverse("admin:verification_frictiontally_report"),
        [("asked", "stepped up"), ("held", "held")],
    )


RINGS_SQL = """
SELECT found_at::date, count(*), coalesce(sum(size), 0),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM contained_at - found_at))
           FILTER (WHERE contained_at IS NOT NULL)
FROM risk_ring WHERE found_at >= %(since)s AND state <> 'merged' GROUP BY 1
"""


def _rings(window: Window) -> Chart:
    found = {row[0]: row[1:] for row in _rows(RINGS_SQL, {"since": window.since})}
    rows = [(day, *found.get(day, (0, 0, None))[:2]) for day in window.dates]
    where = reverse("admin:risk_ring_changelist")
    stacks = [[Slice("rings", row[1], f"{row[0]}: {row[1]} rings, {row[2]:,} members", where)] for row in rows]
    total, members = sum(row[1] for row in rows), sum(row[2] for row in rows)
    says = f"{total:,} with {members:,} members now."
    return Chart("rings", "Rings found", says, columns(stacks), ("day", "rings", "members_now"), rows, where)


def _containment(window: Window) -> Chart:
    found = {row[0]: row[3] for row in _rows(RINGS_SQL, {"since": window.since})}
    rows = [(day, round(float(found[day]) / 60, 1) if found.get(day) is not None else None) for day in window.dates]
    stacks = [[Slice("rings", minutes or 0, f"{day}: {minutes} minutes")] for day, minutes in rows]
    told = sorted(minutes for _, minutes in rows if minutes is not None)
    says = f"{told[len(told) // 2]:g} minutes on the middle day." if told else "No ring that was found was contained."
    return Chart(
        "containment",
        "From finding a ring to holding it, in minutes",
        says,
        columns(stacks),
        ("day", "median_minutes"),
        rows,
        reverse("admin:risk_ring_changelist"),
    )


# What members' tiers allowed when their ring was contained and what theirs allow now, by the day of containment.
SAVED_SQL = """
SELECT ring.contained_at::date, sum(greatest(0, coalesce(was.requests, 0) - coalesce(now.requests, 0))
       * extract(epoch FROM %(now)s - ring.contained_at) / 86400), count(*)
FROM risk_ring ring
JOIN risk_ringmember member ON member.ring_id = ring.id AND member.left_at IS NULL
JOIN tiers_account account ON account.id = member.subject AND account.held
LEFT JOIN LATERAL (
    SELECT tier FROM tiers_grant WHERE account_id = account.id AND at < ring.contained_at ORDER BY version DESC LIMIT 1
) before ON true
LEFT JOIN unnest(%(tiers)s::text[], %(requests)s::bigint[]) was(tier, requests) ON was.tier = before.tier
LEFT JOIN unnest(%(tiers)s::text[], %(requests)s::bigint[]) now(tier, requests) ON now.tier = account.tier
WHERE ring.contained_at >= %(since)s AND ring.state IN ('suspected', 'confirmed')
GROUP BY 1
"""


def _saved(window: Window) -> Chart:
    limits = requests_a_day(ladder())
    asked = {"now": window.now, "since": window.since, "tiers": list(limits), "requests": list(limits.values())}
    found = {row[0]: (int(row[1] or 0), row[2]) for row in _rows(SAVED_SQL, asked)}
    rows = [(day, *found.get(day, (0, 0))) for day in window.dates]
    stacks = [[Slice("saved", row[1], f"{row[0]}: {row[1]:,} requests of {row[2]:,} members")] for row in rows]
    total = sum(row[1] for row in rows)
    known = "" if is_reported() else " What was taken is not reported, so it is what tiers allowed."
    return Chart(
        "saved",
        "Exposure saved: requests that contained rings could have made since, by the day they were held",
        f"{total:,} requests.{known}",
        columns(stacks),
        ("day", "requests", "members_held"),
        rows,
        reverse("admin:risk_ring_changelist"),
    )


MESSAGES_SQL = """
SELECT at::date, count(*), count(*) FILTER (WHERE entered_at IS NOT NULL) FROM verification_message
WHERE at >= %(since)s GROUP BY 1
"""


def _messages(window: Window) -> Chart:
    cents = ladder().costs.get(CheckKind.PHONE, 0.0)
    found = {row[0]: row[1:] for row in _rows(MESSAGES_SQL, {"since": window.since})}
    rows = [(day, *found.get(day, (0, 0)), round(found.get(day, (0, 0))[0] * cents / 100, 2)) for day in window.dates]
    where = reverse("admin:verification_message_changelist")
    stacks = [
        [
            Slice("entered", entered, f"{day}: {entered:,} codes entered", where),
            Slice("unused", sent - entered, f"{day}: {sent - entered:,} codes not entered", where),
        ]
        for day, sent, entered, _ in rows
    ]
    total, spent = sum(row[1] for row in rows), sum(row[3] for row in rows)
    return Chart(
        "messages",
        "Codes to phones, and what they cost",
        f"{total:,} messages, {spent:,.2f} US dollars at the policy's {cents:g} cents each.",
        columns(stacks),
        ("day", "messages", "entered", "us_dollars"),
        rows,
        where,
        [("entered", "entered"), ("unused", "not entered")],
    )


CASES_SQL = """
SELECT opened_at::date, count(*), count(*) FILTER (WHERE closed_at IS NULL),
       count(*) FILTER (WHERE closed_at <= coalesce(due_at, closed_at)),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(closed_at, %(now)s) - opened_at))
FROM verification_case WHERE opened_at >= %(since)s GROUP BY 1
"""


def _cases(window: Window) -> Chart:
    found = {row[0]: row[1:] for row in _rows(CASES_SQL, {"since": window.since, "now": window.now})}
    rows = []
    for day in window.dates:
        opened, waiting, in_time, middle = found.get(day, (0, 0, 0, None))
        rows.append((day, opened, waiting, in_time, round(float(middle) / 3600, 1) if middle is not None else None))
    where = reverse("admin:verification_case_changelist")
    stacks = [
        [
            Slice("closed", opened - waiting, f"{day}: {opened - waiting} closed", f"{where}?status=closed"),
            Slice("open", waiting, f"{day}: {waiting} open", where),
        ]
        for day, opened, waiting, _, _ in rows
    ]
    closed, in_time = sum(row[1] - row[2] for row in rows), sum(row[3] for row in rows)
    kept = f"Of {closed:,} closed, {_percent(in_time, closed):.0f} % within their clock."
    says = kept if closed else "None was closed."
    header = ("day", "opened", "open_now", "closed_in_time", "median_hours")
    key = [("closed", "closed"), ("open", "open")]
    return Chart("cases", "Cases opened, and what is left of them", says, columns(stacks), header, rows, where, key)


def _percent(number: float, of: float) -> float:
    return round(100 * float(number) / float(of), 2) if of else 0.0


CHARTS: Mapping[str, Callable[[Window], Chart]] = {
    "signups": _signups,
    "friction": _friction,
    "groups": _groups,
    "cases": _cases,
    "rings": _rings,
    "containment": _containment,
    "saved": _saved,
    "messages": _messages,
}

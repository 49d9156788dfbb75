"""Valkey's counters are filled from PostgreSQL, and compared with it each minute.

Beat calls `keep` every ten seconds. Mostly it has nothing to do. Where the mark is gone (Valkey was emptied, or is new)
or was set under another plan (a policy was published ten seconds ago, and every process follows it), everything within
the longest window is read and put in; signups meanwhile put themselves in and are answered by PostgreSQL. Once a minute
what was stored lately is put in again, which changes nothing where it is there: so an import arrives, and what Valkey
lost in its last seconds is healed.

Rows become visible when their transactions end, not in the order of their numbers. So the mark says two numbers: all up
to `through` were visible long ago, and `ahead` is how far was read at `ahead_at`; each time it is read from `through`,
and `through` becomes `ahead` only after OVERLAP, which no transaction lasts.
"""

import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis, RedisError

from config.lib.peppers import number
from risk import counters
from risk.counters import Entry, Plan, client_of, fill, mark_key, member_of, plan_of
from risk.kinds import IdentifierKind
from risk.lookups.velocity import declared
from risk.velocities import Velocity

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
OVERLAP = timedelta(minutes=10)
SETTLE_SECONDS = 0.5  # for signups that put themselves into a Valkey emptied since, and are not stored yet
BATCH = 20_000  # numbers of identifiers read at once, about 1,800 accounts
AT_ONCE = 400  # entries put in by one call, which keeps Valkey busy for about 2 ms
BACK = 100_000  # numbers read again after the first reading: more than transactions hold that are open at once
LOCK_SECONDS = 120
TIMEOUT_SECONDS = 5.0  # nobody waits for this one

AccountsOf = Callable[[Collection[int]], Mapping[int, str]]  # the account_id of each subject

LAST_SQL = "SELECT coalesce(max(id), 0) FROM risk_identifier"
READ_SQL = "SELECT subject, kind, value, at FROM risk_identifier WHERE id > %s AND id <= %s AND at > %s AND at <= %s"
# KEYS: lock, mark. ARGV: token, doubts as they were, now, then what else the mark says. Whoever emptied Valkey took the
# lock away too, and what was read before that says nothing.
_MARK: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
if (redis.call('HGET', KEYS[2], 'doubts') or '0') == ARGV[2] then
    redis.call('HSET', KEYS[2], 'checked', ARGV[3])
end
return 1
"""
_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class LockLost(Exception):
    """Valkey was emptied meanwhile, or this took too long: what was put in may be gone."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the mark says."""

    plan: str
    coming: str  # another plan, seen once: who does not follow it yet would take out what it needs
    checked: int  # milliseconds
    doubts: int
    through: int
    ahead: int
    ahead_at: int  # milliseconds


@dataclass(frozen=True, slots=True)
class _Keeper:
    """One who holds the lock."""

    client: Redis
    token: str
    accounts_of: AccountsOf
    velocities: tuple[Velocity, ...]
    now: datetime

    @property
    def plan(self) -> Plan:
        return plan_of(self.velocities, number())

    def mark(self) -> _Mark:
        told: dict[bytes, bytes] = self.client.hgetall(mark_key())  # type: ignore[assignment]  # it decodes nothing
        numbers = (int(told.get(name, 0)) for name in (b"checked", b"doubts", b"through", b"ahead", b"ahead_at"))
        return _Mark(told.get(b"plan", b"").decode(), told.get(b"coming", b"").decode(), *numbers)

    def set_mark(self, before: _Mark, *, through: int, ahead: int, ahead_at: int) -> None:
        numbers = ("through", through, "ahead", ahead, "ahead_at", ahead_at)
        arguments = (self.token, before.doubts, _stamp(self.now), "plan", self.plan.digest, *numbers)
        if not self.client.eval(_MARK, 2, _lock_key(), mark_key(), *arguments):
            raise LockLost

    def put_in(self, after: int, last: int) -> None:
        """Put in what PostgreSQL holds between two numbers. Those of the window's very end may be open still."""
        oldest = self.now - max(velocity.reach for velocity in self.velocities)
        for start in range(after, last, BATCH):
            rows = _read(start, min(start + BATCH, last), oldest, self.now + counters.AS_THEY_COME)
            names = self.accounts_of({subject for subject, *_ in rows})
            entries = [
                Entry(member_of(names[subject]), IdentifierKind(kind), value, at)
                for subject, kind, value, at in rows
                if subject in names
            ]
            for place in range(0, len(entries), AT_ONCE):
                fill(self.client, entries[place : place + AT_ONCE], plan=self.plan, now=self.now)
            self._hold_on()

    def _hold_on(self) -> None:
        if self.client.get(_lock_key()) != self.token.encode():
            raise LockLost
        self.client.expire(_lock_key(), LOCK_SECONDS)


def keep(accounts_of: AccountsOf) -> str:
    """Fill Valkey or look after it, whichever is due; says what was done. One at a time, whoever calls.

    Raises:
        django.db.DatabaseError: PostgreSQL could not be read.

    """
    client = client_of(settings.REDIS_URL, timeout=TIMEOUT_SECONDS)
    try:
        with _locked(client) as token:
            if token is None:
                return "busy"
            return _keep(_Keeper(client, token, accounts_of, declared(), timezone.now()))
    except (RedisError, OSError) as error:
        log.warning("counters_not_kept", reason=type(error).__name__)
        return "away"
    except LockLost:
        return "lost"
    finally:
        client.connection_pool.disconnect()


def _keep(keeper: _Keeper) -> str:
    mark = keeper.mark()
    if mark.plan != keeper.plan.digest:
        if mark.plan and mark.coming != keeper.plan.digest:
            keeper.client.hset(mark_key(), "coming", keeper.plan.digest)
            return "waiting"
        _rebuild(keeper, mark)
        return "rebuilt"
    if _stamp(keeper.now) - mark.checked < EVERY / timedelta(milliseconds=1):
        return "fresh"
    _reconcile(keeper, mark)
    return "reconciled"


def _rebuild(keeper: _Keeper, mark: _Mark) -> None:
    last = _last()
    keeper.put_in(0, last)
    time.sleep(SETTLE_SECONDS)
    through, newest = max(0, last - BACK), _last()
    keeper.put_in(through, newest)
    keeper.set_mark(mark, through=through, ahead=last, ahead_at=_stamp(keeper.now))
    log.info("counters_rebuilt", identifiers=last)


def _reconcile(keeper: _Keeper, mark: _Mark) -> None:
    last, now = _last(), _stamp(keeper.now)
    keeper.put_in(mark.through, last)
    if now - mark.ahead_at >= OVERLAP / timedelta(milliseconds=1):
        keeper.set_mark(mark, through=mark.ahead, ahead=last, ahead_at=now)
    else:
        keeper.set_mark(mark, through=mark.through, ahead=mark.ahead, ahead_at=mark.ahead_at)


@contextmanager
def _locked(client: Redis) -> Iterator[str | None]:
    token = uuid.uuid4().hex
    if not client.set(_lock_key(), token, nx=True, ex=LOCK_SECONDS):
        yield None
        return
    try:
        yield token
    finally:
        client.eval(_RELEASE, 1, _lock_key(), token)


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LAST_SQL)
        last: int = cursor.fetchone()[0]
    return last


def _read(after: int, last: int, oldest: datetime, newest: datetime) -> list[tuple[int, int, int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, [after, last, oldest, newest])
        rows: list[tuple[int, int, int, datetime]] = cursor.fetchall()
    return rows


def _lock_key() -> str:
    return f"{counters.NAMESPACE}lock"


def _stamp(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)

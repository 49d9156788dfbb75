"""Velocities counted in Valkey, for signups as they come: however many come at once, each counts those before it.

For each value, and for each width of block that a velocity has, there is a sorted set: members are keyed hashes of
accounts, scores their times in milliseconds. One script counts the others of all sets and puts the newcomer in, with
nothing in between. An entry is dropped once no declared velocity can count it any more: older than the longest window,
or behind so many that every count is at its highest without it.

PostgreSQL is the truth, and Valkey a copy that may be empty, late or away. It counts as complete only while a mark
says so, which risk.recounting sets after it has read what PostgreSQL holds, for a LEASE at a time. Who could not put a
newcomer in takes the lease away when Valkey answers again, and what is read by then does not renew it.
"""

import hashlib
import math
import struct
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

import structlog
from django.conf import settings
from redis import ConnectionPool, Redis, RedisError
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from config.lib.crypto import settled_hash
from config.lib.peppers import number as spelling_number
from risk.kinds import IdentifierKind
from risk.lookups.velocity import Newcomer
from risk.velocities import Velocity

log = structlog.get_logger(__name__)

NAMESPACE = "gatehouse:v1:"  # short: it stands in every key
TIMEOUT_SECONDS: Final = 0.25  # a hundred times what it takes when it is well
LEAVE_ALONE_SECONDS: Final = 5.0  # how long Valkey is not asked after it failed
SAY_EVERY_SECONDS: Final = 60.0
LEASE = timedelta(seconds=150)  # how long a mark holds; it is renewed every minute
AS_THEY_COME = timedelta(minutes=1)  # what is older or newer than this is history, and PostgreSQL counts it

# Shared by both scripts. PLAN: how long a set keeps, from which age on it keeps no more than so many, and its
# velocities with window, gap and most, all in milliseconds.
_PUT = """
local function put(key, plan, member, at, now, how)
    if at <= now - plan[1] then return 0 end
    local new = redis.call('ZADD', key, how, string.format('%.0f', at), member)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - plan[1]))
    local surplus = redis.call('ZCOUNT', key, '-inf', string.format('%.0f', now - plan[2])) - plan[3]
    if surplus > 0 then redis.call('ZREMRANGEBYRANK', key, 0, surplus - 1) end
    local left = at + plan[1] - now
    if redis.call('PTTL', key) < left then redis.call('PEXPIRE', key, string.format('%.0f', left)) end
    return new
end
"""
# KEYS: the mark, then the sets. ARGV: member, its time, now, whether the lease is to go, then a plan for each set.
# Gives back whether the sets are complete, for each set whether the newcomer is new in it, and the counts.
_TALLY = """
local member, at, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if ARGV[4] == '1' then
    redis.call('HINCRBY', KEYS[1], 'doubts', 1)
    redis.call('HDEL', KEYS[1], 'checked')
end
local mark = redis.call('HMGET', KEYS[1], 'plan', 'checked')
local complete = mark[1] == DIGEST and mark[2] and now - tonumber(mark[2]) <= LEASE
local added, counts = {}, {}
for i = 2, #KEYS do
    local plan = PLAN[tonumber(ARGV[i + 3])]
    local own = tonumber(redis.call('ZSCORE', KEYS[i], member) or nil)
    for v = 4, #plan do
        local span, gap, most = plan[v][1], plan[v][2], plan[v][3]
        local from, to = at - gap - span, math.huge
        if gap > 0 then to = at - gap end
        local last = gap > 0 and string.format('%.0f', to) or '+inf'
        local n = redis.call('ZCOUNT', KEYS[i], '(' .. string.format('%.0f', from), last)
        if own and own > from and own <= to then n = n - 1 end
        counts[#counts + 1] = math.min(n, most)
    end
    added[#added + 1] = put(KEYS[i], plan, member, at, now, 'NX')
end
return {complete and 1 or 0, added, counts}
"""
# KEYS: the sets. ARGV: now, then for each set its plan, member and time.
_FILL = """
local now = tonumber(ARGV[1])
for i = 1, #KEYS do
    put(KEYS[i], PLAN[tonumber(ARGV[3 * i - 1])], ARGV[3 * i], tonumber(ARGV[3 * i + 1]), now, 'GT')
end
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a newcomer was put in, to be taken out again if nothing comes of it."""

    member: bytes
    sets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What Valkey counted. Where it is not `complete`, there may be more of each."""

    counts: dict[str, int]
    complete: bool
    claim: Claim


@dataclass(frozen=True, slots=True)
class Entry:
    """What an account showed, as PostgreSQL has it."""

    member: bytes
    kind: IdentifierKind
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Set:
    """One width in which the values of a kind are counted, with its place in the plan from 1."""

    number: int
    bits: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Velocities made ready to be counted in Valkey. Sets kept under another plan may lack what this needs."""

    digest: str
    of_kind: Mapping[IdentifierKind, tuple[_Set, ...]]
    tally: str  # the scripts
    fill: str


@lru_cache(maxsize=8)
def plan_of(velocities: tuple[Velocity, ...], spelt: int = 0) -> Plan:
    """The plan of velocities, the same whatever their order. Sets in another spelling lack everything."""
    groups: dict[tuple[IdentifierKind, int], list[Velocity]] = {}
    for velocity in sorted(velocities, key=lambda velocity: velocity.name):
        groups.setdefault((velocity.kind, velocity.bits), []).append(velocity)
    of_kind: dict[IdentifierKind, tuple[_Set, ...]] = dict.fromkeys(IdentifierKind, ())
    for number, ((kind, bits), counted) in enumerate(groups.items(), 1):
        of_kind[kind] += (_Set(number, bits, tuple(velocity.name for velocity in counted)),)
    table = "{" + ", ".join(map(_table, groups.values())) + "}"
    digest = hashlib.sha256(f"{list(groups)}{table}{spelt}".encode()).hexdigest()[:16]
    head = f"local PLAN, DIGEST, LEASE = {table}, '{digest}', {_milliseconds(LEASE)}\n{_PUT}"
    return Plan(digest, of_kind, head + _TALLY, head + _FILL)


def _table(velocities: Sequence[Velocity]) -> str:
    """A set's line of the plan. One more is kept than is counted: the one that counts may be among them."""
    keep = max(velocity.reach for velocity in velocities)
    calm, most = max(velocity.gap for velocity in velocities), max(velocity.most for velocity in velocities) + 1
    counted = ", ".join(
        f"{{{_milliseconds(velocity.window)}, {_milliseconds(velocity.gap)}, {velocity.most}}}"
        for velocity in velocities
    )
    return f"{{{_milliseconds(keep)}, {_milliseconds(calm)}, {most}, {counted}}}"


def member_of(account_id: str) -> bytes:
    """What stands for an account in the sets."""
    return struct.pack(">q", settled_hash("counter member", account_id))


def tally(newcomer: Newcomer, *, member: bytes, velocities: tuple[Velocity, ...], now: datetime) -> Tally | None:
    """Count the others and put the newcomer in, in one go. None where Valkey is away, or the newcomer is history."""
    at, identifiers = newcomer
    if abs(now - at) > AS_THEY_COME:
        return None
    plan = plan_of(velocities, spelling_number())
    sets = [
        (each, key_of(kind, each.bits, value)) for kind, value in identifiers.items() for each in plan.of_kind[kind]
    ]
    keys = [mark_key(), *(key for _, key in sets)]
    plans = [each.number for each, _ in sets]
    head: list[Any] = [member, _stamp(at), _stamp(now), int(_valkey.missed)]
    answered = _valkey.ask(lambda client: _script(plan.tally)(keys=keys, args=[*head, *plans], client=client))
    if answered is None:
        _valkey.missed = True
        return None
    _valkey.missed = False
    complete, added, counts = answered
    names = [name for each, _ in sets for name in each.names]
    claim = Claim(member, tuple(key for (_, key), new in zip(sets, added, strict=True) if new))
    return Tally(dict(zip(names, counts, strict=True)), bool(complete), claim)


def take_back(claim: Claim | None) -> None:
    """Take a newcomer out where it was put in: it did not come after all. What was there before it stays."""
    if claim is None or not claim.sets:
        return

    def remove(client: Redis) -> bool:
        with client.pipeline(transaction=False) as pipeline:
            for key in claim.sets:
                pipeline.zrem(key, claim.member)
            pipeline.execute()
        return True

    _valkey.ask(remove)


def forget(account_id: str, shown: Iterable[tuple[int, int]], *, velocities: tuple[Velocity, ...]) -> None:
    """Take an account that is erased out of every set that it stands in; where Valkey is away, its sets expire."""
    plan = plan_of(velocities, spelling_number())
    sets = tuple(
        key_of(IdentifierKind(kind), each.bits, value)
        for kind, value in shown
        for each in plan.of_kind[IdentifierKind(kind)]
    )
    take_back(Claim(member_of(account_id), sets))


def fill(client: Redis, entries: Iterable[Entry], *, plan: Plan, now: datetime) -> None:
    """Put entries in that PostgreSQL has. The same again changes nothing.

    Raises:
        redis.RedisError: Valkey could not take them.

    """
    keys: list[bytes] = []
    values: list[Any] = [_stamp(now)]
    for entry in entries:
        for each in plan.of_kind[entry.kind]:
            keys.append(key_of(entry.kind, each.bits, entry.value))
            values += (each.number, entry.member, _stamp(entry.at))
    if keys:
        _script(plan.fill)(keys=keys, args=values, client=client)


def mark_key() -> bytes:
    """Where the mark stands: a hash of `plan`, `checked` and what risk.recounting needs."""
    return f"{NAMESPACE}mark".encode()


def key_of(kind: IdentifierKind, bits: int, value: int) -> bytes:
    """Where the set of a value stands, or of its block."""
    return NAMESPACE.encode() + struct.pack(">BBq", kind, bits, value >> bits)


def client_of(url: str, *, timeout: float = TIMEOUT_SECONDS) -> Redis:
    """A client that gives up soon instead of trying again: who asks has somewhere else to ask."""
    pool = ConnectionPool.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 0)
    )
    return Redis(connection_pool=pool)


@dataclass(slots=True)
class _Valkey:
    """Valkey as this process finds it."""

    clients: dict[str, Redis] = field(default_factory=dict)
    away_until: float = 0.0
    said_at: float = -math.inf
    missed: bool = False  # a newcomer was not put in, and so the sets are not complete

    def ask(self, question: Callable[[Redis], Any]) -> Any:
        """What it answers; None while it is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            url = settings.REDIS_URL
            if url not in self.clients:
                self.clients[url] = client_of(url)
            return question(self.clients[url])
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return None

    def _leave_alone(self, error: Exception) -> None:
        now = time.monotonic()
        self.away_until = now + LEAVE_ALONE_SECONDS
        if now - self.said_at >= SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("velocities_counted_in_postgresql", reason=type(error).__name__)


def start_anew() -> None:
    """Count as a process does that has just started."""
    _valkey.away_until, _valkey.said_at, _valkey.missed = 0.0, -math.inf, False


@cache
def _script(text: str) -> Script:
    return Script(Redis(), text)


def _stamp(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


_valkey = _Valkey()

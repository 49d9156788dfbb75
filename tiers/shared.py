"""The copy of readings in Valkey that all processes share.

A reading counts as fresh for FRESH_SECONDS from before the database was read for it, by Valkey's own clock: so it does
not matter how late it is put in, nor whose clock is right. It stays for LAST_KNOWN_SECONDS, for when PostgreSQL is
away; that there is no such account stays for no longer than it is fresh.

Who read first can be last to put in. So a reading never takes the place of one with a later version, unless that one
was no longer fresh before this one was read: it was put in while it was fresh, so this one saw all that it saw. Then
an account was erased, or the database put back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from django.conf import settings

from config.lib.valkey import Script, Valkey, packed
from tiers.readings import Reading

NAMESPACE = "gatehouse:tier:"
FRESH_SECONDS: Final = 4.5  # 5 s are promised; the rest is for the way
FRESH_MS: Final = round(FRESH_SECONDS * 1000)

# KEYS: one for each reading. ARGV: when all were read, the readings, how long they count as fresh and stay, in ms.
# Gives back for each what stands there now, where that is another one.
_OFFER: Final = Script.of("""
local time = redis.call('TIME')
local now, read = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[1])
local fresh, stay = tonumber(ARGV[#ARGV - 1]), tonumber(ARGV[#ARGV])
local kept = {}
for i = 1, #KEYS do
    local mine, held = ARGV[i + 1], redis.call('GET', KEYS[i])
    kept[i] = false
    if held then
        local version, when = string.match(held, '^%[(%d+),(%d+)')
        local own = tonumber(string.match(mine, '^%[(%d+)'))
        version, when = tonumber(version), tonumber(when)
        local later = version > own and read < when + fresh
        if later or (version == own and when > read) then kept[i] = held end
    end
    if not kept[i] and now <= read + fresh then
        -- Anybody can make up ids that are not there: those stay for no longer than they are fresh.
        local keep = string.sub(mine, 1, 3) == '[0,' and fresh or stay
        redis.call('SET', KEYS[i], mine, 'PXAT', string.format('%.0f', read + keep))
    end
end
return kept
""")
_READ = msgspec.json.Decoder(Reading)
_TIME: Final[bytes] = packed(("TIME",))


@dataclass(frozen=True, slots=True)
class Told:
    """What Valkey had of some accounts, and its time then (ms)."""

    readings: Mapping[str, Reading]
    at_ms: int


def fetch(account_ids: Sequence[str], *, test: bool) -> Told:
    """What Valkey has of accounts, however old. Raises ValkeyAway."""
    values, (seconds, micros) = valkey.ask(packed(("MGET", *_keys(account_ids, test))), _TIME)
    at_ms = int(seconds) * 1000 + int(micros) // 1000
    found = zip(account_ids, values, strict=True)
    return Told({name: _READ.decode(value) for name, value in found if value is not None}, at_ms)


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading as Valkey has it: the command that asks for it, and the bytes."""

    command: bytes
    value: bytes


def entry(account_id: str, reading: Reading, *, test: bool) -> Entry:
    """A reading as it stands in Valkey once it was put in."""
    return Entry(packed(("GET", *_keys([account_id], test))), msgspec.json.encode(reading))


def stand(entries: Sequence[Entry]) -> list[bool]:
    """Whether Valkey has the very same of each now. Raises ValkeyAway."""
    values = valkey.ask(*[one.command for one in entries])
    return [value == one.value for value, one in zip(values, entries, strict=True)]


def offer(readings: Mapping[str, Reading], *, read_ms: int, test: bool) -> dict[str, Reading]:
    """Put readings in that began at `read_ms` by Valkey's clock. Gives them back, later ones of others in their place.

    Raises:
        ValkeyAway: they could not be put in.

    """
    stay = round(settings.LAST_KNOWN_SECONDS * 1000)
    values = map(msgspec.json.encode, readings.values())
    kept = valkey.run(_OFFER, _keys(list(readings), test), read_ms, *values, FRESH_MS, stay)
    return {
        name: mine if held is None else _READ.decode(held)
        for (name, mine), held in zip(readings.items(), kept, strict=True)
    }


def forget(account_id: str, *, test: bool) -> None:
    """Drop what is kept of an account that is erased. Raises ValkeyAway."""
    valkey.ask(packed(("DEL", *_keys([account_id], test))))


def _keys(account_ids: Sequence[str], test: bool) -> list[bytes]:  # noqa: FBT001 - part of the key
    head = f"{NAMESPACE}{'test' if test else 'live'}:"
    return [f"{head}{name}".encode("utf-8", "surrogatepass") for name in account_ids]


valkey = Valkey("tiers are read from PostgreSQL each time")

"""How keyed hashes pass to another pepper while the service runs, without anybody knowing the values behind them.

GATEHOUSE_PEPPER is the newest pepper, GATEHOUSE_OLD_PEPPERS are those before it, the newest first. A value is hashed
under the oldest, and that number is enciphered once with each pepper that came later: that is a turn. So a stored hash
is turned to another pepper by itself, and whoever has only an old pepper, and what is stored now, finds nobody. Old
peppers stay in the settings as inner layers; that they become known does no harm.

A spelling is the number of turns behind a hash. While `rotate_keys` works there are two of them, and each row says in
which it is (`spelling`). What rows are found by is written in both, and read in one that is complete:

    begun     read and written as before, and the new spelling beside it; what is there gets it too
    flipped   both are complete: read and written in the new one, the old one beside it
    finished  the old one is gone

Two halves of a number are mixed in ten rounds (Feistel; as in NIST SP 800-38G, FF1), each keyed by BLAKE2b: a
permutation of 64 bits, so that no two values become one, and it can be undone.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

PEPPER_BYTES: Final = 32
ROUNDS: Final = 10  # FF1's
WORD: Final = 64
SIGN: Final = 1 << 63
LOW_BITS, NIBBLE = 16, 4  # of a place (risk.places): the number in front, and four digits behind it
LOOK_SECONDS: Final = 2.0  # how old what a process knows of a turn may be; rotate_keys waits for longer
STATE_SQL: Final = "SELECT fingerprint, begun_at, flipped_at, finished_at FROM lib_hashturn WHERE number = %s"


@dataclass(frozen=True, slots=True)
class Spelling:
    """In how many turns hashes are read and written now, and in how many they are written beside that."""

    now: int
    other: int | None = None

    @property
    def written(self) -> tuple[int, ...]:
        """All that is written now, and so what rows in place may be found by."""
        return (self.now,) if self.other is None else (self.now, self.other)


class _Known(threading.local):
    """What this thread holds on to."""

    held: Spelling | None = None


@dataclass(slots=True)
class _State:
    read: Spelling | None = None
    of: tuple[str, ...] = ()
    until: float = 0.0


_known, _state = _Known(), _State()


def chain() -> tuple[str, ...]:
    """The peppers, the oldest first."""
    return (*reversed(settings.GATEHOUSE_OLD_PEPPERS), settings.GATEHOUSE_PEPPER)


def spelling() -> Spelling:
    """The spelling now. With one pepper no database is asked; else every LOOK_SECONDS until the turn is finished.

    Raises:
        ImproperlyConfigured: the database was turned to another pepper than the one in the settings.

    """
    if _known.held is not None:
        return _known.held
    peppers = chain()
    if len(peppers) == 1:
        return Spelling(0)
    if _state.of != peppers or time.monotonic() >= _state.until or _state.read is None:
        _state.read = _look(len(peppers) - 1)
        _state.of, settled = peppers, _state.read == Spelling(len(peppers) - 1)
        _state.until = time.monotonic() + (3600.0 if settled else LOOK_SECONDS)
    return _state.read


def number() -> int:
    """What a new row says of its hashes."""
    return spelling().now


@contextmanager
def steady() -> Iterator[Spelling]:
    """What is hashed in here is written in here in the same spelling, whatever begins meanwhile."""
    before = _known.held
    _known.held = spelling()
    try:
        yield _known.held
    finally:
        _known.held = before


def every(value: int, *, of: int | None = None) -> list[int]:
    """A hash, of now or of `of` turns, as rows may have it that are found by it."""
    spelt = spelling()
    return [turn(value, to=to, of=spelt.now if of is None else of) for to in spelt.written]


def is_turning() -> bool:
    """Whether `rotate_keys` is at work: what reads every trace waits for it."""
    return spelling().other is not None


def forget() -> None:
    """Look anew next time."""
    _state.read = None


def fingerprint(pepper: str) -> str:
    """What a database remembers of a pepper, to know it again."""
    return _derived(pepper, "fingerprint").hex()[:16]


def turn(value: int, *, to: int, of: int = 0) -> int:
    """A hash of `of` turns in the spelling of `to` turns. 0, which stands for nothing, stays."""
    for layer in range(of, to):
        value = _walk(value, layer + 1, back=False)
    for layer in range(of, to, -1):
        value = _walk(value, layer, back=True)
    return value


def turn_place(value: int, *, to: int, of: int = 0, kept: int = LOW_BITS) -> int:
    """As `turn`, of a value whose last 16 bits tell near from far: two share their fronts afterwards as before.

    `kept` is how many of these bits the value has: the first value of a block has none behind its own.
    """
    if value == 0:
        return 0
    for layer in range(of, to):
        value = _place(value, layer + 1, kept, back=False)
    for layer in range(of, to, -1):
        value = _place(value, layer, kept, back=True)
    return value


def _look(newest: int) -> Spelling:
    with connection.cursor() as cursor:
        cursor.execute(STATE_SQL, [newest])
        row = cursor.fetchone()
    if row is None:
        return Spelling(newest - 1)
    told, _, flipped, finished = row
    if told != fingerprint(settings.GATEHOUSE_PEPPER):
        raise ImproperlyConfigured("GATEHOUSE_PEPPER is not the pepper that this database was turned to.")
    if finished:
        return Spelling(newest)
    return Spelling(newest, newest - 1) if flipped else Spelling(newest - 1, newest)


def _walk(value: int, layer: int, *, back: bool) -> int:
    """One turn among the numbers but 0 (cycle walking)."""
    if value == 0:
        return 0
    key = _layer_key(chain()[layer])
    mixed = _mix(value % (1 << WORD), WORD, key, back=back)
    if mixed == 0:
        mixed = _mix(0, WORD, key, back=back)
    return _signed(mixed)


def _place(value: int, layer: int, kept: int, *, back: bool) -> int:
    key = _layer_key(chain()[layer])
    unsigned = value % (1 << WORD)
    front, low = unsigned >> LOW_BITS, unsigned & ((1 << LOW_BITS) - 1)
    turned = _mix(front, WORD - LOW_BITS, key, back=back)
    plain = turned if back else front  # each digit is shifted by what is plain before it
    for place in range(kept // NIBBLE):
        nibble = low >> (LOW_BITS - NIBBLE * (place + 1)) & 0xF
        shift = _shift(plain, place, key)
        moved = (nibble - shift if back else nibble + shift) % 16
        turned = turned << NIBBLE | moved
        plain = plain << NIBBLE | (moved if back else nibble)
    return _signed(turned << (LOW_BITS - kept))


def _mix(value: int, bits: int, key: bytes, *, back: bool) -> int:
    half = bits // 2
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    if back:
        for each in range(ROUNDS - 1, -1, -1):
            left, right = right ^ (_round(left, each, bits, key) & mask), left
    else:
        for each in range(ROUNDS):
            left, right = right, left ^ (_round(right, each, bits, key) & mask)
    return left << half | right


def _round(half: int, each: int, bits: int, key: bytes) -> int:
    return int.from_bytes(
        hashlib.blake2b(half.to_bytes(8, "big"), digest_size=4, key=key, salt=bytes((each, bits))).digest(), "big"
    )


def _shift(prefix: int, place: int, key: bytes) -> int:
    return hashlib.blake2b(prefix.to_bytes(16, "big"), digest_size=1, key=key, salt=b"place%d" % place).digest()[0] % 16


def _signed(value: int) -> int:
    return value - (1 << WORD) if value >= SIGN else value


def _layer_key(pepper: str) -> bytes:
    return _derived(pepper, "turn")


@lru_cache(maxsize=64)
def _derived(pepper: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=PEPPER_BYTES, salt=None, info=f"gatehouse:{purpose}".encode()).derive(root_of(pepper))


def root_of(pepper: str) -> bytes:
    """The bytes of a pepper. Raises ImproperlyConfigured."""
    try:
        root = bytes.fromhex(pepper)
    except ValueError:
        root = b""
    if len(root) < PEPPER_BYTES:
        raise ImproperlyConfigured("GATEHOUSE_PEPPER needs 64 hexadecimal digits.")
    return root

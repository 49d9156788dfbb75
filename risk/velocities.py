"""Velocities as a policy declares them: how many other accounts came with the same value lately, or near it.

The section `velocities` of the document (docs/policy.md) is read here. Nothing here counts: risk.counters does, in
Valkey, and risk.lookups.velocity, in PostgreSQL.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from risk.kinds import IdentifierKind
from risk.policyerror import PolicyError

COUNT_CAP = 64  # more says nothing more, and a value that is everywhere must not cost more to count
CROWD = 128  # what a share is taken of has to be counted further than the part
SCAN_CAP = 512  # entries read of a block; a block that holds more is a crowd, whenever they came
MOST_VELOCITIES = 60  # each costs every signup a few microseconds
LONGEST = timedelta(days=400)  # a year and some, back from now
SHORTEST = timedelta(minutes=1)
DIGIT_BITS = 4  # of a place, for one decimal digit (risk.places)
BLOCKS: Mapping[IdentifierKind, frozenset[int]] = {
    IdentifierKind.PHONE_PLACE: frozenset({1, 10, 100, 1_000, 10_000}),
    IdentifierKind.MAILBOX_SHAPE: frozenset({1, 10_000}),  # from this network; from all
}
ONE_VALUE = frozenset({1})

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_FIELDS = frozenset({"of", "within", "before", "block", "most"})


@dataclass(frozen=True, slots=True)
class Velocity:
    """Other accounts that showed the same value of a kind within a window before.

    The window ends `gap` before now: with a gap it counts those of earlier days. With `size`, the value is a place and
    all of its block count (risk.places). `most` is the highest count.
    """

    name: str
    kind: IdentifierKind
    window: timedelta
    gap: timedelta = timedelta()
    size: int = 1
    most: int = COUNT_CAP

    @property
    def bits(self) -> int:
        """How many low bits of a value do not tell: none where only the very same value counts."""
        return DIGIT_BITS * (len(str(self.size)) - 1)

    @property
    def reach(self) -> timedelta:
        """How far back from now it looks."""
        return self.window + self.gap


MINUTE, DAY, WEEK, MONTH, YEAR = (timedelta(minutes=count) for count in (1, 1440, 7 * 1440, 30 * 1440, 365 * 1440))

# What signals read in facts.velocity. A policy may change their windows; it has to have them all.
READ_BY_SIGNALS = (
    Velocity("device_accounts_30d", IdentifierKind.DEVICE, MONTH),
    Velocity("card_accounts_30d", IdentifierKind.CARD, MONTH),
    Velocity("card_bin_accounts_7d", IdentifierKind.CARD_BIN, WEEK),
    Velocity("card_bin_accounts_before", IdentifierKind.CARD_BIN, MONTH, gap=WEEK),
    Velocity("phone_accounts_30d", IdentifierKind.PHONE, MONTH),
    Velocity("phone_10_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10),
    Velocity("phone_100_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=100),
    Velocity("phone_1000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=1_000, most=SCAN_CAP),
    Velocity("mailbox_accounts_30d", IdentifierKind.MAILBOX, MONTH),
    Velocity("stem_accounts_7d", IdentifierKind.MAILBOX_STEM, WEEK),
    Velocity("stem_accounts_before", IdentifierKind.MAILBOX_STEM, MONTH, gap=WEEK),
    Velocity("shape_network_accounts_1d", IdentifierKind.MAILBOX_SHAPE, DAY),
    Velocity("shape_accounts_7d", IdentifierKind.MAILBOX_SHAPE, WEEK, size=10_000, most=CROWD),
    Velocity("shape_accounts_before", IdentifierKind.MAILBOX_SHAPE, MONTH, gap=WEEK, size=10_000, most=CROWD),
    Velocity("domain_accounts_1d", IdentifierKind.DOMAIN, DAY),
    Velocity("domain_accounts_7d", IdentifierKind.DOMAIN, WEEK),
    Velocity("domain_accounts_before", IdentifierKind.DOMAIN, YEAR, gap=WEEK),
    Velocity("network_accounts_10m", IdentifierKind.NETWORK, 10 * MINUTE),
    Velocity("network_accounts_1d", IdentifierKind.NETWORK, DAY, most=CROWD),
    Velocity("address_accounts_1d", IdentifierKind.ADDRESS, DAY),
)
# What the default policy declares beside, for people to read and for rules of their own.
DEFAULT = (
    *READ_BY_SIGNALS,
    Velocity("device_accounts_1d", IdentifierKind.DEVICE, DAY),
    Velocity("phone_10000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10_000, most=SCAN_CAP),
)


def parse_velocities(document: Mapping[str, Any], *, past: bool = False) -> tuple[Velocity, ...]:
    """The velocities that a policy document declares, in its order; the default's where it has no such section.

    One of the `past` may lack what signals learnt to read since.

    Raises:
        PolicyError: a declaration is malformed, or one that signals read is missing or counts something else.

    """
    section = document.get("velocities")
    if section is None:
        return DEFAULT
    if not isinstance(section, Mapping):
        raise PolicyError("velocities: a table of names and declarations is needed")
    if len(section) > MOST_VELOCITIES:
        raise PolicyError(f"velocities: {len(section)} are too many; {MOST_VELOCITIES} at most")
    declared = tuple(_velocity(name, given) for name, given in section.items())
    if not past:
        _check_those_read({velocity.name: velocity for velocity in declared})
    return declared


def lacking(declared: Iterable[Velocity], needed: Iterable[str]) -> list[str]:
    """Which of the names that something reads are not declared, in alphabetical order."""
    return sorted(set(needed) - {velocity.name for velocity in declared})


def _check_those_read(declared: Mapping[str, Velocity]) -> None:
    if missing := lacking(declared.values(), (velocity.name for velocity in READ_BY_SIGNALS)):
        raise PolicyError(f"velocities: signals read {', '.join(missing)}, which stands nowhere")
    for known in READ_BY_SIGNALS:
        velocity = declared[known.name]
        if (velocity.kind, velocity.size) != (known.kind, known.size):
            block = f" in blocks of {known.size}" if known.size > 1 else ""
            raise PolicyError(
                f"velocities.{known.name}.of: signals take it for accounts by {known.kind.name.lower()}{block};"
                " count something else under a name of your own"
            )


def _velocity(name: object, given: object) -> Velocity:
    place = f"velocities.{name}"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PolicyError(f"{place}: a name is of small letters, digits and _, begins with a letter and has 60 at most")
    if not isinstance(given, Mapping):
        raise PolicyError(f"{place}: a table is needed, such as {{of: device, within: 24h}}")
    if unknown := sorted(set(map(str, given)) - _FIELDS):
        raise PolicyError(f"{place}.{unknown[0]}: is not known here; known are {', '.join(sorted(_FIELDS))}")
    kind = _kind(given.get("of"), f"{place}.of")
    window = _duration(given.get("within"), f"{place}.within")
    gap = _duration(given["before"], f"{place}.before") if "before" in given else timedelta()
    if window + gap > LONGEST:
        raise PolicyError(f"{place}.within: reaches {(window + gap).days} days back; {LONGEST.days} at most")
    size = _block(given.get("block", 1), kind, f"{place}.block")
    return Velocity(name, kind, window, gap, size, _most(given.get("most", COUNT_CAP), f"{place}.most"))


def _kind(value: object, place: str) -> IdentifierKind:
    try:
        return IdentifierKind[str(value).upper()] if value == str(value).lower() else IdentifierKind[""]
    except KeyError:
        known = ", ".join(kind.name.lower() for kind in IdentifierKind)
        raise PolicyError(f"{place}: {value!r} is not known; known are {known}") from None


def _duration(value: object, place: str) -> timedelta:
    matched = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise PolicyError(f"{place}: {value!r} is no length of time; write 10m, 24h or 30d")
    duration = int(matched[1]) * _UNITS[matched[2]]
    if not SHORTEST <= duration <= LONGEST:
        raise PolicyError(f"{place}: {value} is not between 1m and {LONGEST.days}d")
    return duration


def _block(value: object, kind: IdentifierKind, place: str) -> int:
    sizes = BLOCKS.get(kind, ONE_VALUE)
    if isinstance(value, bool) or not isinstance(value, int) or value not in sizes:
        known = ", ".join(map(str, sorted(sizes)))
        raise PolicyError(f"{place}: {value!r} is no block of {kind.name.lower()}; {known} can be")
    return value


def _most(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SCAN_CAP:
        raise PolicyError(f"{place}: {value!r} is not a whole number between 1 and {SCAN_CAP}")
    return value

"""The lists of a policy: allow, deny and watch, of values that a registration shows.

| effect | weight, where the list names no multiplier | outcome |
|---|---|---|
| `allow` | 0.05: twenty times less likely | the score alone asks for no more than allow; floors still hold |
| `watch` | 2: twice as likely | at least the list's `floor` (challenge or review), where it has one |
| `deny` | 20: twenty times likelier | deny |

An allow-list says that somebody is known, and so it beats what the score guesses. It does not beat what is certain: an
analyst's word, a floor (a forged token, a deny-list, a rule with one), or what was reported of the account after the
fact; for those came later or know more than who wrote the entry. So where allow and deny meet, the harsher wins. A list
gives its reason once, however many of its entries match.

Values of people rest here as keyed hashes only (risk.list_values makes them); what belongs to nobody stays readable.
"""

import hashlib
import ipaddress
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import idna

from risk.facts import Facts, Listed
from risk.outcome import Outcome
from risk.policyerror import PolicyError

LISTS_MOST = 200
ENTRIES_MOST = 20_000  # of a list in the document; more belong beside it (risk.list_entries)
TEXT_MOST = 500  # characters of a reason
FLOORS = (Outcome.CHALLENGE, Outcome.REVIEW)
NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
SEALED = re.compile(r"[0-9a-f]{16}(-[0-9a-f]{16})?")
ASN_MOST = 2**32 - 1  # RFC 6793
BIN = re.compile(r"[0-9]{6}")
LIVE = "live:"  # before the number of an entry that stands beside the policy
# Before the names of lists of what partners say. Their word alone stops nobody, whatever a policy would make of it.
INDICATED = "indicated_"


class Effect(StrEnum):
    """What standing on a list does."""

    ALLOW = "allow"
    WATCH = "watch"
    DENY = "deny"


class ListKind(StrEnum):
    """What a list is of."""

    EMAILS = "emails"
    DOMAINS = "domains"
    PHONES = "phones"
    PHONE_BLOCKS = "phone_blocks"
    DEVICES = "devices"
    CARDS = "cards"
    BINS = "bins"
    ADDRESSES = "addresses"
    NETWORKS = "networks"
    ASNS = "asns"


MULTIPLIERS: Mapping[Effect, float] = {Effect.ALLOW: 0.05, Effect.WATCH: 2, Effect.DENY: 20}
PERSONAL = frozenset(
    {
        ListKind.EMAILS,
        ListKind.PHONES,
        ListKind.PHONE_BLOCKS,
        ListKind.DEVICES,
        ListKind.CARDS,
        ListKind.ADDRESSES,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `value` is the sealed form of a personal value; None of one that is not sealed yet."""

    id: str
    value: str | None
    reason: str
    author: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PolicyList:
    """A list of the policy. `weight` is in log-odds, `floor` the least outcome that it brings."""

    name: str
    of: ListKind
    effect: Effect
    weight: float
    floor: Outcome | None
    entries: Mapping[str, Entry]  # by id

    @property
    def code(self) -> str:
        """The reason that it gives."""
        return f"list_{self.name}"

    def match(self, facts: Facts) -> Listed | None:
        """The first membership in force that counts for this list: of an entry of its own, or of a live one."""
        for listed in facts.listed:
            own = listed.entry in self.entries or listed.entry.startswith(LIVE)
            if own and (listed.list, listed.of) == (self.name, self.of) and listed.holds(facts.at):
                return listed
        return None


def parse_lists(document: Mapping[str, Any]) -> tuple[PolicyList, ...]:
    """The section `lists`; nothing where there is none.

    Raises:
        PolicyError: a list is not of the form, or a readable value cannot be read. Personal values are looked at where
            they are sealed.

    """
    given = document.get("lists")
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > LISTS_MOST:
        raise PolicyError(f"lists: a list of at most {LISTS_MOST} is needed")
    lists = tuple(_list(one, f"lists.{number}") for number, one in enumerate(given))
    names = [one.name for one in lists]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise PolicyError(f"lists.{number}.name: {name} is taken by another list")
    return lists


def readable(kind: ListKind, value: object) -> str:
    """The one spelling of a value that belongs to nobody.

    Raises:
        ValueError: it is none of its kind; the message says what is needed.

    """
    text = str(value).strip()[:TEXT_MOST] if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if kind is ListKind.ASNS:
        return _asn(text)
    if kind is ListKind.BINS:
        if not BIN.fullmatch(text):
            raise ValueError("a BIN is the first six digits of a card, in quotes")
        return text
    return _network(text) if kind is ListKind.NETWORKS else _domain(text)


def moment(given: object, place: str) -> datetime | None:
    """A moment in ISO 8601; a day alone begins at midnight, and no zone is UTC. Raises PolicyError."""
    if given is None:
        return None
    try:
        read = datetime.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        raise PolicyError(f"{place}: a moment is needed, as 2027-01-31 or 2027-01-31T12:00:00Z") from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _list(given: Any, place: str) -> PolicyList:
    _only(given, frozenset({"name", "of", "effect", "multiplier", "floor", "entries"}), place)
    name = given.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise PolicyError(f"{place}.name: a name in small letters, digits and underscores is needed")
    kind = ListKind(_one_of(given.get("of"), ListKind, f"{place}.of"))
    effect = Effect(_one_of(given.get("effect"), Effect, f"{place}.effect"))
    _stops_nobody(given, name, place)
    entries = given.get("entries") or []
    if not isinstance(entries, list) or len(entries) > ENTRIES_MOST:
        raise PolicyError(f"{place}.entries: a list of at most {ENTRIES_MOST} is needed")
    read = [_entry(one, name, kind, f"{place}.entries.{number}") for number, one in enumerate(entries)]
    return PolicyList(
        name=name,
        of=kind,
        effect=effect,
        weight=_weight(given, effect, place),
        floor=_floor(given, effect, place),
        entries={entry.id: entry for entry in read},
    )


def _stops_nobody(given: Mapping[str, Any], name: str, place: str) -> None:
    if name.startswith(INDICATED) and (given["effect"] != Effect.WATCH or given.get("floor") == Outcome.REVIEW):
        raise PolicyError(f"{place}: a list of what partners say watches, with a floor of challenge at the most")


def _weight(given: Mapping[str, Any], effect: Effect, place: str) -> float:
    multiplier = given.get("multiplier", MULTIPLIERS[effect])
    number = isinstance(multiplier, int | float) and not isinstance(multiplier, bool)
    if not number or not 0.001 <= multiplier <= 1000:
        raise PolicyError(f"{place}.multiplier: a number from 0.001 to 1000 is needed")
    if (effect is Effect.ALLOW and multiplier > 1) or (effect is not Effect.ALLOW and multiplier < 1):
        raise PolicyError(f"{place}.multiplier: {multiplier} speaks the other way than {effect}")
    return math.log(multiplier)


def _floor(given: Mapping[str, Any], effect: Effect, place: str) -> Outcome | None:
    if "floor" not in given:
        return Outcome.DENY if effect is Effect.DENY else None
    if effect is not Effect.WATCH:
        raise PolicyError(f"{place}.floor: only a watch-list has one; {effect} says it already")
    return Outcome(_one_of(given["floor"], FLOORS, f"{place}.floor"))


def _entry(given: Any, name: str, kind: ListKind, place: str) -> Entry:
    _only(given, frozenset({"value", "sealed", "reason", "author", "from", "expires"}), place)
    if ("value" in given) == ("sealed" in given):
        raise PolicyError(f"{place}: an entry has a value; a stored one of a personal kind has it sealed instead")
    value = sealed_form(given["sealed"], kind, place) if "sealed" in given else _value(given["value"], kind, place)
    since, until = moment(given.get("from"), f"{place}.from"), moment(given.get("expires"), f"{place}.expires")
    if since and until and until <= since:
        raise PolicyError(f"{place}.expires: it ends before it begins")
    told = f"{name}|{kind}|{value}|{since}|{until}"
    return Entry(
        id=hashlib.sha256(told.encode()).hexdigest()[:16],
        value=value,
        reason=text(given.get("reason"), f"{place}.reason"),
        author=text(given.get("author"), f"{place}.author"),
        since=since,
        until=until,
    )


def sealed_form(sealed: object, kind: ListKind, place: str) -> str:
    """A sealed value of a personal kind, as it stands in a document. Raises PolicyError."""
    fits = isinstance(sealed, str) and SEALED.fullmatch(sealed)
    if kind not in PERSONAL or not fits or ("-" in str(sealed)) != (kind is ListKind.PHONE_BLOCKS):
        raise PolicyError(f"{place}.sealed: this is not how a value of {kind} is sealed")
    return str(sealed)


def _value(given: object, kind: ListKind, place: str) -> str | None:
    if kind in PERSONAL:
        if not isinstance(given, str | int) or isinstance(given, bool):
            raise PolicyError(f"{place}.value: a text is needed")
        return None
    try:
        return readable(kind, given)
    except ValueError as error:
        raise PolicyError(f"{place}.value: {error}") from None


def text(given: object, place: str) -> str:
    """A reason or an author. Raises PolicyError."""
    if not isinstance(given, str) or not given.strip() or len(given) > TEXT_MOST or "\x00" in given:
        raise PolicyError(f"{place}: a text of at most {TEXT_MOST} characters is needed")
    return given.strip()


def _only(given: Any, known: frozenset[str], place: str) -> None:
    if not isinstance(given, Mapping):
        raise PolicyError(f"{place}: a table is needed")
    if unknown := sorted(set(map(str, given)) - known):
        raise PolicyError(f"{place}: {', '.join(unknown)} is not known here; known are {', '.join(sorted(known))}")


def _one_of(given: object, known: Iterable[str], place: str) -> str:
    if not isinstance(given, str) or given not in set(known):
        raise PolicyError(f"{place}: {str(given)[:40]!r} is not one of {', '.join(known)}")
    return given


def _asn(text: str) -> str:
    digits = text.upper().removeprefix("AS")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and 0 < int(digits) <= ASN_MOST):
        raise ValueError("an autonomous system is a number, as AS64500")
    return str(int(digits))


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text) if "/" in text and "%" not in text else None
    except ValueError:
        network = None
    if network is None:
        raise ValueError("a network is needed, as 198.51.100.0/24 or 2001:db8::/32, with nothing set behind its length")
    if network.prefixlen == network.max_prefixlen:
        raise ValueError("a single address belongs in a list of addresses, where it is sealed")
    return str(network)


def _domain(text: str) -> str:
    try:
        ascii_form = idna.encode(text.rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        ascii_form = ""
    if "." not in ascii_form:
        raise ValueError("a domain is needed, as example.com")
    return ascii_form

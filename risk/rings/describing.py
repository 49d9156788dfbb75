"""What a ring's accounts look like, in words for an analyst. Facts of some members tell it: they hold no raw value."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from risk.facts import DeviceFacts, Facts
from risk.rings.columns import Columns, Ints
from risk.rings.links import KINDS, Link
from risk.rings.rhythm import rhythm

SAMPLE = 200  # members whose facts are read
NAMED = 6  # lines in the words for all, those that most members show; and the hours that they work
MOST_SHARE = 0.6  # of the members from which a single value is told as what they all have
FEW = 0.5  # values to one account that shows any, below which their number is told


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the accounts have in common: the share of members that show it, and how many values there are.

    `words` say what they share, as the link has it, and `shown` as what.
    """

    link: str
    words: str
    shown: str
    share: float
    values: int


@dataclass(frozen=True, slots=True)
class Template:
    """What a ring's accounts look like."""

    words: str
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)


NUMBERS: dict[Link, tuple[str, str]] = {
    Link.DOMAIN: ("mail domain", "mail domains"),
    Link.TEMPLATE: ("way of making mailboxes", "ways of making mailboxes"),
    Link.BIN: ("BIN", "BINs"),
    Link.CARD: ("card", "cards"),
    Link.PHONE_1000: ("number block", "number blocks"),
    Link.ADDRESS: ("address", "addresses"),
    Link.NETWORK: ("network", "networks"),
    Link.DEVICE: ("device", "devices"),
    Link.PRINT: ("fingerprint", "fingerprints"),
}
TOLD: dict[str, Callable[[Facts], str | None]] = {
    "SHAPE": lambda facts: (
        f"{facts.mailbox.shape}@{facts.mailbox.domain}" if facts.mailbox and facts.mailbox.shape else None
    ),
    "PROVIDER": lambda facts: (
        f"network of {facts.network.as_name}" if facts.network and facts.network.as_name else None
    ),
    "CLOCK": lambda facts: _clock(facts.device),
    "CARD_KIND": lambda facts: (
        f"{facts.card.brand} {facts.card.funding} cards of {facts.card.issuer_country}" if facts.card else None
    ),
    "CARRIER": lambda facts: (
        f"numbers of {facts.phone.carrier or facts.phone.country}" if facts.phone and facts.phone.country else None
    ),
    "HARDWARE": lambda facts: facts.device.webgl_renderer if facts.device else None,
}


def to_a_tenth(score: float) -> str:
    """A score of 0 to 100 for people, never rounded up to certainty."""
    return f"{math.floor(10 * score) / 10:.1f}"


def describe(accounts: Columns, rows: Ints, facts: Sequence[Facts]) -> Template:
    """The template of the accounts in `rows`; `facts` are those of some of them."""
    lines = sorted([*_told(facts), *_numbers(accounts, rows)], key=lambda line: -line.share)
    worked = _worked(accounts, rows)
    return Template(", ".join(line.shown for line in [*lines[:NAMED], *worked]), (*lines, *worked))


def _clock(device: DeviceFacts | None) -> str | None:
    if device is None or device.timezone is None or device.timezone_offset is None:
        return None
    hours, minutes = divmod(abs(device.timezone_offset), 60)
    east = "-" if device.timezone_offset < 0 else "+"
    return f"clock at UTC{east}{hours}{f':{minutes:02d}' if minutes else ''} ({device.timezone})"


def _line(link: Link, shown: str, *, share: float, values: int) -> Line:
    return Line(link.name, KINDS[link].words, shown, round(share, 3), values)


def _worked(accounts: Columns, rows: Ints) -> list[Line]:
    """The hours of somebody's work, where most signups stand in them."""
    found = rhythm(accounts.at[rows])
    return [_line(Link.HOUR, f"signups {found.words}", share=found.share, values=found.hours)] if found else []


def _told(facts: Sequence[Facts]) -> list[Line]:
    lines = []
    for link, tell in TOLD.items():
        said = Counter(words for words in map(tell, facts) if words is not None)
        if not said:
            continue
        words, count = said.most_common(1)[0]
        if count >= MOST_SHARE * said.total() and count > 1:
            lines.append(_line(Link[link], words, share=count / len(facts), values=len(said)))
    return lines


def _numbers(accounts: Columns, rows: Ints) -> list[Line]:
    lines = []
    for link, (one, several) in NUMBERS.items():
        shown = accounts.of[link].code[rows]
        shown = shown[shown >= 0]
        values = len(np.unique(shown))
        if len(shown) > 1 and values <= FEW * len(shown):
            words = f"1 {one}" if values == 1 else f"{values:,} {several}"
            lines.append(_line(link, words, share=len(shown) / len(rows), values=values))
    return lines

"""Made-up traces: people who share nothing but where they live, and what a test gives them in common."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from risk.rings.columns import Columns, Traces
from risk.rings.links import STORED, Link
from risk.rings.tells import WORDS, told

Row = dict[Link, int]
COUNTRIES, PROVIDERS, SYSTEMS, DOMAINS, SHAPES, TEMPLATES = 4, 12, 5, 8, 30, 10
# What there is of each in a country: people at home there show no other country's.
AT_HOME = {
    Link.PROVIDER: PROVIDERS,
    Link.CARRIER: 5,
    Link.BIN: 200,
    Link.CARD_KIND: 6,
    Link.LOCALE: 3,
    Link.CLOCK: 2,
}
OWN = (Link.ADDRESS, Link.NETWORK, Link.DEVICE, Link.VISITOR, Link.MAILBOX, Link.PHONE, Link.CARD)
BLOCKS = (Link.PHONE_10, Link.PHONE_100, Link.PHONE_1000, Link.PHONE_10000)


class People:
    """A population that grows by who is added. The seed makes it the same each time."""

    def __init__(self, number: int, seed: int = 1) -> None:
        self.dice = np.random.default_rng(seed)
        self.rows: list[Row] = []
        self.tells: list[list[str]] = []
        for _ in range(number):
            self.add(self.somebody())

    def somebody(self, **given: int) -> Row:
        """Somebody ordinary; `given` are links by their names."""
        country = given.get("COUNTRY", 1 + int(self.dice.integers(COUNTRIES)))
        row = {link: self.unique() for link in (*OWN, *BLOCKS)}
        row |= {
            Link.COUNTRY: country,
            Link.PLACE: country,
            Link.SYSTEM: self.some(Link.SYSTEM, SYSTEMS),
            Link.DOMAIN: self.some(Link.DOMAIN, DOMAINS),
            Link.SHAPE: self.some(Link.SHAPE, SHAPES),
            Link.TEMPLATE: self.some(Link.TEMPLATE, TEMPLATES),
            Link.HARDWARE: self.some(Link.HARDWARE, 300),
            Link.CANVAS: self.some(Link.CANVAS, 600),
            Link.FORM: self.some(Link.FORM, 400),
        }
        row |= {link: self.some(link, of, country) for link, of in AT_HOME.items()}
        return row | {Link[name]: value for name, value in given.items()}

    def unique(self) -> int:
        """A value that nobody else shows."""
        return int(self.dice.integers(1 << 40, 1 << 60))

    def some(self, link: Link, of: int, *where: int) -> int:
        """One of so many values of a link, of its own set in each place."""
        return 1 + int(self.dice.integers(of)) + 1_000 * int(link) + 100_000 * sum(where)

    def add(self, row: Row, tells: Iterable[str] = ()) -> int:
        """Let somebody come; the subject's number."""
        self.rows.append(row)
        self.tells.append(list(tells))
        return len(self.rows)

    def group(self, number: int, make: Callable[[int], Row], tells: Iterable[str] = ()) -> list[int]:
        """Let so many come who have something in common; their subjects' numbers."""
        return [self.add(make(each), tells) for each in range(number)]

    def columns(self) -> Columns:
        """All of them, in the order in which they came."""
        return self.traces().columns()

    def traces(self) -> Traces:
        """What they left, in the order in which they came."""
        links = np.zeros((len(self.rows), STORED), dtype=np.int64)
        for place, row in enumerate(self.rows):
            for link, value in row.items():
                links[place, link] = value
        tells = np.array([told(each) for each in self.tells], dtype=np.int64).reshape(-1, WORDS)
        subjects = np.arange(1, len(self.rows) + 1, dtype=np.int64)
        return Traces(subjects, subjects.astype(np.float64), links, tells)


def operator(people: People, **habits: Any) -> Callable[[int], Row]:
    """One who changes networks and devices, and draws numbers from a block, cards from two BINs, mail at one domain."""
    blocks = {link: people.unique() for link in BLOCKS}
    domain, shape = people.unique(), people.unique()
    bins = [people.unique(), people.unique()]

    def account(number: int) -> Row:
        row = people.somebody(COUNTRY=1)
        row |= blocks | {Link.DOMAIN: domain, Link.SHAPE: shape, Link.BIN: bins[number % 2]}
        return row | {Link[name]: value for name, value in habits.items()}

    return account

"""A small cast of accounts by what they do: an operator's, and the crowds that could be taken for one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk.rings.profiles import Groups
from risk.rings.use.evidence import templates
from risk.rings.use.tallies import Asked, Days, Exits, Use

GENERIC, AGENT = 1, 2  # clients
TEMPLATES = [0x0F0F_3C3C_5A5A_9696, 0x1234_5678_9ABC_DEF0, 0x7FED_CBA9_8765_4321, 0x2468_ACE0_1357_9BDF]


@dataclass(frozen=True, slots=True)
class Doer:
    """One account, or what it does for a time. An address is in the network of its number by 256; `signed_up` is one.

    It signs up on day 0 and calls from day `begins` on, by all its exits each day, in the first hours of the day; on a
    day of 0 requests it does not.
    """

    signed_up: int
    requests: Sequence[int]  # by day
    exits: Sequence[int]  # an address for each window
    asked: Sequence[int]  # a sketch for each window
    client: int = GENERIC
    hosted: bool = False
    begins: int = 0
    hours: int = 6  # of each day


def use_of(doers: Sequence[Doer | tuple[Doer, ...]]) -> Use:
    """What all of them did; several in one place are one account, one after the other."""
    did = [(row, doer) for row, one in enumerate(doers) for doer in (one if isinstance(one, tuple) else (one,))]
    exits = [(row, exit_, doer) for row, doer in did for exit_ in doer.exits]
    asked = [(row, sketch) for row, doer in did for sketch in doer.asked]
    days = [
        (row, day, number, doer.hours)
        for row, doer in did
        for day, number in enumerate(doer.requests, doer.begins)
        if number
    ]
    once = np.ones(len(asked), dtype=np.int64)
    return Use(
        np.array([(one[0] if isinstance(one, tuple) else one).signed_up for one in doers], dtype=np.int64),
        np.zeros(len(doers), dtype=np.int64),
        Exits(
            _ints([row for row, _, _ in exits]),
            _ints([exit_ for _, exit_, _ in exits]),
            _ints([exit_ // 256 for _, exit_, _ in exits]),
            _ints([doer.client for _, _, doer in exits]),
            np.ones(len(exits), dtype=np.int64),
            np.array([doer.hosted for _, _, doer in exits], dtype=bool),
            _ints([doer.begins for _, _, doer in exits]),
            _ints([doer.begins + max(len(doer.requests) - 1, 0) for _, _, doer in exits]),
        ),
        templates(Asked(_ints([row for row, _ in asked]), _ints([each for _, each in asked]), once), len(doers)),
        Days(
            _ints([row for row, _, _, _ in days]),
            _ints([day for _, day, _, _ in days]),
            _ints([number for _, _, number, _ in days]),
            _ints([(1 << hours) - 1 for _, _, _, hours in days]),
        ),
    )


def _ints(values: Sequence[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(values, dtype=np.int64)


class Cast:
    """Draws accounts, the same ones each time."""

    def __init__(self, seed: int = 1) -> None:
        self.random = np.random.default_rng(seed)
        self._line = 1_000_000

    def lines(self, number: int) -> list[int]:
        """Addresses that nobody else has, each in a network of its own."""
        self._line += number
        return [256 * (self._line - place) for place in range(number)]

    def talk(self, number: int) -> list[int]:
        """What nobody says twice."""
        return [int(each) for each in self.random.integers(-(2**63), 2**63 - 1, number)]

    def filled(self, number: int, templates: Sequence[int]) -> list[int]:
        """Fillings of templates: some bit of each is changed, now and then."""
        chosen = self.random.choice(len(templates), number)
        bits = [int(1 << bit) if self.random.random() < 0.5 else 0 for bit in self.random.integers(0, 60, number)]
        return [templates[place] ^ bit for place, bit in zip(chosen, bits, strict=True)]

    def volumes(self, typical: float, unlike: float, days: int = 10) -> list[int]:
        """Requests by day; `unlike` is the standard deviation of the logarithm, of accounts and of days."""
        mine = typical * np.exp(self.random.normal(0, unlike))
        return [max(1, int(mine * np.exp(self.random.normal(0, unlike)))) for _ in range(days)]

    def people(self, number: int) -> list[Doer]:
        """People who talk from home, and elsewhere now and then."""
        homes = self.lines(number)
        return [Doer(home // 256, self.volumes(15, 1.2), [home] * 16 + self.lines(4), self.talk(40)) for home in homes]

    def operator(self, number: int, *, hosted: bool = False) -> list[Doer]:
        """Accounts that are worked evenly by templates, through a pool of exits that each of them draws from."""
        pool = self.lines(3 if hosted else number)
        return [
            Doer(
                self.lines(1)[0] // 256,
                self.volumes(25, 0.15),
                [int(each) for each in self.random.choice(pool, 20)],
                self.filled(40, TEMPLATES),
                hosted=hosted,
            )
            for _ in range(number)
        ]

    def agent_users(self, number: int) -> list[Doer]:
        """People at home with one popular agent."""
        return [
            Doer(home // 256, self.volumes(30, 1.0), [home] * 20, self.filled(40, TEMPLATES), client=AGENT)
            for home in self.lines(number)
        ]

    def hosted_agent_users(self, number: int) -> list[Doer]:
        """Customers of a vendor whose cloud runs an agent for them."""
        pool = self.lines(4)
        return [
            Doer(
                self.lines(1)[0] // 256,
                self.volumes(30, 1.0),
                [int(each) for each in self.random.choice(pool, 20)],
                self.filled(40, TEMPLATES),
                client=AGENT,
                hosted=True,
            )
            for _ in range(number)
        ]

    def platform_users(self, number: int) -> list[Doer]:
        """Builders on one platform, each with templates of its own."""
        pool = self.lines(4)
        return [
            Doer(
                self.lines(1)[0] // 256,
                self.volumes(60, 1.2),
                [int(each) for each in self.random.choice(pool, 20)],
                self.filled(40, self.talk(2)),
                hosted=True,
            )
            for _ in range(number)
        ]

    def colleagues(self, number: int) -> list[Doer]:
        """A firm's people with one pipeline, called from the office where they signed up."""
        office = self.lines(1)[0]
        return [
            Doer(office // 256, self.volumes(40, 0.5), [office] * 20, self.filled(40, TEMPLATES)) for _ in range(number)
        ]


def all_in_one(first: int, number: int) -> Groups:
    """One group, of so many rows from the first on."""
    return Groups(np.arange(first, first + number), np.zeros(number, dtype=np.int64), 1)

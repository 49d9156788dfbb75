"""The use of accounts as evidence: what they show together, and the pools that come of it. Pure."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from risk.rings.columns import THREADS, Floats, Ints
from risk.rings.profiles import Groups
from risk.rings.use.families import families
from risk.rings.use.habits import habits
from risk.rings.use.judging import Shown, nats, seen, with_size
from risk.rings.use.networks import networks
from risk.rings.use.pools import guesses, settled
from risk.rings.use.sharing import in_common
from risk.rings.use.tallies import Asked, Common, Incidence, Use
from risk.rings.use.turns import turns

POOL: Final = (
    3.0  # nats of use and size from which a pool is a group: with no sign at signup it takes twice as much to be a ring
)
LARGER: Final = 0.5  # nats, for a natural logarithm of its accounts, that a larger pool may tell less
SHARED: Final = 0.5  # of a pool's accounts are in a better one: it is left out


def evidence(use: Use) -> Shown:
    """What is shown together: templates; exits, with what is home apart; clients."""
    exits = use.exits
    place = np.unique(exits.address, return_inverse=True)[1]
    at_home = int(place.max(initial=-1)) + 1 + exits.rows
    return Shown(
        use.asked,
        Common.of(Incidence.of(exits.rows, np.where(use.home, at_home, place), exits.windows), use.accounts),
        Incidence.of(exits.rows, exits.client, exits.windows),
        networks(use),
        habits(use),
        turns(use),
    )


def templates(asked: Asked, accounts: int) -> Common:
    """What so many accounts ask for by templates, with what was said once apart."""
    family = families(asked.sketch, asked.times)
    alike = family >= 0
    said = Incidence.of(asked.rows[alike], family[alike], asked.times[alike])
    return Common.of(said, accounts).beside(asked.rows[~alike], asked.times[~alike])


def pools(of: Shown) -> Ints:
    """By row: a number for the pool that the account is of, -1 for none. The most telling pools come first."""
    shown = (of.asked, of.exits)
    found: list[tuple[float, Ints]] = []
    with ThreadPoolExecutor(THREADS) as threads:
        settling = list(threads.map(lambda guess: settled(shown, guess, of.used), guesses(shown, of.used)))
    for groups in settling:
        told = nats(seen(of, groups), np.zeros(groups.number))
        order = np.argsort(groups.group, kind="stable")
        parts = np.split(groups.rows[order], np.cumsum(groups.size)[:-1]) if groups.number else []
        enough = with_size(told, groups.size) >= POOL
        found += [(float(told[number]), part) for number, part in enumerate(parts) if enough[number]]
    return chosen(found, len(of.used))


def chosen(found: Sequence[tuple[float, Ints]], accounts: int) -> Ints:
    """By row: the number of the first pool that has the account, of pools told with their nats; -1 for none.

    The most telling come first, and of two that tell about as much the larger: a part of an operator's accounts can be
    evener by chance than all of them, and what the others do makes it look common.
    """
    taken = np.full(accounts, -1, dtype=np.int64)
    number = 0
    for _, rows in sorted(found, key=lambda each: (-each[0] - LARGER * math.log(len(each[1])), -len(each[1]))):
        free = rows[taken[rows] < 0]
        if len(free) > (1 - SHARED) * len(rows):
            taken[free] = number
            number += 1
    return taken


def said(of: Shown, groups: Groups) -> tuple[Floats, Floats]:
    """By member, in the order of the groups' rows: nats of templates and of exits that it has in common with others."""
    return in_common(of.asked, groups, of.used), in_common(of.exits, groups, of.used)

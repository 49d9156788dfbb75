"""The records of bench/rings.py: made-up towns of 100,000 accounts, as many as are asked for.

Each town comes from the simulator whole, by a seed of its own: no person and no operator is a copy of another's. What
is people's own is renumbered by town, so that nobody of one town shares an address, a device, a card, a number or a
mailbox with anybody of another. docs/rings-scale.md says what that keeps.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Columns, Flags, Floats, Ints, columns
from risk.rings.links import Link

TOWN, OPERATED, SEED = 100_000, 0.035, "rings"
# Nobody's secrets: values are hashed alike whenever a town is made.
SECRETS = {"DJANGO_SECRET_KEY": "made", "GATEHOUSE_DATA_KEYS": "t" * 44, "GATEHOUSE_PEPPER": "ab" * 32}
OWN = (
    Link.ADDRESS,
    Link.NETWORK,
    Link.DEVICE,
    Link.VISITOR,
    Link.MAILBOX,
    Link.STEM,
    Link.PHONE,
    Link.PHONE_10,
    Link.PHONE_100,
    Link.PHONE_1000,
    Link.PHONE_10000,
    Link.CARD,
)
OWN_DOMAIN = (Link.DOMAIN, Link.SHAPE)  # of mailboxes that are not at a provider for everybody
MIX = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits, odd: multiplying by it loses nothing


@dataclass(frozen=True, slots=True)
class Records:
    """Accounts and the truth about them, in no order; kept as a file that each method reads."""

    at: Floats  # seconds
    links: Ints
    tells: Ints
    operator: NDArray[np.str_]  # "" for nobody's

    def columns(self) -> Columns:
        """As detection reads them; `subjects` are places here."""
        return columns(np.arange(len(self.at), dtype=np.int64), self.at, self.links, self.tells)


def renumbered(links: Ints, public: Flags, town: int) -> Ints:
    """The same traces with a town's own numbers: equal values stay equal, and people's own are nobody's elsewhere."""
    moved = links.copy()
    for link in (*OWN, *OWN_DOMAIN):
        rows = moved[:, link] != 0
        if link in OWN_DOMAIN:
            rows &= ~public
        moved[rows, link] = _elsewhere(moved[rows, link], town)
    return moved


def _elsewhere(values: Ints, town: int) -> Ints:
    """Other numbers, one for one (an addition, an odd factor and a shift can all be undone), never 0 by design."""
    if not town:
        return values
    mixed = values.astype(np.uint64) + np.uint64(town * MIX % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(MIX)
    return np.where(mixed == 0, np.uint64(MIX), mixed).astype(np.int64)


def grown(folder: Path, accounts: int) -> Records:
    """So many accounts of as many towns as that takes; where they have more, as many are drawn by lot."""
    towns = [_town(folder, town) for town in range(-(-accounts // TOWN))]
    joined = Records(*(np.concatenate([getattr(town, name) for town in towns]) for name in Records.__slots__))
    if len(joined.at) == accounts:
        return joined
    some = np.sort(np.random.default_rng(1).permutation(len(joined.at))[:accounts])
    return Records(*(getattr(joined, name)[some] for name in Records.__slots__))


def _town(folder: Path, town: int) -> Records:
    its = np.load(town_file(folder, town))
    operated = its["operator"] != ""
    names = np.where(operated, np.char.add(f"{town}:", its["operator"]), "")
    return Records(its["at"], renumbered(its["links"], its["public"], town), its["tells"], names)


def town_file(folder: Path, town: int) -> Path:
    """Where a town is kept."""
    return folder / f"whole-{town:02}.npz"


def make(folder: Path, towns: int) -> None:
    """Make the towns that are not there yet, as many at once as there are cores: each takes some two minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [town for town in range(towns) if not town_file(folder, town).exists()]
    with ThreadPoolExecutor(os.cpu_count()) as at_once:
        for _ in at_once.map(lambda town: _make(folder, town), missing):
            pass


def _make(folder: Path, town: int) -> None:
    seed = f"{SEED} {town}" if town else SEED
    made = town_file(folder, town).with_suffix(".part.npz")
    asked = [sys.executable, "-m", "bench._rings_made", str(TOWN), seed, str(OPERATED), str(made)]
    told = {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
    subprocess.run(asked, check=True, env={**os.environ, **told, **SECRETS})
    made.rename(town_file(folder, town))

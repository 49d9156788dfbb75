"""The records of bench/rings.py: one made-up town of 100,000 accounts, and as many more as are asked for.

The first town comes from the simulator whole. Each further one has the first one's honest people again, with what is
theirs renumbered, so that nobody of one town shares an address, a device, a card, a number or a mailbox with anybody of
another; and operators of its own, drawn by the simulator from another seed. docs/rings-scale.md says what that keeps.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Columns, Flags, Floats, Ints, columns
from risk.rings.links import Link

TOWN, OPERATED, SEED = 100_000, 0.035, "rings"
SHIFT = 3_600.0  # seconds at most by which a town's clock is off, so that towns do not come in step
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
MADE = (Link.PRINT, Link.CANVAS, Link.FONTS)  # a computer's own, or those of a model: then many show the same
MANY = 20  # accounts of a town that show a model's
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

    def since(self, at: float) -> "Records":
        """Those who came since then."""
        late = self.at >= at
        return Records(*(getattr(self, name)[late] for name in Records.__slots__))


def renumbered(links: Ints, public: Flags, town: int) -> Ints:
    """The same traces in another town: equal values stay equal, and what is people's own is nobody's elsewhere."""
    moved = links.copy()
    for link in (*OWN, *MADE, *OWN_DOMAIN):
        rows = moved[:, link] != 0
        if link in MADE:
            _, place, count = np.unique(moved[:, link], return_inverse=True, return_counts=True)
            rows &= count[place] < MANY
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
    first = np.load(town_file(folder, 0))
    number = -(-accounts // TOWN)
    towns = [_town(first, np.load(town_file(folder, town)), town) for town in range(number)]
    joined = Records(*(np.concatenate([getattr(town, name) for town in towns]) for name in Records.__slots__))
    if len(joined.at) == accounts:
        return joined
    some = np.sort(np.random.default_rng(1).permutation(len(joined.at))[:accounts])
    return Records(*(getattr(joined, name)[some] for name in Records.__slots__))


def _town(first: "np.lib.npyio.NpzFile", its: "np.lib.npyio.NpzFile", town: int) -> Records:
    """The first town as it is; of another one its operators, and the first one's honest people renumbered."""
    if not town:
        return Records(first["at"], first["links"], first["tells"], first["operator"])
    honest = first["operator"] == ""
    links = np.concatenate([first["links"][honest], its["links"]])
    public = np.concatenate([first["public"][honest], its["public"]])
    shift = np.random.default_rng(town).uniform(-SHIFT, SHIFT)
    names = np.char.add(f"{town}:", its["operator"])
    return Records(
        np.concatenate([first["at"][honest], its["at"]]) + shift,
        renumbered(links, public, town),
        np.concatenate([first["tells"][honest], its["tells"]]),
        np.concatenate([first["operator"][honest], names]),
    )


def town_file(folder: Path, town: int) -> Path:
    """Where a town is kept."""
    return folder / f"town-{town:02}.npz"


def make(folder: Path, towns: int) -> None:
    """Make the towns that are not there yet: the first takes some minutes, each other one some seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    for town in range(towns):
        if town_file(folder, town).exists():
            continue
        accounts, operated = (round(TOWN * OPERATED), 1.0) if town else (TOWN, OPERATED)
        seed = f"{SEED} {town}" if town else SEED
        made = town_file(folder, town).with_suffix(".part.npz")
        asked = [sys.executable, "-m", "bench._rings_made", str(accounts), seed, str(operated), str(made)]
        told = {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        subprocess.run(asked, check=True, env={**os.environ, **told, **SECRETS})
        made.rename(town_file(folder, town))

"""How likely it is that somebody else shows the same print, learnt from the devices seen so far.

Components hang together: a phone's model settles its screen, its GPU and its canvas at once. Multiplying their shares
as if they did not would make every stock phone look unique, so each share is taken among the devices with the same
parent: a tree of dependences (C. Chow and C. Liu, 1968) whose shape is set in risk.recognition.components.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from risk.recognition.components import COMPONENTS, Print

ALL = 0  # the count of all devices
STRENGTH = 5  # devices' worth of belief in the table's shares, before traffic has told more
# The chance that two devices share a visitor id whose components were not sent: of 2 million browsers 84 % of the
# computers and 42 % of the handsets had a print of their own (Andriamilanto et al. 2022), so that few in a million meet
# by chance on computers.
VISITOR_SHARED = (1e-5, 3e-3)
# A visitor id is mostly made of the components, so that whoever shares all of them shares it too.
VISITOR_FOLLOWS = 0.9
VISITOR_STRENGTH = 2

Counts = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Rarity:
    """Of one print: the weight of agreeing in each part, -log of its share, in nats."""

    weights: Mapping[str, float]
    visitor: float  # of a visitor id that agrees, given that all components do
    at_most: float  # whatever the parts come to: of the whole print, others are on record that have it
    devices: float  # on record
    beyond: float  # of a visitor id, for what it is made of and was not sent

    @property
    def whole(self) -> float:
        """Of the whole print."""
        return min(self.at_most, math.fsum(self.weights.values()) + self.visitor + self.beyond)


def count_keys(seen: Print) -> dict[str, int]:
    """Under which key each part of a print is counted: components within their parent's value, and the whole."""
    keys = {name: _key(name, value, seen.parent_of(name)) for name, value in seen.values.items()}
    keys["whole"] = whole_key(seen)
    if seen.visitor is not None:
        keys["visitor_id"] = _key("visitor_id", seen.visitor, keys["whole"])
    return keys


def whole_key(seen: Print) -> int:
    """One number for all components together."""
    packed = b"".join(struct.pack("<16pq", name.encode(), value) for name, value in sorted(seen.values.items()))
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)


def rarity_of(seen: Print, keys: Mapping[str, int], counts: Counts, scale: float = 1.0) -> Rarity:
    """How rare the parts of a print are, whose count_keys are given, by counts that are worth `scale` each.

    One device less is counted each time: the one that it is compared with.
    """
    count = {name: scale * counts.get(key, 0.0) for name, key in keys.items()}
    of_all = scale * counts.get(ALL, 0.0)
    of_value = {value: count[name] for name, value in seen.values.items()}
    weights = {}
    for name in seen.values:
        parent = seen.parent_of(name)
        among = of_all if parent is None else of_value[parent]
        weights[name] = -math.log(_share(count[name], among, COMPONENTS[name].shared[seen.handset], STRENGTH))
    alike, visitor = count["whole"], 0.0
    if seen.visitor is not None:
        visitor = -math.log(_share(count["visitor_id"], alike, VISITOR_FOLLOWS, VISITOR_STRENGTH))
    return Rarity(
        weights=weights,
        visitor=visitor,
        at_most=math.log(max(of_all, alike) / (alike - 1)) if seen.telling and alike >= 2 else math.inf,
        devices=of_all,
        beyond=beyond(seen.values, handset=seen.handset) if seen.visitor is not None else 0.0,
    )


def beyond(names: Iterable[str], *, handset: bool) -> float:
    """What a visitor id tells beyond the components that could be compared: the more, the fewer they were."""
    told = -math.fsum(math.log(COMPONENTS[name].shared[handset]) for name in names)
    return max(0.0, -math.log(VISITOR_SHARED[handset]) - told)


def _share(count: float, among: float, believed: float, strength: float) -> float:
    others = max(0.0, count - 1)
    return min(1.0, (others + strength * believed) / (max(0.0, among - 1, others) + strength))


def _key(name: str, value: int, parent: int | None) -> int:
    packed = struct.pack("<qq", value, parent or 0)
    return int.from_bytes(blake2b(packed, digest_size=8, person=name.encode()[:16]).digest(), "big", signed=True)

"""Everything that is left to chance comes from one seeded source, so that the same seed makes the same bytes."""

import hashlib
import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Weighted(Generic[Thing]):
    """Things of which some are drawn oftener than others."""

    __slots__ = ("cumulative", "things")

    def __init__(self, rows: Iterable[tuple[Thing, float]]) -> None:
        kept = tuple(rows)
        self.things = tuple(thing for thing, _ in kept)
        self.cumulative = tuple(accumulate(weight for _, weight in kept))

    def rows(self) -> list[tuple[Thing, float]]:
        """The things with their weights."""
        before = (0.0, *self.cumulative)
        return [(thing, upto - less) for thing, upto, less in zip(self.things, self.cumulative, before, strict=False)]


class Dice(random.Random):
    """Draws of the kinds that are needed here."""

    def chance(self, share: float) -> bool:
        """Whether something happens that happens this often, 0 to 1."""
        return self.random() < share

    def one(self, of: Weighted[Thing]) -> Thing:
        """One of them, by weight."""
        place = bisect(of.cumulative, self.random() * of.cumulative[-1], 0, len(of.things) - 1)
        return of.things[place]

    def early(self, of: Sequence[Thing], tilt: float = 2.0) -> Thing:
        """One of a list, the earlier ones oftener."""
        return of[int(len(of) * self.random() ** tilt)]

    def hexes(self, digits: int) -> str:
        """So many hex digits."""
        return f"{self.getrandbits(4 * digits):0{digits}x}"

    def fill(self, template: str) -> str:
        """A template with a digit for each #, one from 2 to 9 for each N, and a letter for each ?."""
        return "".join(self._filled(sign) for sign in template)

    def _filled(self, sign: str) -> str:
        if sign == "#":
            return str(int(self.random() * 10))
        if sign == "N":
            return str(2 + int(self.random() * 8))
        return chr(97 + int(self.random() * 26)) if sign == "?" else sign

    def around(self, middle: float, spread: float = 0.5) -> float:
        """A positive number around the middle, with a long tail upwards: log-normal."""
        return middle * self.lognormvariate(0, spread)


def digest(*parts: object, digits: int = 16) -> str:
    """The same hex digits for the same parts."""
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=(digits + 1) // 2).hexdigest()[:digits]

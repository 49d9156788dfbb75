"""Prompts, as their sketches alone: a template is 64 bits, and each filling changes some of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.simulation.dice import Dice

BITS = 64
LONG = 2.0  # bits that a filling changes in a long template, on average
SHORT = 9.0  # and in a short one, of which most is filled in


@dataclass(frozen=True, slots=True)
class Template:
    """One text with places to fill in."""

    bits: int
    changed: float  # bits, on average

    def filled(self, dice: Dice) -> str:
        """The sketch of one filling."""
        bits = self.bits
        for _ in range(min(BITS // 2, int(dice.expovariate(1 / self.changed)))):
            bits ^= 1 << dice.randrange(BITS)
        return f"{bits:016x}"


def template(dice: Dice, *, long: float = 0.7) -> Template:
    """One more; `long` is the share of long ones."""
    return Template(dice.getrandbits(BITS), LONG if dice.chance(long) else SHORT)


def templates(dice: Dice, number: int, *, long: float = 0.7) -> list[Template]:
    """So many."""
    return [template(dice, long=long) for _ in range(number)]


@dataclass(frozen=True, slots=True)
class Prompts:
    """What one asks: some of it by templates, the rest each time something else, as people talk."""

    own: Sequence[Template]
    talk: float  # share that is never the same

    def some(self, dice: Dice, requests: int, *, most: int = 8) -> list[str]:
        """Sketches of an hour's requests: each template once, and what was said, as a gateway keeps them."""
        sketches: dict[str, None] = {}
        used: set[int] = set()
        for _ in range(min(requests, 3 * most)):
            if not self.own or dice.chance(self.talk):
                sketches[f"{dice.getrandbits(BITS):016x}"] = None
            elif (place := int(len(self.own) * dice.random() ** 1.5)) not in used:
                used.add(place)
                sketches[self.own[place].filled(dice)] = None
            if len(sketches) >= most:
                break
        return list(sketches)

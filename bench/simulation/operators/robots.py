"""Forms that a program fills in as if by hand: each operator's has one way, one pace and one way of writing names.

Tools that open accounts by the hundred type with a set wait between keys and between fields, move the pointer along a
made-up curve and add a little chance to each, so that one form looks like a person's and all of them look alike.
"""

from dataclasses import dataclass
from typing import Any

from bench.simulation.dice import Dice
from bench.simulation.names import WHOLE_OR_PART, written
from bench.simulation.people import Person, characters
from bench.simulation.world import Sent, World

PASTING = 0.3  # programs that paste, of those that do not type
KEY_SECONDS, WAITS_SECONDS = (0.06, 0.45), (5, 45)  # between two keys; between fields, in all
KEYS, PASTED_KEYS = (1.0, 1.3), (0.1, 0.6)  # to the characters of the form
PASTES, POINTER, FINGER = (1, 3), (8, 140), (2, 20)
CHANCE = (0.03, 0.25)  # the spread that a program adds
BY_HAND = (0.0, 0.4)  # share of accounts that somebody fills in all the same


@dataclass(frozen=True, slots=True)
class Robot:
    """One operator's program. `keys` is to the characters of a form, `pastes` of each form."""

    key: float
    waits: float
    keys: float
    pastes: int
    pointer: int
    finger: int
    chance: float
    by_hand: float
    names: float  # which way of writing names

    def over(self, world: World, who: Person, sent: Sent, *, touch: bool) -> Sent:
        """What was sent, as the program fills it in."""
        if sent["form"] is None or world.dice.chance(self.by_hand):
            return sent
        named = {**sent, "name": written(who.given, who.family, self.names)}
        return {**named, "form": self._form(world.dice, characters(named), touch=touch)}

    def _form(self, dice: Dice, text: int, *, touch: bool) -> dict[str, Any]:
        keys = int(dice.around(text * self.keys, self.chance / 4))
        return {
            "duration_ms": int(dice.around(self.waits + keys * self.key, self.chance) * 1000),
            "keystrokes": keys,
            "pastes": self.pastes,
            "pointer_events": int(dice.around(self.finger if touch else self.pointer, self.chance)),
        }


def robot(dice: Dice) -> Robot:
    """Somebody's program."""
    pastes = dice.randint(*PASTES) if dice.chance(PASTING) else 0
    return Robot(
        key=dice.uniform(*KEY_SECONDS),
        waits=dice.uniform(*WAITS_SECONDS),
        keys=dice.uniform(*(PASTED_KEYS if pastes else KEYS)),
        pastes=pastes,
        pointer=dice.randint(*POINTER),
        finger=dice.randint(*FINGER),
        chance=dice.uniform(*CHANCE),
        by_hand=dice.uniform(*BY_HAND),
        names=dice.random() * WHOLE_OR_PART,
    )

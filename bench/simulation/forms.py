"""How the form was filled in: by hand, with a browser's memory, with a password manager, slowly, on a phone."""

from typing import Any

from bench.simulation.dice import Dice, Weighted

HABITS = Weighted([("typed", 56), ("autofill", 24), ("manager", 10), ("pasted", 10)])
HABITS_ON_PHONE = Weighted([("typed", 50), ("autofill", 39), ("manager", 6), ("pasted", 5)])

PASTES_ONE = 0.1  # of those who type: the password or the address


def form(dice: Dice, text: int, *, touch: bool = False, habit: str | None = None) -> dict[str, Any]:
    """What the page counted. `text` is how many characters the form took in all."""
    habit = habit or dice.one(HABITS_ON_PHONE if touch else HABITS)
    pointer = int(dice.around(9 if touch else 70, 0.6))
    if habit == "autofill":
        return _counts(dice.around(14, 0.6), int(text * dice.uniform(0, 0.3)), 0, pointer)
    if habit == "manager":
        return _counts(dice.around(16, 0.5), dice.randrange(0, 14), dice.randrange(0, 3), pointer)
    if habit == "pasted":
        return _counts(dice.around(24, 0.5), int(text * dice.uniform(0.1, 0.6)), dice.randrange(1, 4), pointer)
    pace = {"slow": 1.6, "typed": 0.45}[habit]
    keys = int(text * dice.uniform(1.0, 1.35))
    return _counts(dice.around(9 + keys * pace, 0.35), keys, 1 if dice.chance(PASTES_ONE) else 0, pointer)


def _counts(seconds: float, keys: int, pastes: int, pointer: int) -> dict[str, Any]:
    return {
        "duration_ms": int(max(seconds, 3.2) * 1000),
        "keystrokes": keys,
        "pastes": pastes,
        "pointer_events": pointer,
    }

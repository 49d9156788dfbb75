"""Phone numbers as people give them."""

from bench.simulation.dice import Dice
from bench.simulation.places import Country

VOIP, TYPO, SPACED = 0.015, 0.006, 0.05


def phone(dice: Dice, country: Country) -> str:
    """A mobile of the country; some over the internet, some mistyped, some with spaces."""
    if country.voips and dice.chance(VOIP):
        return dice.fill(dice.choice(country.voips))
    number = dice.fill(dice.one(country.mobiles))
    drawn = dice.random()
    if drawn < TYPO:
        return number[:-1] if dice.chance(0.5) else f"{number}{dice.randrange(10)}"
    return f"{number[:3]} {number[3:6]} {number[6:]}" if drawn < TYPO + SPACED else number


def block(dice: Dice, country: Country) -> str:
    """The front of ten thousand numbers, as a box of SIM cards has them in a row."""
    return dice.fill(dice.one(country.mobiles))[:-4]

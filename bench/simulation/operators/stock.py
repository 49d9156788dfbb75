"""Where operators get numbers and cards in bulk, and what one account is given of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.simulation.cards import Issue, bulk, card
from bench.simulation.dice import Dice
from bench.simulation.operators.mail import Mail
from bench.simulation.people import Person
from bench.simulation.phones import block
from bench.simulation.places import Country
from bench.simulation.world import World

Numbers = Callable[[Country], str]
Cards = Callable[[Country], dict[str, Any]]
CARD_AGAIN = (0.0, 0.25)  # share of accounts that get a card which another has had
REMEMBERED = 20
RENTED = (5, 60)  # rows of ten thousand numbers that a service has in a country
CVC_FAILS = (0.01, 0.1)  # of stolen cards
ABROAD, FROM = 0.06, ("US", "GB", "BR", "DE")  # of stolen cards


@dataclass(frozen=True, slots=True)
class Supplies:
    """What an operator has, and how often it gives it."""

    mail: Mail
    numbers: Numbers
    cards: Cards
    gives_number: float
    gives_card: float

    def draw(self, world: World, who: Person) -> dict[str, Any]:
        """What one account gets."""
        number = self.numbers(who.country) if world.dice.chance(self.gives_number) else None
        card = self.cards(who.country) if world.dice.chance(self.gives_card) else None
        return {"email": self.mail(who), "phone": number, "payment": card}


def sim_blocks(dice: Dice, rows: int) -> Numbers:
    """SIM cards by the box: numbers of a few rows in each country, more or less in order, with gaps."""
    boxes: dict[str, list[tuple[str, int]]] = {}

    def one(country: Country) -> str:
        box = boxes.setdefault(country.code, [])
        if len(box) < rows:
            box.append((block(dice, country), dice.randrange(9000)))
        row = dice.randrange(len(box))
        front, place = box[row]
        place = (place + dice.randrange(1, 9)) % 10_000
        box[row] = front, place
        return f"{front}{place:04}"

    return one


def rented(dice: Dice) -> Numbers:
    """Numbers of real SIM cards, rented for one message: of those that a service's suppliers have in their machines.

    Suppliers buy SIM cards by the box, so that a service has numbers of some rows of each country at a time.
    """
    stock: dict[str, list[str]] = {}
    rows = dice.randint(*RENTED)

    def one(country: Country) -> str:
        if country.code not in stock:
            stock[country.code] = [block(dice, country) for _ in range(rows)]
        return f"{dice.early(stock[country.code], 1.5)}{dice.randrange(10_000):04}"

    return one


def virtual_cards(dice: Dice, bins: int, place: str | None = None) -> Cards:
    """Virtual cards of a few kinds of each country, or of one; some are used for several accounts."""
    kinds: dict[str, list[Issue]] = {}
    used: dict[str, list[dict[str, Any]]] = {}
    again = dice.uniform(*CARD_AGAIN)

    def one(country: Country) -> dict[str, Any]:
        code = place or country.code
        had = used.setdefault(code, [])
        if had and dice.chance(again):
            return dice.choice(had)
        if code not in kinds:
            kinds[code] = [dice.one(bulk(code)) for _ in range(bins)]
        had.append(dice.early(kinds[code]).card(dice))
        del had[:-REMEMBERED]
        return had[-1]

    return one


def stolen_cards(dice: Dice) -> Cards:
    """Cards of people, mostly from there, whose codes fail oftener."""
    fails = dice.uniform(*CVC_FAILS)

    def one(country: Country) -> dict[str, Any]:
        taken = card(dice, dice.choice(FROM) if dice.chance(ABROAD) else country.code)
        return {**taken, "cvc_check": "fail"} if dice.chance(fails) else taken

    return one

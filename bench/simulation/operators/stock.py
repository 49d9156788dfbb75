"""Where operators get numbers, cards and residential addresses in bulk, and what one account is given of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.simulation.cards import card, issue
from bench.simulation.dice import Dice
from bench.simulation.operators.mail import Mail
from bench.simulation.people import Person, home_address
from bench.simulation.phones import block, phone
from bench.simulation.places import Country
from bench.simulation.world import World

Numbers = Callable[[], str]
Cards = Callable[[], dict[str, Any]]
Proxies = Callable[[Person], str]
FUNDING = ("prepaid", "debit", "debit", "credit")  # of virtual cards
CARD_AGAIN = (0.0, 0.25)  # share of accounts that get a card which another has had
REMEMBERED = 20
CVC_FAILS = 0.08  # of stolen cards
POOL = (0.3, 3.0)  # addresses of a proxy pool to one account
POOLED = 0.5  # operators whose proxies come from a pool that is used up


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
        number = self.numbers() if world.dice.chance(self.gives_number) else None
        card = self.cards() if world.dice.chance(self.gives_card) else None
        return {"email": self.mail(who), "phone": number, "payment": card}


def sim_blocks(dice: Dice, country: Country, rows: int) -> Numbers:
    """SIM cards by the box: numbers of a few rows, more or less in order, with gaps."""
    fronts = [block(dice, country) for _ in range(rows)]
    places = [dice.randrange(9000) for _ in range(rows)]

    def one() -> str:
        row = dice.randrange(rows)
        places[row] = (places[row] + dice.randrange(1, 9)) % 10_000
        return f"{fronts[row]}{places[row]:04}"

    return one


def rented(dice: Dice, country: Country) -> Numbers:
    """Numbers of real SIM cards from everywhere, rented for one message."""
    return lambda: phone(dice, country)


def virtual_cards(dice: Dice, bins: int, place: str) -> Cards:
    """Virtual cards of a few kinds; some are used for several accounts."""
    kinds = [issue(dice, place, dice.choice(FUNDING)) for _ in range(bins)]
    used: list[dict[str, Any]] = []
    again = dice.uniform(*CARD_AGAIN)

    def one() -> dict[str, Any]:
        if used and dice.chance(again):
            return dice.choice(used)
        used.append(dice.early(kinds).card(dice))
        del used[:-REMEMBERED]
        return used[-1]

    return one


def stolen_cards(dice: Dice, place: str) -> Cards:
    """Cards of people, mostly from there, whose codes fail oftener."""

    def one() -> dict[str, Any]:
        taken = card(dice, dice.choice((place, place, place, "US", "GB", "BR")))
        return {**taken, "cvc_check": "fail"} if dice.chance(CVC_FAILS) else taken

    return one


def proxies(world: World, accounts: int) -> Proxies:
    """People's lines, rented out: fresh ones each time, or from a pool in which they come again."""
    dice = world.dice
    most = max(1, int(accounts * dice.uniform(*POOL))) if dice.chance(POOLED) else accounts * 1000
    pool: list[str] = []

    def one(who: Person) -> str:
        place = int(most * dice.random())
        if place < len(pool):
            return pool[place]
        pool.append(home_address(world, who, touch=dice.chance(0.2)))
        return pool[-1]

    return one

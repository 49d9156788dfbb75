"""What operators get in bulk: mailboxes, numbers and cards. Each operator draws sources of its own."""

from collections.abc import Callable
from typing import Any

from bench.simulation.cards import Issue, card, issue
from bench.simulation.dice import Dice, Weighted
from bench.simulation.mailboxes import THROWAWAY, WORDS
from bench.simulation.people import Person
from bench.simulation.phones import block, phone
from bench.simulation.places import Country
from bench.simulation.world import World

Mail = Callable[[Person], str]
Numbers = Callable[[], str | None]
Cards = Callable[[], dict[str, Any] | None]
BOUGHT = ("gmail.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com")
CHEAP = (".xyz", ".top", ".site", ".online", ".com", ".net", ".shop")


def mailboxes(world: World, patterns: int, kinds: Weighted[str]) -> Mail:
    """Addresses from so many sources, one of which is drawn for each account."""
    sources = [MAILS[world.dice.one(kinds)](world) for _ in range(patterns)]
    return lambda who: world.dice.early(sources, 1.5)(who)


def catch_all(world: World) -> Mail:
    """Domains bought for it, that take in anything: names or words before the @."""
    dice = world.dice
    stems = [f"{dice.choice(WORDS)}{dice.choice(WORDS)}{dice.choice(('', dice.fill('##')))}" for _ in range(dice.randrange(1, 13))]
    domains = [f"{stem}{dice.choice(CHEAP)}" for stem in stems]
    named = dice.chance(0.7)

    def one(who: Person) -> str:
        local = world.mailboxes.local(who.given, who.family) if named else dice.fill("??????##")
        return world.mailboxes.unique(local, dice.choice(domains))

    return one


def bought(world: World) -> Mail:
    """Accounts at providers, made by one generator: a name and digits in one pattern."""
    dice = world.dice
    domain = dice.choice(BOUGHT)
    pattern = dice.choice(("{given}{family}{digits}", "{given}.{family}{digits}", "{family}{given}{digits}", "{given}{digits}{letters}", "{given}{letters}{digits}"))
    digits, letters = "#" * dice.randrange(2, 7), "?" * dice.randrange(1, 4)

    def one(who: Person) -> str:
        local = pattern.format(given=who.given.lower(), family=who.family.lower(), digits=dice.fill(digits), letters=dice.fill(letters))
        return world.mailboxes.unique(local, domain)

    return one


def noise(world: World) -> Mail:
    """Letters and digits by lot at a provider."""
    template, domain = world.dice.choice(("??????????", "?????###??", "????????##")), world.dice.choice(BOUGHT)
    return lambda _: world.mailboxes.unique(world.dice.fill(template), domain)


def throwaway(world: World) -> Mail:
    """Boxes that live for ten minutes."""
    return lambda who: world.mailboxes.unique(world.mailboxes.local(who.given, who.family), world.dice.choice(THROWAWAY))


def tagged(world: World) -> Mail:
    """A few boxes under many spellings."""
    dice = world.dice
    boxes = [dice.choice(WORDS) + dice.choice(WORDS) + dice.fill("##") for _ in range(dice.randrange(1, 6))]

    def one(_: Person) -> str:
        box = dice.choice(boxes)
        if dice.chance(0.5):
            return world.mailboxes.unique(f"{box}+{dice.fill('????')}", "gmail.com")
        return world.mailboxes.unique("".join(letter + "." * dice.chance(0.3) for letter in box[:-1]) + box[-1], "gmail.com")

    return one


def like_people(world: World) -> Mail:
    """Aged accounts of real people, bought or stolen: nothing tells them apart."""
    return lambda who: world.mailboxes.personal(who.given, who.family, who.country.code)


MAILS: dict[str, Callable[[World], Mail]] = {
    one.__name__: one for one in (catch_all, bought, noise, throwaway, tagged, like_people)
}


def sim_blocks(dice: Dice, country: Country, rows: int) -> Numbers:
    """SIM cards by the box: numbers of a few rows, more or less in order, with gaps."""
    fronts = [[block(dice, country), dice.randrange(9000)] for _ in range(rows)]

    def one() -> str:
        row = dice.choice(fronts)
        row[1] = (int(row[1]) + dice.randrange(1, 9)) % 10_000
        return f"{row[0]}{row[1]:04}"

    return one


def rented(dice: Dice, country: Country) -> Numbers:
    """Numbers of real SIM cards from everywhere, rented for one message."""
    return lambda: phone(dice, country)


def virtual_cards(dice: Dice, bins: int, place: str) -> Cards:
    """Virtual cards of a few kinds; some are used for several accounts."""
    kinds: list[Issue] = [issue(dice, place, dice.choice(("prepaid", "debit", "debit", "credit"))) for _ in range(bins)]
    used: list[dict[str, Any]] = []
    again = dice.uniform(0, 0.25)

    def one() -> dict[str, Any]:
        if not used or not dice.chance(again):
            used.append(dice.early(kinds).card(dice))
            del used[:-20]
        return dice.choice(used) if dice.chance(again) else used[-1]

    return one


def stolen_cards(dice: Dice, place: str) -> Cards:
    """Cards of people from everywhere, whose codes fail oftener."""

    def one() -> dict[str, Any]:
        taken = card(dice, dice.choice((place, place, "US", "GB", "BR")))
        return {**taken, "cvc_check": "fail"} if dice.chance(0.08) else taken

    return one

"""Where operators get mailboxes in bulk."""

from collections.abc import Callable

from bench.simulation.dice import Dice, Weighted
from bench.simulation.mailboxes import CHEAP, HABITS, NUMBERS, TABLES, THROWAWAY, WORDS
from bench.simulation.people import Person
from bench.simulation.world import World

Mail = Callable[[Person], str]
DOMAINS, BOXES = (1, 12), (1, 5)  # of one source: domains bought for it; boxes under many spellings
NAMED = 0.85  # sources whose addresses at own domains look like names
PATTERNS = (1, 3)  # ways of naming of one source
NUMBERED = 1.5  # how much oftener a program than a person puts digits behind a name
SPELT: Weighted[str] = Weighted(
    [
        (habit, weight * (NUMBERED if any(number in habit for number in NUMBERS) else 1))
        for habit, weight in HABITS.rows()
    ]
)
NOISE = ("??????????", "?????###??", "????????##")


def mailboxes(world: World, sources: int, kinds: Weighted[str]) -> Mail:
    """Addresses from so many sources, one of which is drawn for each account, the first oftenest."""
    made = [MAILS[world.dice.one(kinds)](world) for _ in range(sources)]

    def one(who: Person) -> str:
        source = world.dice.early(made, 1.5)
        return source(who)

    return one


def catch_all(world: World) -> Mail:
    """Domains bought for it, that take in anything: names in a few ways, or letters before the @."""
    dice = world.dice
    domains = [_domain(dice) for _ in range(dice.randint(*DOMAINS))]
    named = _names(world)
    if not dice.chance(NAMED):
        return lambda _: world.mailboxes.unique(dice.fill("??????##"), dice.choice(domains))
    return lambda who: world.mailboxes.unique(named(who), dice.choice(domains))


def _domain(dice: Dice) -> str:
    stem = f"{dice.choice(WORDS)}{dice.choice(WORDS)}{dice.choice(('', dice.fill('##')))}"
    return f"{stem}{dice.choice(CHEAP)}"


def _names(world: World) -> Callable[[Person], str]:
    """What a program puts before the @: names, in few of the ways that people have."""
    dice = world.dice
    patterns = [dice.one(SPELT) for _ in range(dice.randint(*PATTERNS))]
    return lambda who: world.mailboxes.spelt(dice.choice(patterns), who.given, who.family)


def _provider(world: World) -> Callable[[Person], str]:
    """Who has the mailboxes: in each country one of its providers, of which a source has a stock."""
    stock: dict[str, str] = {}

    def one(who: Person) -> str:
        place = who.country.code
        if place not in stock:
            stock[place] = world.dice.one(TABLES[place])
        return stock[place]

    return one


def bought(world: World) -> Mail:
    """Accounts at a provider, made by one program."""
    provider, named = _provider(world), _names(world)
    return lambda who: world.mailboxes.unique(named(who), provider(who))


def noise(world: World) -> Mail:
    """Letters and digits by lot at a provider."""
    template, provider = world.dice.choice(NOISE), _provider(world)
    return lambda who: world.mailboxes.unique(world.dice.fill(template), provider(who))


def throwaway(world: World) -> Mail:
    """Boxes that live for ten minutes."""

    def one(who: Person) -> str:
        return world.mailboxes.unique(world.mailboxes.local(who.given, who.family), world.dice.choice(THROWAWAY))

    return one


def tagged(world: World) -> Mail:
    """A few boxes under many spellings."""
    dice = world.dice
    boxes = [dice.choice(WORDS) + dice.choice(WORDS) + dice.fill("##") for _ in range(dice.randint(*BOXES))]

    def one(_: Person) -> str:
        box = dice.choice(boxes)
        if dice.chance(0.5):
            return world.mailboxes.unique(f"{box}+{dice.fill('????')}", "gmail.com")
        dotted = "".join(letter + "." * dice.chance(0.3) for letter in box[:-1]) + box[-1]
        return world.mailboxes.unique(dotted, "gmail.com")

    return one


def like_people(world: World) -> Mail:
    """Aged accounts of people, bought or stolen: nothing tells them apart."""
    return lambda who: world.mailboxes.personal(who.given, who.family, who.country.code)


MAILS: dict[str, Callable[[World], Mail]] = {
    "catch_all": catch_all,
    "bought": bought,
    "noise": noise,
    "throwaway": throwaway,
    "tagged": tagged,
    "like_people": like_people,
}

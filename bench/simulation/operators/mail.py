"""Where operators get mailboxes in bulk."""

from collections.abc import Callable

from bench.simulation.dice import Weighted
from bench.simulation.mailboxes import THROWAWAY, WORDS
from bench.simulation.people import Person
from bench.simulation.world import World

Mail = Callable[[Person], str]
PROVIDERS = ("gmail.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com")
CHEAP = (".xyz", ".top", ".site", ".online", ".com", ".net", ".shop")
DOMAINS, BOXES = (1, 12), (1, 5)  # of one source: domains bought for it; boxes under many spellings
NAMED = 0.7  # sources whose addresses at own domains look like names
PATTERNS = (
    "{given}{family}{digits}",
    "{given}.{family}{digits}",
    "{family}{given}{digits}",
    "{given}{digits}{letters}",
    "{given}{letters}{digits}",
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
    """Domains bought for it, that take in anything: names or letters before the @."""
    dice = world.dice
    stems = [
        f"{dice.choice(WORDS)}{dice.choice(WORDS)}{dice.choice(('', dice.fill('##')))}"
        for _ in range(dice.randint(*DOMAINS))
    ]
    domains = [f"{stem}{dice.choice(CHEAP)}" for stem in stems]
    named = dice.chance(NAMED)

    def one(who: Person) -> str:
        local = world.mailboxes.local(who.given, who.family) if named else dice.fill("??????##")
        return world.mailboxes.unique(local, dice.choice(domains))

    return one


def bought(world: World) -> Mail:
    """Accounts at a provider, made by one generator: a name and digits in one pattern."""
    dice = world.dice
    domain, pattern = dice.choice(PROVIDERS), dice.choice(PATTERNS)
    digits, letters = "#" * dice.randint(2, 6), "?" * dice.randint(1, 3)

    def one(who: Person) -> str:
        parts = {"digits": dice.fill(digits), "letters": dice.fill(letters)}
        local = pattern.format(given=who.given.lower(), family=who.family.lower(), **parts)
        return world.mailboxes.unique(local, domain)

    return one


def noise(world: World) -> Mail:
    """Letters and digits by lot at a provider."""
    template, domain = world.dice.choice(NOISE), world.dice.choice(PROVIDERS)
    return lambda _: world.mailboxes.unique(world.dice.fill(template), domain)


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

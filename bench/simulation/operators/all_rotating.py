"""Each account as careful as an honest person: what is left is thin, such as favourite issuers or ways of naming."""

from datetime import datetime

from bench.simulation.dice import Weighted
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.slips import slips
from bench.simulation.operators.stock import Supplies, proxies, rented, stolen_cards, virtual_cards
from bench.simulation.people import own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import Party, Sent, World

MARKETS = ("US", "US", "US", "GB", "DE", "BR", "IN", "FR", "ES", "PL", "MX")
SOURCES, BINS, DAYS = (3, 8), (4, 12), (15, 31)
STOLEN = 0.5  # operators with people's cards; the rest have virtual ones of several banks
GIVES_NUMBER, GIVES_CARD = (0.4, 0.8), (0.3, 0.6)
MAILS = Weighted([("like_people", 6), ("bought", 2), ("catch_all", 1)])


def all_rotating(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    virtual = virtual_cards(dice, dice.randint(*BINS), country.code)
    cards = stolen_cards(dice, country.code) if dice.chance(STOLEN) else virtual
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    gives = dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD)
    supplies = Supplies(mail, rented(dice, country), cards, *gives)
    lines, slipping = proxies(world, room), slips(world)

    def member(at: datetime) -> Sent:
        who = person(world, country)
        seen = slipping.over(world, own_browser(world, who, at))
        return signup(world, who, at, ip=lines(who), browser=seen, **supplies.draw(world, who))

    return Party("operator", pace(world, *DAYS).moments(world, room), member, name)

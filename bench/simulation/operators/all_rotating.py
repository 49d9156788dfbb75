"""Each account as careful as an honest person: what is left is thin, such as favourite issuers or ways of naming."""

from datetime import datetime

from bench.simulation.dice import Weighted
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.markets import markets
from bench.simulation.operators.pace import pace
from bench.simulation.operators.proxies import proxies
from bench.simulation.operators.slips import slips
from bench.simulation.operators.stock import Supplies, rented, stolen_cards, virtual_cards
from bench.simulation.people import handheld, own_browser, person, signup
from bench.simulation.world import Party, Sent, World

SOURCES, BINS, DAYS = (3, 8), (4, 12), (15, 35)
STOLEN = 0.5  # operators with people's cards; the rest have virtual ones of several banks
GIVES_NUMBER, GIVES_CARD = (0.4, 0.8), (0.25, 0.6)
MAILS = Weighted([("like_people", 6), ("bought", 3), ("catch_all", 1)])


def all_rotating(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    served = markets(world)
    virtual = virtual_cards(dice, dice.randint(*BINS))
    cards = stolen_cards(dice) if dice.chance(STOLEN) else virtual
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    gives = dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD)
    supplies = Supplies(mail, rented(dice), cards, *gives)
    lines, slipping = proxies(world, room), slips(world)

    def member(at: datetime) -> Sent:
        who = person(world, served.one(world, at))
        seen = slipping.over(world, own_browser(world, who, at))
        ip = lines.one(who, touch=handheld(seen))
        return signup(world, who, at, ip=ip, browser=seen, **supplies.draw(world, who))

    return Party("operator", pace(world, DAYS, served).moments(world, room), member, name)

"""One server and an HTTP library or a bare headless browser: fast, and hardly hidden."""

from datetime import datetime

from bench.simulation.addresses import four, network_of
from bench.simulation.dice import Weighted
from bench.simulation.networks import Use
from bench.simulation.operators.headless import headless, machine_form
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.stock import Supplies, rented, stolen_cards
from bench.simulation.people import person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import Party, Sent, World

MARKETS = ("US", "GB", "DE", "BR", "IN", "FR")
LIBRARIES = (
    "python-requests/2.32.3",
    "python-httpx/0.28.1",
    "Go-http-client/2.0",
    "axios/1.7.9",
    "node-fetch/1.0",
    "okhttp/4.12.0",
)
LIBRARY = 0.5  # the rest drive a browser
DRESSED = 0.4  # of those with a library: it sends a browser's user agent
MAILS = Weighted([("throwaway", 3), ("noise", 3), ("tagged", 2), ("bought", 3), ("catch_all", 2)])
SOURCES, GIVES_NUMBER, DAYS = (1, 2), (0, 0, 0.3), (0.05, 3)


def script(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    server = four(dice, network_of(dice, "", Use.HOSTING))
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    supplies = Supplies(mail, rented(dice), stolen_cards(dice), dice.choice(GIVES_NUMBER), gives_card=0)
    library = dice.chance(LIBRARY)
    agent = headless(world, world.at(0)).user_agent if dice.chance(DRESSED) else dice.choice(LIBRARIES)
    bare = {"user_agent": agent.replace("Headless", ""), "accept_language": None, "device": None, "form": None}

    def member(at: datetime) -> Sent:
        who = person(world, country)
        known = supplies.draw(world, who)
        if library:
            return signup(world, who, at, ip=server, **known, **bare)
        return signup(world, who, at, ip=server, browser=headless(world, at), **known, form=machine_form(world, who))

    return Party("operator", pace(world, DAYS).moments(world, room), member, name)

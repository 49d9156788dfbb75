"""People whose browser resists fingerprinting.

Firefox's resistFingerprinting shows the clock of UTC, English, few cores, rounded screens, random pictures (Mozilla's
documentation, read November 2026); Brave's "farbling" makes pictures and sound anew for each site and session, and
lowers cores and memory by lot (Brave's wiki, "Fingerprinting protections").
"""

from datetime import datetime

from bench.simulation.devices import Browser, Setting, browser
from bench.simulation.dice import Weighted
from bench.simulation.models import COMPUTERS, Model, System
from bench.simulation.people import Person, person, signup
from bench.simulation.world import Sent, World

FIREFOX_SHARE = 0.35
BLOCKED = 0.3  # of those with Firefox: the canvas is refused altogether
FIREFOXES: Weighted[Model] = Weighted(
    [(model, model.share) for model in COMPUTERS.things if "firefox" in model.browsers.things]
)
CHROMES: Weighted[Model] = Weighted(
    [(model, model.share) for model in COMPUTERS.things if model.system is not System.CHROMEOS]
)
ROUNDED = ("1400x900x24", "1600x900x24", "1800x900x24", "1200x800x24", "1400x700x24")


def privacy_browser(world: World, at: datetime) -> Sent:
    """Somebody who does not want to be known again."""
    who = person(world, at=at)
    seen = resisting(world, at) if world.dice.chance(FIREFOX_SHARE) else brave(world, who, at)
    return signup(world, who, at, browser=seen)


def resisting(world: World, at: datetime) -> Browser:
    """Firefox that resists."""
    dice = world.dice
    english = Setting(at, ("en-US", "en"), "UTC")
    seen = browser(dice, dice.one(FIREFOXES), english, "firefox")
    hidden = {"webgl_vendor": "Mozilla", "webgl_renderer": "Mozilla"}
    canvas = None if dice.chance(BLOCKED) else dice.hexes(16)
    return seen.but(canvas=canvas, hardware_concurrency=4, screen=dice.choice(ROUNDED), **hidden)


def brave(world: World, who: Person, at: datetime) -> Browser:
    """Brave, which calls itself Chrome."""
    dice = world.dice
    plain = browser(dice, dice.one(CHROMES), Setting(at, who.tongue[:2], who.zone), "chrome")
    report = plain.report
    fonts = [font for font in report["fonts"] if dice.chance(0.9)]
    cores = dice.randrange(2, (report["hardware_concurrency"] or 4) + 1)
    memory = dice.choice([size for size in (2, 4, 8) if size <= (report["device_memory"] or 8)])
    return plain.but(
        canvas=dice.hexes(16), audio=dice.hexes(8), fonts=fonts, hardware_concurrency=cores, device_memory=memory
    )

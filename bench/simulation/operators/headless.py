"""A browser on a server, with little done to hide it, and a form that a program fills in."""

from datetime import datetime
from typing import Any

from bench.simulation.devices import Browser, Setting, browser
from bench.simulation.dice import digest
from bench.simulation.models import BY_NAME
from bench.simulation.people import Person
from bench.simulation.world import World

SOFTWARE = "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)"
SAYS_HEADLESS, WEBDRIVER, SMALL_SCREEN, AT_ONCE = 0.4, 0.6, 0.5, 0.5


def headless(world: World, at: datetime) -> Browser:
    """Chrome without a window, on Linux."""
    dice = world.dice
    seen = browser(dice, BY_NAME["Linux"], Setting(at, ("en-US", "en"), "UTC"), "chrome").but(
        webgl_vendor="Google Inc. (Google)",
        webgl_renderer=SOFTWARE,
        canvas=digest("canvas", SOFTWARE),
        fonts=[],
        screen="800x600x24" if dice.chance(SMALL_SCREEN) else "1920x1080x24",
        webdriver=dice.chance(WEBDRIVER),
    )
    named = dice.chance(SAYS_HEADLESS)
    agent = seen.user_agent.replace("Chrome/", "HeadlessChrome/") if named else seen.user_agent
    return Browser(agent, seen.accept_language, seen.report)


def machine_form(world: World, who: Person) -> dict[str, Any]:
    """Filled in at once, or with the waiting and typing that the program was told to do."""
    dice = world.dice
    if dice.chance(AT_ONCE):
        return {"duration_ms": dice.randrange(300, 2500), "keystrokes": 0, "pastes": 0, "pointer_events": 0}
    keys = len(who.given) + len(who.family) + dice.randrange(12, 40)
    duration, pointer = dice.randrange(6000, 15000), dice.randrange(0, 6)
    return {"duration_ms": duration, "keystrokes": keys, "pastes": 0, "pointer_events": pointer}

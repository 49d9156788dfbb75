"""A made-up population of browsers for the benchmarks, each drawn whole: the model first, then what that model has.

It is a table set by hand, not a sample of anybody's traffic. Which values go together (a MacBook Air's screens, the
cores and graphics of a Galaxy, what Firefox leaves out) is taken from makers' data sheets and browsers' documentation;
how many people have each model is a round guess. So the joint structure is that of real devices, and shares are not.
Beside the ordinary models stand the honest oddities that a rule on rare pairs is likely to hit, each a group by name.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bench._device_models import ANDROID, MODELS, Model
from risk.facts import BrowserFacts, DeviceFacts, Facts, HintFacts, TokenState

CLOCKS = (  # minutes east of UTC, the languages spoken there, and a share; people who moved have one of elsewhere
    (-300, ("en", "en", "en", "es"), 16),
    (-360, ("en", "en", "en", "es"), 9),
    (-480, ("en", "en", "en", "es", "zh"), 11),
    (-180, ("pt",), 9),
    (0, ("en", "en", "en", "pt"), 9),
    (60, ("de", "fr", "it", "es", "en", "pl", "nl"), 22),
    (180, ("tr", "ar", "ru"), 5),
    (330, ("en", "en", "hi"), 9),
    (540, ("ja", "ja", "ko"), 10),
)
SHORT_MEMORY = {2: 2, 4: 4, 6: 8, 8: 8, 12: 8, 16: 8}  # what Chrome says on Android: 1 to 8


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's browser, with the group it stands for."""

    group: str
    facts: Facts


ODDITIES = {
    "Windows on a Snapdragon",
    "Windows inside a Mac",
    "remote desktop",
    "Mac's window on a PC (Hackintosh)",
    "old PC, new card",
    "Brave",
    "Tor and resistFingerprinting",
    "moved abroad",
}
WITHOUT_MEMORY = ("Safari", "Firefox", "Mobile Safari", "Firefox Mobile", "Chrome Mobile iOS")
BRAVE, TOR, MOVED = 0.010, 0.006, 0.04  # shares of people that do this to whatever they have


def draw(dice: random.Random, at: datetime) -> Person:
    """Somebody's browser at a time."""
    model = dice.choices(MODELS, [model.share for model in MODELS])[0]
    person = Person(model.group, Facts(at, TokenState.ABSENT, browser=_browser(model, dice), device=None))
    person = replace(person, facts=replace(person.facts, device=_device(model, person.facts, dice)))
    for group, share, change in (
        ("Brave", BRAVE, _brave),
        ("Tor and resistFingerprinting", TOR, _tor),
        ("moved abroad", MOVED, _moved),
    ):
        if dice.random() < share:
            person = Person(group, change(person.facts, dice))
    return person


def _browser(model: Model, dice: random.Random) -> BrowserFacts:
    names, shares = zip(*model.browsers, strict=True)
    family = dice.choices(names, shares)[0]
    return BrowserFacts(model.system[1], family, dice.choice((146, 147, 148, 148)), model.system[0], 10, ("en",))


def _device(model: Model, facts: Facts, dice: random.Random) -> DeviceFacts:
    vendor, renderer, cores, gigabytes = dice.choice(model.graphics)
    family = facts.browser.family if facts.browser else ""
    offset, languages, _ = dice.choices(CLOCKS, [share for *_, share in CLOCKS])[0]
    if family == "Safari":
        vendor, renderer, cores = "Apple Inc.", "Apple GPU", (8,)  # WebKit names no model and at most eight cores
    memory = dice.choice(gigabytes) if gigabytes and family not in WITHOUT_MEMORY else None
    if memory and model.system == ANDROID:
        memory = SHORT_MEMORY[memory]
    return DeviceFacts(
        known_days=None,
        platform=model.platform,
        timezone=None,
        timezone_offset=offset,
        languages=(dice.choice(languages),),
        webgl_vendor=vendor,
        webgl_renderer=renderer,
        screen=(*dice.choice(model.screens), model.depth),
        fonts=10,
        hardware_concurrency=dice.choice(cores),
        device_memory=memory,
        touch_points=model.touch,
        webdriver=False,
        bot="",
        font_systems=model.fonts,
    )


def _changed(facts: Facts, **device: Any) -> Facts:
    return replace(facts, device=replace(facts.device, **device)) if facts.device else facts


def _brave(facts: Facts, dice: random.Random) -> Facts:
    """Brave draws cores and memory by lot for each site, between 2 and the truth, and hides the card."""
    cores = (facts.device.hardware_concurrency or 4) if facts.device else 4
    memory = dice.choice((2, 4, 8))
    if facts.device and facts.device.device_memory is None:
        return facts  # no Chromium: Brave on iOS is Safari inside, and this person has another browser
    hints = HintFacts((("chromium", 148), ("brave", 148)), None, None, None, None, None, model=False)
    drawn = _changed(facts, hardware_concurrency=dice.randint(2, max(2, cores)), device_memory=memory)
    return replace(drawn, hints=hints)


def _tor(facts: Facts, dice: random.Random) -> Facts:
    """Firefox with resistFingerprinting: UTC, a round window as the screen, two or four cores, no card, no fonts."""
    if facts.browser is None or facts.browser.family != "Firefox":
        return facts
    screen = dice.choice(((1000, 900, 24), (1400, 900, 24), (1200, 700, 24)))
    return _changed(
        facts,
        timezone_offset=0,
        screen=screen,
        hardware_concurrency=dice.choice((2, 4, 8)),
        webgl_vendor="Mozilla",
        webgl_renderer="Mozilla",
        font_systems=(),
        touch_points=0,
        languages=("en",),
    )


def _moved(facts: Facts, dice: random.Random) -> Facts:
    """Somebody who kept the language of another place."""
    _, languages, _ = dice.choice(CLOCKS)
    return _changed(facts, languages=(dice.choice(languages),))


def days(first: datetime, number: int) -> Sequence[datetime]:
    """Noon of so many days from the first."""
    return [datetime.fromtimestamp(first.timestamp() + 86400 * day, UTC) for day in range(number)]


Change = Callable[[Facts, random.Random], Facts]

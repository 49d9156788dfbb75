"""A population of browsers that drifts, by what is published of how browsers differ and change.

Nothing here is read from risk.recognition: the table there holds rates of components, here things happen (a release, a
journey, a driver) and components follow. The sources, by letter:

R   Chrome, Edge and Firefox release every four weeks (Chrome since 94); most people follow in days, a tenth much later.
V   FP-STALKER (Vastel et al. 2018): a canvas lasted 290 days at the median under releases every six weeks, so one
    release in ten changes it; a tenth of the browsers change resolution within 3 days, fonts within 12; renderers of a
    twentieth change in 30 days and of a tenth in 81; languages of a tenth in 215.
L   S. Li and Y. Cao, Who Touched My Browser Fingerprint?, IMC 2020: updates change canvas and emoji for all browsers
    of a kind alike; journeys, docking, fonts and languages are the people's own doing.
G   Gomez-Boix et al. 2018 and Laperdrix et al. 2016: entropies of canvas (8 to 9 bits), fonts (7 to 10), screen (5),
    and that computers are mostly told apart by them and handsets mostly not.
-   ours, to fill a gap.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import accumulate

from risk.facts import BrowserFacts
from risk.registration import DeviceReport

ZONES: Sequence[tuple[str, float, tuple[str, ...]]] = (
    ("America/New_York", 20, ("en-US", "en")),
    ("America/Chicago", 12, ("en-US", "en")),
    ("America/Los_Angeles", 12, ("en-US", "en")),
    ("Europe/London", 9, ("en-GB", "en")),
    ("Europe/Berlin", 9, ("de-DE", "de")),
    ("Asia/Kolkata", 9, ("en-IN", "en")),
    ("Europe/Paris", 6, ("fr-FR", "fr")),
    ("America/Sao_Paulo", 5, ("pt-BR", "pt")),
    ("Asia/Tokyo", 4, ("ja-JP", "ja")),
    ("Europe/Madrid", 3, ("es-ES", "es")),
    ("Europe/Warsaw", 3, ("pl-PL", "pl")),
    ("Australia/Sydney", 3, ("en-AU", "en")),
    ("America/Denver", 3, ("en-US", "en")),
    ("Asia/Singapore", 2, ("en-SG", "en")),
)
COMPUTER_SCREENS = (
    ("1920x1080x24", 35), ("2560x1440x24", 14), ("1536x864x24", 10), ("1366x768x24", 7), ("3840x2160x24", 5),
    ("1440x900x24", 4), ("1600x900x24", 4), ("1280x720x24", 4), ("3440x1440x24", 3), ("1680x1050x24", 3),
    ("1920x1200x24", 3), ("2560x1080x24", 2), ("1707x1067x24", 2), ("2048x1152x24", 2), ("1280x1024x24", 2),
)  # fmt: skip
MAC_SCREENS = (("1440x900x30", 30), ("1512x982x30", 25), ("1470x956x30", 20), ("1728x1117x30", 20), ("1680x1050x30", 5))
IPHONES = (("393x852x24", 26), ("390x844x24", 26), ("430x932x24", 14), ("402x874x24", 10), ("440x956x24", 8),
           ("414x896x24", 8), ("375x812x24", 4), ("375x667x24", 4))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """How often things happen; `times` speeds all of them up together."""

    times: float = 1.0
    release_days: float = 28.0  # R
    canvas_by_release: float = 0.096  # V: 1 - 0.5 ** (42 / 290)
    audio_by_release: float = 0.02  # -
    system_days: float = 365.0  # a year between major systems; R
    canvas_by_system: float = 0.5  # L: new emoji and fonts
    fonts_by_system: float = 0.25  # -
    driver: float = 0.0014  # a day, on computers; V
    driver_on_handset: float = 0.0002  # -
    canvas_by_driver: float = 0.5  # -
    monitor: float = 0.0008  # a new one a day; V
    fonts: float = 0.0008  # V
    languages: float = 0.0005  # V
    move: float = 0.0003  # to another zone, for good; -
    memory: float = 0.0001  # -
    blockers: float = 0.005  # lists of content blockers; -


RATES = Rates()


@dataclass(frozen=True, slots=True)
class Page:
    """What one page sees."""

    report: DeviceReport
    agent: BrowserFacts
    further: Mapping[str, str]


@dataclass(slots=True)
class Browser:
    """One browser. What is settled at its start stands first, what drifts last."""

    group: str
    kind: str
    family: str
    system: str
    platform: str
    gpu: str
    look: str  # what canvas and sound hang on besides versions: GPU, system, drawing settings
    screens: tuple[str, str]  # its own, and the one that it is docked to
    cores: int
    memory: float | None
    touch: int
    home: str
    languages: tuple[str, ...]
    fontset: str
    docks: bool  # V: a tenth, mostly laptops
    travels: float  # share of days away
    tinkers: bool  # V: a tenth
    noisy: bool  # canvas and sound change with every page, as in Brave
    lag: float  # days behind the releases
    settings: tuple[str, ...]  # font preferences, blockers, locale, motion
    behind: float  # days behind the systems, which come in waves
    driver: int = 0
    redrawn: int = 0
    monitors: int = 0
    installs: int = 0
    blockers: int = 0

    def live(self, days: float, rates: Rates, rng: random.Random) -> None:
        """Let days go by."""
        handset = self.kind == "mobile"
        for _ in range(_times(days, (rates.driver_on_handset if handset else rates.driver) * rates.times, rng)):
            self.driver += 1
            self.redrawn += rng.random() < rates.canvas_by_driver
        if not handset:
            self.monitors += _times(days, rates.monitor * rates.times, rng)
            self.blockers += _times(days, rates.blockers * rates.times, rng)
            self.installs += _times(days, (1 / 12 if self.tinkers else rates.fonts) * rates.times, rng)
            self.memory = (self.memory or 4) * 2 if _times(days, rates.memory * rates.times, rng) else self.memory
        if _times(days, rates.languages * rates.times, rng):
            self.languages = (*self.languages, rng.choice(ZONES)[2][1])
        if _times(days, rates.move * rates.times, rng):
            self.home = _drawn(rng, ZONES)[0]

    def shows(self, day: float, rates: Rates, rng: random.Random) -> Page:
        """What a page sees of it on a day."""
        version = 140 + math.floor((day - self.lag) * rates.times / rates.release_days)
        system = 15 + math.floor((day - self.behind) * rates.times / rates.system_days)
        canvas = f"{self.look} {_changes(self.look, version, rates.canvas_by_release)} {self.redrawn}"
        canvas += f" {_changes(self.system, system, rates.canvas_by_system)}"
        audio = f"{self.system} {self.family} {_changes(self.family, version, rates.audio_by_release)}"
        noise = f" {rng.random()}" if self.noisy else ""
        away = rng.random() < self.travels
        docked = self.docks and rng.random() < 0.5
        fonts = (self.fontset, str(self.installs), str(_changes(self.system, system, rates.fonts_by_system)))
        report = DeviceReport(
            canvas=canvas + noise,
            audio=audio + noise,
            webgl_vendor=self.gpu.split()[0],
            webgl_renderer=f"{self.gpu} {self.driver or ''}",
            fonts=fonts,
            screen=self.screens[1] if docked else f"{self.screens[0]}{'+' * self.monitors}",
            timezone=_drawn(rng, ZONES)[0] if away else self.home,
            languages=self.languages,
            platform=self.platform,
            hardware_concurrency=self.cores,
            device_memory=self.memory,
            touch_points=self.touch,
        )
        frozen = self.system in {"Windows", "Mac OS X", "Linux"}  # their version stands still in the user agent
        browser = BrowserFacts(self.kind, self.family, version, self.system, None if frozen else system, ())
        further = self._further(docked=docked, geometry=f"{self.look} {self.redrawn}{noise}")
        return Page(_with_visitor_id(report, further), browser, further)

    def _further(self, *, docked: bool, geometry: str) -> dict[str, str]:
        fonts, blockers, locale, motion, frame, latency, graphics = self.settings
        return {
            "canvasGeometry": geometry,
            "webGlExtensions": f"{self.gpu} {graphics} {self.driver}",
            "fontPreferences": f"{fonts} {self.monitors}",
            "domBlockers": f"{blockers} {self.blockers}",
            "screenFrame": "docked" if docked else frame,
            "audioBaseLatency": latency,
            "dateTimeLocale": f"{self.languages[0]} {locale}",
            "reducedMotion": motion,
        }


def _with_visitor_id(report: DeviceReport, further: Mapping[str, str]) -> DeviceReport:
    """The visitor id changes whenever any component does; the user agent has no part in it (FingerprintJS 5)."""
    values = {name: getattr(report, name) for name in DeviceReport.__dataclass_fields__}
    made_of = repr((values, sorted(further.items()))).encode()
    return DeviceReport(**{**values, "visitor_id": blake2b(made_of, digest_size=10).hexdigest()})


def _settings(rng: random.Random, *, handset: bool) -> tuple[str, ...]:
    """What people set, or their system's scale and bars do; kept under what is published of like attributes (-)."""
    if handset:
        return (str(_zipf(rng, 4, 3.0)), str(_zipf(rng, 6, 3.5)), "", str(_zipf(rng, 2, 4.0)), "", "", "")
    return (
        str(_zipf(rng, 12, 1.3)),
        str(_zipf(rng, 25, 1.8)),
        str(_zipf(rng, 3, 3.0)),
        str(_zipf(rng, 2, 4.0)),
        str(_zipf(rng, 8, 1.8)),
        str(_zipf(rng, 4, 2.0)),
        str(_zipf(rng, 3, 2.0)),
    )


def population(size: int, rng: random.Random) -> list[Browser]:
    """So many browsers: a quarter desktops, a third laptops, the rest phones, as signups of a product for computers."""
    makers: tuple[tuple[Callable[[random.Random], Browser], float], ...] = (
        (_desktop, 25), (_laptop, 25), (_macbook, 10), (_iphone, 20), (_android, 20),
    )  # fmt: skip
    return [_drawn(rng, makers)[0](rng) for _ in range(size)]


def _person(rng: random.Random, *, laptop: bool, handset: bool = False) -> dict[str, object]:
    zone, _, languages = _drawn(rng, ZONES)
    spoken = languages if rng.random() < 0.75 else ("en-US", "en", *languages)[: rng.randint(1, 4)]
    return {
        "home": zone,
        "languages": spoken,
        "docks": rng.random() < (0.20 if laptop else 0.04),
        "travels": 0.06 if rng.random() < 0.10 else 0.013,  # V: a twentieth within 27 days, half within 206
        "tinkers": rng.random() < 0.10,
        "lag": rng.expovariate(1 / 5) if rng.random() < 0.9 else 30 + rng.expovariate(1 / 60),
        "settings": _settings(rng, handset=handset),
        "behind": rng.uniform(0, 365),
    }


def _computer(rng: random.Random, group: str, *, gpu: str, screens: Sequence[tuple[str, float]]) -> Browser:
    family, system = _drawn(rng, (("Chrome Windows", 62), ("Edge Windows", 20), ("Firefox Windows", 10),
                                  ("Chrome Linux", 4), ("Firefox Linux", 4)))[0].split()  # fmt: skip
    drawing = _zipf(rng, 12, 1.2)  # font smoothing, scale, driver branch; canvas entropy of G
    return Browser(
        group=group, kind="pc", family=family, system=system,
        platform="Win32" if system == "Windows" else "Linux x86_64",
        gpu=gpu, look=f"{gpu} {system} {family == 'Firefox'} {drawing}",
        screens=(_drawn(rng, screens)[0], f"{_drawn(rng, COMPUTER_SCREENS)[0]} docked"),
        cores=_drawn(rng, ((4, 12), (8, 30), (12, 22), (16, 26), (20, 5), (24, 5)))[0],
        memory=None if family == "Firefox" else _drawn(rng, ((4.0, 10), (8.0, 60), (16.0, 20), (32.0, 10)))[0],
        touch=10 if group == "laptop" and rng.random() < 0.2 else 0,
        fontset="default" if rng.random() < 0.35 else f"set {_zipf(rng, 400, 0.9)}",  # G
        noisy=rng.random() < 0.02,
        **_person(rng, laptop=group == "laptop"),  # type: ignore[arg-type] # the names and types stand in _person
    )  # fmt: skip


def _desktop(rng: random.Random) -> Browser:
    gpu = f"NVIDIA {_zipf(rng, 60, 0.8)}" if rng.random() < 0.65 else f"AMD {_zipf(rng, 60, 0.8)}"
    return _computer(rng, "desktop", gpu=gpu, screens=COMPUTER_SCREENS)


def _laptop(rng: random.Random) -> Browser:
    return _computer(rng, "laptop", gpu=f"Intel {_zipf(rng, 40, 1.0)}", screens=COMPUTER_SCREENS)


def _macbook(rng: random.Random) -> Browser:
    safari = rng.random() < 0.45
    chip = "GPU" if safari else _drawn(rng, (("M1", 30), ("M2", 25), ("M3", 20), ("M4", 20), ("M1-Pro", 5)))[0]
    return Browser(
        group="macbook", kind="pc", family="Safari" if safari else "Chrome", system="Mac OS X", platform="MacIntel",
        gpu=f"Apple {chip}", look=f"Apple {chip} {safari}",
        screens=(_drawn(rng, MAC_SCREENS)[0], f"{_drawn(rng, COMPUTER_SCREENS)[0]} docked"),
        cores=8 if safari else _drawn(rng, ((8, 70), (10, 20), (12, 10)))[0],
        memory=None if safari else 8.0, touch=0,
        fontset="default" if safari or rng.random() < 0.6 else f"set {_zipf(rng, 400, 0.9)}",
        noisy=False,
        **_person(rng, laptop=True),  # type: ignore[arg-type] # as in _computer
    )  # fmt: skip


def _iphone(rng: random.Random) -> Browser:
    screen = _drawn(rng, IPHONES)[0]
    return Browser(
        group="iphone", kind="mobile", family="Mobile Safari", system="iOS", platform="iPhone", gpu="Apple GPU",
        look=f"iPhone {_zipf(rng, 3, 0.5)}", screens=(screen, screen), cores=4, memory=None, touch=5,
        fontset="default", noisy=False,
        **{**_person(rng, laptop=False, handset=True), "docks": False, "tinkers": False},  # type: ignore[arg-type] # as in _computer
    )  # fmt: skip


def _android(rng: random.Random) -> Browser:
    model = _zipf(rng, 300, 1.0)
    of_model = random.Random(model)
    screen = f"{of_model.choice((360, 384, 393, 412, 432))}x{of_model.choice((780, 800, 854, 873, 892, 915))}x24"
    return Browser(
        group="android", kind="mobile", family="Chrome Mobile", system="Android", platform="Linux armv81",
        gpu=f"{of_model.choice(('Adreno', 'Mali', 'PowerVR'))} {of_model.randrange(40)}",
        look=f"android {of_model.randrange(80)}", screens=(screen, screen), cores=8,
        memory=of_model.choice((4.0, 8.0)), touch=5, fontset=f"vendor {of_model.randrange(6)}", noisy=False,
        **{**_person(rng, laptop=False, handset=True), "docks": False, "tinkers": False},  # type: ignore[arg-type] # as in _computer
    )  # fmt: skip


@cache
def _changes(what: str, version: int, chance: float) -> int:
    """How many releases up to a version changed something; the same for all that share it (L)."""
    return sum(random.Random(f"{what} {number}").random() < chance for number in range(version - 60, version + 1))


def _times(days: float, rate: float, rng: random.Random) -> int:
    """How often something happened that happens at a rate: Poisson, by waiting times."""
    number, waited = 0, rng.expovariate(rate)
    while waited < days:
        number += 1
        waited += rng.expovariate(rate)
    return number


def _drawn(rng: random.Random, weighted: Sequence[tuple]) -> tuple:  # type: ignore[type-arg] # rows of several kinds
    return rng.choices(weighted, [row[1] for row in weighted])[0]


@cache
def _ranks(number: int, exponent: float) -> list[float]:
    return list(accumulate(1 / rank**exponent for rank in range(1, number + 1)))


def _zipf(rng: random.Random, number: int, exponent: float) -> int:
    return rng.choices(range(number), cum_weights=_ranks(number, exponent))[0]

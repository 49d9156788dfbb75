"""User agents as browsers write them, by their versions at the time.

Releases: Chromium and Firefox come every four weeks from Chrome 148 (5 May 2026) and Firefox 150 (21 April 2026) on;
Safari 26 freezes the system's version at 18_7 (iOS) and 10_15_7 (macOS).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from bench.simulation.dice import Dice, Weighted
from bench.simulation.models import System

CHROME_148, FIREFOX_150 = datetime(2026, 5, 5, tzinfo=UTC), datetime(2026, 4, 21, tzinfo=UTC)
# Releases behind: most follow at once, a few are years behind.
LAG = Weighted([(0, 74), (1, 15), (2, 4), (3, 2), (6, 2), (10, 1.5), (20, 1), (39, 0.4)])
SAFARI = Weighted(
    [("26.5", 40), ("26.4", 20), ("26.3", 8), ("26.2", 5), ("18.6", 12), ("18.5", 5), ("17.6", 6), ("16.6", 3)]
)
SYSTEMS = {
    System.WINDOWS: "Windows NT 10.0; Win64; x64",
    System.MAC: "Macintosh; Intel Mac OS X 10_15_7",
    System.IPAD: "Macintosh; Intel Mac OS X 10_15_7",
    System.LINUX: "X11; Linux x86_64",
    System.CHROMEOS: "X11; CrOS x86_64 14541.0.0",
    System.ANDROID: "Linux; Android 10; K",
}
FOX = {
    System.WINDOWS: "Windows NT 10.0; Win64; x64",
    System.MAC: "Macintosh; Intel Mac OS X 10.15",
    System.LINUX: "X11; Linux x86_64",
}
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@dataclass(frozen=True, slots=True)
class Agent:
    """A browser's name and version."""

    text: str
    drawn: str  # what of the version shows in pictures that it draws
    chromium: int | None = None  # its release, where it is Chromium within


def user_agent(dice: Dice, at: datetime, system: System, browser: str) -> Agent:
    """A browser of a kind as it is at a time, with its owner's habits of updating."""
    lag = dice.one(LAG)
    if browser == "firefox":
        return _fox(150 + (at - FIREFOX_150).days // 28 - lag, system)
    chrome = 148 + (at - CHROME_148).days // 28 - lag
    if system is System.IPHONE or browser == "safari":
        return _apple(dice.one(SAFARI), system, browser, chrome)
    return Agent(_chromium(chrome, system, browser), str(chrome // 4), chrome)


def _fox(release: int, system: System) -> Agent:
    version = f"{release}.0"
    where, engine = (FOX[system], "20100101") if system in FOX else ("Android 15; Mobile", version)
    return Agent(f"Mozilla/5.0 ({where}; rv:{version}) Gecko/{engine} Firefox/{version}", str(release // 4))


def _apple(version: str, system: System, browser: str, chrome: int) -> Agent:
    if system is not System.IPHONE:
        return Agent(f"Mozilla/5.0 ({SYSTEMS[system]}) {WEBKIT} Version/{version} Safari/605.1.15", version)
    on = "18_7" if version.startswith("26") else version.replace(".", "_")
    shown = {
        "chrome": f"CriOS/{chrome}.0.7500.92 Mobile/15E148 Safari/604.1",
        "inapp": "Mobile/22G100 Instagram 390.0.0.28.85",
    }.get(browser, f"Version/{version} Mobile/15E148 Safari/604.1")
    return Agent(f"Mozilla/5.0 (iPhone; CPU iPhone OS {on} like Mac OS X) {WEBKIT} {shown}", version)


def _chromium(chrome: int, system: System, browser: str) -> str:
    if browser == "inapp":
        app = f"Version/4.0 Chrome/{chrome}.0.7500.92 Mobile Safari/537.36 Instagram 390.0.0.28.85 Android"
        return f"Mozilla/5.0 (Linux; Android 14; SM-A546B; wv) AppleWebKit/537.36 (KHTML, like Gecko) {app}"
    mobile = " Mobile" if system is System.ANDROID else ""
    before = f"SamsungBrowser/{chrome // 5}.0 " if browser == "samsung" else ""
    after = {"edge": f" Edg/{chrome}.0.0.0", "opera": f" OPR/{chrome - 16}.0.0.0"}.get(browser, "")
    shown = f"{before}Chrome/{chrome}.0.0.0{mobile} Safari/537.36{after}"
    return f"Mozilla/5.0 ({SYSTEMS[system]}) AppleWebKit/537.36 (KHTML, like Gecko) {shown}"

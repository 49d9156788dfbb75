"""User agents as browsers write them, by their versions at the time.

Releases: Chromium and Firefox come every four weeks from Chrome 148 (5 May 2026) and Firefox 150 (21 April 2026) on;
Safari 26 freezes the system's version at 18_7 (iOS) and 10_15_7 (macOS).
"""

from datetime import UTC, datetime

from bench.simulation.dice import Dice, Weighted
from bench.simulation.models import System

CHROME_148, FIREFOX_150 = datetime(2026, 5, 5, tzinfo=UTC), datetime(2026, 4, 21, tzinfo=UTC)
LAG = Weighted([(0, 74), (1, 15), (2, 4), (3, 2), (6, 2), (10, 1.5), (20, 1), (39, 0.4)])  # releases behind
SAFARI = Weighted([("26.5", 40), ("26.4", 20), ("26.3", 8), ("26.2", 5), ("18.6", 12), ("18.5", 5), ("17.6", 6), ("16.6", 3)])
SYSTEMS = {
    System.WINDOWS: "Windows NT 10.0; Win64; x64",
    System.MAC: "Macintosh; Intel Mac OS X 10_15_7",
    System.IPAD: "Macintosh; Intel Mac OS X 10_15_7",
    System.LINUX: "X11; Linux x86_64",
    System.ANDROID: "Linux; Android 10; K",
}
FOX = {System.WINDOWS: "Windows NT 10.0; Win64; x64", System.MAC: "Macintosh; Intel Mac OS X 10.15", System.LINUX: "X11; Linux x86_64"}


def user_agent(dice: Dice, at: datetime, system: System, browser: str) -> tuple[str, str]:
    """The user agent, and what of the version shows in pictures that the browser draws."""
    if browser == "firefox":
        version = f"{150 + (at - FIREFOX_150).days // 28 - dice.one(LAG)}.0"
        on = FOX.get(system, "Android 15; Mobile")
        return f"Mozilla/5.0 ({on}; rv:{version}) Gecko/{'20100101' if system in FOX else version} Firefox/{version}", version
    chrome = 148 + (at - CHROME_148).days // 28 - dice.one(LAG)
    if system is System.IPHONE or browser == "safari":
        return _apple(dice.one(SAFARI), system, browser, chrome)
    return _chromium(chrome, system, browser), f"{chrome // 4}"


def _apple(version: str, system: System, browser: str, chrome: int) -> tuple[str, str]:
    webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
    if system is not System.IPHONE:
        return f"Mozilla/5.0 ({SYSTEMS[system]}) {webkit} Version/{version} Safari/605.1.15", version
    on = "18_7" if version.startswith("26") else version.replace(".", "_")
    shown = f"CriOS/{chrome}.0.7500.92 Mobile/15E148" if browser == "chrome" else f"Version/{version} Mobile/15E148"
    return f"Mozilla/5.0 (iPhone; CPU iPhone OS {on} like Mac OS X) {webkit} {shown} Safari/604.1", version


def _chromium(chrome: int, system: System, browser: str) -> str:
    mobile = " Mobile" if system is System.ANDROID else ""
    before = f"SamsungBrowser/{chrome // 5}.0 " if browser == "samsung" else ""
    start = f"Mozilla/5.0 ({SYSTEMS[system]}) AppleWebKit/537.36 (KHTML, like Gecko) {before}"
    after = {"edge": f" Edg/{chrome}.0.0.0", "opera": f" OPR/{chrome - 16}.0.0.0"}.get(browser, "")
    return f"{start}Chrome/{chrome - (8 if browser == 'samsung' else 0)}.0.0.0{mobile} Safari/537.36{after}"

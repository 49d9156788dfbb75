"""User agents are written as browsers write them, and grow older as time goes."""

from datetime import UTC, datetime, timedelta

from bench.simulation.dice import Dice
from bench.simulation.models import System
from bench.simulation.useragents import user_agent

AT = datetime(2026, 9, 1, tzinfo=UTC)


def test_what_is_chromium_says_its_release() -> None:
    agent = user_agent(Dice("one"), AT, System.WINDOWS, "edge")
    assert agent.chromium is not None
    assert f"Chrome/{agent.chromium}.0.0.0 Safari/537.36 Edg/{agent.chromium}.0.0.0" in agent.text
    assert user_agent(Dice("one"), AT, System.MAC, "safari").chromium is None
    assert user_agent(Dice("one"), AT, System.IPHONE, "chrome").chromium is None  # Chrome's name on Apple's engine


def test_browsers_are_updated_and_some_late() -> None:
    def releases(at: datetime) -> list[int]:
        dice = Dice("one")
        return [user_agent(dice, at, System.WINDOWS, "chrome").chromium or 0 for _ in range(500)]

    assert max(releases(AT + timedelta(days=84))) == max(releases(AT)) + 3
    assert min(releases(AT)) < max(releases(AT)) - 5


def test_each_system_is_named() -> None:
    dice = Dice("one")
    named = {system: user_agent(dice, AT, system, "chrome").text for system in System}
    assert "Windows NT" in named[System.WINDOWS]
    assert "iPhone" in named[System.IPHONE]
    assert "CrOS" in named[System.CHROMEOS]
    assert "Android" in named[System.ANDROID]
    assert "Mobile" in named[System.ANDROID]

"""A browser is drawn whole: header, platform, graphics, screen, memory and touch agree."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bench.simulation.devices import Browser, Setting, browser
from bench.simulation.dice import Dice
from bench.simulation.models import MODELS, Model, System

AT = datetime(2026, 9, 1, tzinfo=UTC)
SETTING = Setting(AT, ("de-DE", "de", "en"), "Europe/Berlin")
MARKS = {  # what the user agent of each system names, and its platforms
    System.WINDOWS: ("Windows NT 10.0", {"Win32"}),
    System.MAC: ("Macintosh", {"MacIntel"}),
    System.IPAD: ("Macintosh", {"MacIntel"}),
    System.IPHONE: ("iPhone", {"iPhone"}),
    System.ANDROID: ("Android", {"Linux armv81", "Linux aarch64"}),
    System.LINUX: ("X11; Linux", {"Linux x86_64"}),
    System.CHROMEOS: ("CrOS", {"Linux x86_64"}),
}
DRAWN_BY = {  # what graphics of each system are called, by any browser
    System.WINDOWS: ("Direct3D11",),
    System.MAC: ("Apple", "OpenGL 4.1"),
    System.IPAD: ("Apple GPU",),
    System.IPHONE: ("Apple GPU",),
    System.ANDROID: ("Adreno", "Mali", "PowerVR", "Xclipse"),
    System.LINUX: ("OpenGL", "or similar"),
    System.CHROMEOS: ("OpenGL ES",),
}


def drawn(model: Model) -> list[Browser]:
    dice = Dice(model.name)
    return [browser(dice, model, SETTING) for _ in range(150)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_everything_is_of_one_system(model: Model) -> None:
    named, platforms = MARKS[model.system]
    for seen in drawn(model):
        assert named in seen.user_agent
        assert seen.report["platform"] in platforms
        assert any(word in seen.report["webgl_renderer"] for word in DRAWN_BY[model.system])
        assert seen.report["screen"] in model.screens
        assert seen.report["touch_points"] == model.touch
        assert seen.report["webdriver"] is False


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_cores_and_memory_are_of_the_graphics_that_it_has(model: Model) -> None:
    for seen in drawn(model):
        report = seen.report
        rows = [row for row in model.graphics if row.renderer == report["webgl_renderer"]]
        for row in rows:
            assert report["hardware_concurrency"] in {*row.cores, *(min(cores, 8) for cores in row.cores)}
            assert report["device_memory"] is None or report["device_memory"] in {*row.gigabytes, 8}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_only_chromium_says_how_much_memory_there_is(model: Model) -> None:
    for seen in drawn(model):
        chromium = "Chrome/" in seen.user_agent
        assert (seen.report["device_memory"] is not None) == chromium


def test_header_and_page_name_the_same_languages() -> None:
    for model in MODELS:
        for seen in drawn(model):
            header = [part.partition(";")[0] for part in seen.accept_language.split(",")]
            assert header[: len(seen.report["languages"])] == seen.report["languages"]


def test_stock_phones_are_alike_and_computers_are_not() -> None:
    by_name = {model.name: model for model in MODELS}

    def visitors(name: str) -> int:
        return len({seen.report["visitor_id"] for seen in drawn(by_name[name])})

    assert visitors("iPhone") < 110
    assert visitors("Windows laptop") > 145


def test_what_is_changed_makes_another_visitor() -> None:
    seen = drawn(MODELS[0])[0]
    other: dict[str, Any] = seen.but(timezone="UTC").report
    assert other["timezone"] == "UTC"
    assert other["visitor_id"] != seen.report["visitor_id"]
    assert seen.report["timezone"] == "Europe/Berlin"

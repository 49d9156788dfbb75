"""Fingerprints put together part by part."""

from bench.simulation.devices import Setting, browser
from bench.simulation.dice import Dice
from bench.simulation.models import MODELS
from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of


def test_wholes_are_seen_that_no_model_has(world: World) -> None:
    dice = Dice("whole")
    setting = Setting(world.at(3), ("en-US", "en"), "UTC")
    real = {
        (seen["webgl_renderer"], seen["hardware_concurrency"], seen["touch_points"])
        for model in MODELS
        for seen in (browser(dice, model, setting).report for _ in range(400))
    }
    lines = [line for _ in range(6) for line in accounts_of(world, "generator", 60)]
    shown = [line["device"] for line in lines if line["device"]]
    odd = sum((one["webgl_renderer"], one["hardware_concurrency"], one["touch_points"]) not in real for one in shown)
    assert 0.1 < odd / len(shown) < 0.9  # and many are clean in this


def test_each_part_is_of_the_system_and_of_the_kind_of_browser(world: World) -> None:
    marks = {"Windows NT": "Direct3D11", "iPhone": "Apple GPU", "Macintosh": "Apple", "CrOS": "OpenGL ES"}
    lines = [line for _ in range(6) for line in accounts_of(world, "generator", 60) if line["device"]]
    for mark, renderer in marks.items():
        shown = [line["device"] for line in lines if mark in line["user_agent"]]
        assert shown
        fit = [renderer in one["webgl_renderer"] or "OpenGL 4.1" in one["webgl_renderer"] for one in shown]
        assert sum(fit) > 0.95 * len(shown)  # a remote desktop draws by software
    foxes = [line["device"] for line in lines if "Firefox" in line["user_agent"]]
    assert foxes
    assert all(one["device_memory"] is None for one in foxes)

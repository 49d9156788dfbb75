"""A browser on a device, drawn whole: the model first, then what that model has."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bench.simulation.dice import Dice, digest
from bench.simulation.fonts import fonts
from bench.simulation.models import Graphics, Model, System
from bench.simulation.places import Tongue
from bench.simulation.useragents import Agent, user_agent

# navigator.deviceMemory: at most 8 on phones and before Chrome 147 (MDN's browser-compat-data, Device-Memory).
MEMORY_MOST, WIDER_SINCE = 8, 147
ROUNDED = {"NVIDIA": "NVIDIA GeForce GTX 980", "AMD": "Radeon R9 200 Series", "Intel": "Intel(R) HD Graphics"}


@dataclass(frozen=True, slots=True)
class Browser:
    """What a server and a page see of one browser."""

    user_agent: str
    accept_language: str
    report: dict[str, Any]

    def but(self, **other: Any) -> "Browser":
        """The same with some values of the report changed; it is then another visitor."""
        report = {**self.report, **other}
        return replace(self, report={**report, "visitor_id": visitor(report)})


@dataclass(frozen=True, slots=True)
class Setting:
    """When a browser is used, and what its owner has set."""

    at: datetime
    tongue: Tongue
    zone: str


@dataclass(frozen=True, slots=True)
class _Make:
    """A kind of browser of a version on a model with one of its graphics."""

    model: Model
    kind: str
    agent: Agent
    graphics: Graphics


def browser(dice: Dice, model: Model, setting: Setting, kind: str | None = None) -> Browser:
    """Somebody's browser on a device of a model; of any kind that the model has, where none is given."""
    kind = kind or dice.one(model.browsers)
    agent = user_agent(dice, setting.at, model.system, kind)
    make = _Make(model, kind, agent, dice.choice(model.graphics))
    tongue = setting.tongue[:1] if kind == "safari" else setting.tongue
    languages = {"timezone": setting.zone, "languages": list(tongue), "webdriver": False}
    report = {**_drawn(dice, make), **_machine(dice, make), **languages}
    # FingerprintJS hashes some forty parts; those that are not sent make some of equal devices differ.
    other = int(6 * dice.random() ** 3) if model.stock else int(200 * dice.random() ** 3)
    return Browser(agent.text, accepted(tongue, kind), {"visitor_id": visitor({**report, "other": other}), **report})


def _drawn(dice: Dice, make: _Make) -> dict[str, Any]:
    """What it draws and plays. Drivers make a few pictures of each card; stock devices of a model draw alike."""
    system, graphics = make.model.system, make.graphics
    vendor, renderer = shown(graphics, system, make.kind)
    driver = 0 if make.model.stock else int(24 * dice.random() ** 2)
    chip = graphics.vendor if system is System.ANDROID else ""
    return {
        "canvas": digest("canvas", graphics.renderer, make.kind, make.agent.drawn, driver),
        "audio": digest("audio", make.kind, system, chip, digits=8),
        "webgl_vendor": vendor,
        "webgl_renderer": renderer,
        "fonts": fonts(dice, system),
    }


def _machine(dice: Dice, make: _Make) -> dict[str, Any]:
    """What it says of the machine. Firefox on a phone names the processor rightly, Safari few of a Mac's cores."""
    model, safari = make.model, make.kind == "safari"
    cores = dice.choice(make.graphics.cores)
    names_processor = make.kind == "firefox" and model.system is System.ANDROID
    return {
        "screen": dice.early(model.screens, 1.3),
        "platform": "Linux aarch64" if names_processor else model.platform,
        "hardware_concurrency": min(cores, 8) if safari and model.system is System.MAC else cores,
        "device_memory": _memory(dice, make),
        "touch_points": model.touch,
    }


def _memory(dice: Dice, make: _Make) -> int | None:
    """Gigabytes as Chromium says them; other browsers say nothing."""
    if make.agent.chromium is None or not make.graphics.gigabytes:
        return None
    drawn = dice.choice(make.graphics.gigabytes)
    return min(drawn, MEMORY_MOST) if make.model.stock or make.agent.chromium < WIDER_SINCE else drawn


def visitor(report: dict[str, Any]) -> str:
    """The visitor id that the parts of a report make."""
    return digest(*(report[name] for name in sorted(report) if name != "visitor_id"), digits=20)


def accepted(tongue: Tongue, kind: str) -> str:
    """The Accept-Language header: falling weights, in the steps of the browser's maker."""
    if kind == "safari":
        return f"{tongue[0]},{tongue[0].partition('-')[0]};q=0.9" if "-" in tongue[0] else tongue[0]
    step = round(1 / max(len(tongue), 2), 1) if kind == "firefox" else 0.1
    weighed = (f"{name};q={1 - step * place:.1f}" for place, name in enumerate(tongue[1:], start=1))
    return ",".join((tongue[0], *weighed))


def shown(graphics: Graphics, system: System, kind: str) -> tuple[str, str]:
    """Graphics as a kind of browser names them: Safari hides them, Firefox rounds them to a class of cards."""
    if kind == "safari":
        return "Apple Inc.", "Apple GPU"
    if kind != "firefox" or system is System.ANDROID:
        return graphics.vendor, graphics.renderer
    if system is System.MAC:
        return "Apple", "Apple M1, or similar"
    maker = graphics.vendor.removeprefix("Google Inc. (").removesuffix(")")
    card = ROUNDED.get(maker, maker)
    if system is System.LINUX:
        return maker, f"{card}, or similar"
    return graphics.vendor, f"ANGLE ({maker}, {card} Direct3D11 vs_5_0 ps_5_0), or similar"

"""A browser on a device, drawn whole: the model first, then what that model has."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bench.simulation.dice import Dice, digest
from bench.simulation.fonts import fonts
from bench.simulation.models import Model, System
from bench.simulation.places import Tongue
from bench.simulation.useragents import user_agent

CLAMPED = {2: 2, 4: 4}  # gigabytes that Chrome on a phone says as they are; more are 8
MAKERS = {"NVIDIA": "NVIDIA GeForce GTX 980", "AMD": "Radeon R9 200 Series", "Intel": "Intel(R) HD Graphics"}


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


def browser(dice: Dice, model: Model, at: datetime, *, tongue: Tongue, zone: str) -> Browser:
    """Somebody's browser on a device of a model, set to a language and a clock."""
    kind = dice.one(model.browsers)
    agent, drawn = user_agent(dice, at, model.system, kind)
    graphics = dice.choice(model.graphics)
    vendor, renderer = shown(graphics.vendor, graphics.renderer, model.system, kind)
    languages = list(tongue if kind != "safari" else tongue[:1])
    chromium = kind not in {"safari", "firefox"} and model.system is not System.IPHONE
    report: dict[str, Any] = {
        # Drivers and smoothing settings make a few pictures of each card; stock devices of a model draw alike.
        "canvas": digest("canvas", renderer, kind, drawn, 0 if model.stock else int(24 * dice.random() ** 2)),
        "audio": digest("audio", kind, model.system, graphics.vendor if model.system is System.ANDROID else "", digits=8),
        "webgl_vendor": vendor,
        "webgl_renderer": renderer,
        "fonts": fonts(dice, model.system),
        "screen": dice.early(model.screens, 1.3),
        "timezone": zone,
        "languages": languages,
        "platform": platform(model, kind),
        "hardware_concurrency": cores(dice, graphics.cores, model.system, kind),
        "device_memory": memory(dice, graphics.gigabytes, model.stock) if chromium else None,
        "touch_points": model.touch,
        "webdriver": False,
    }
    # FingerprintJS hashes some forty parts; those that are not sent make some of equal devices differ.
    other = int(200 * dice.random() ** 3) if not model.stock else int(6 * dice.random() ** 3)
    return Browser(agent, accepted(tongue, kind), {"visitor_id": visitor({**report, "other": other}), **report})


def visitor(report: dict[str, Any]) -> str:
    """The visitor id that the parts of a report make."""
    return digest(*(report[name] for name in sorted(report) if name != "visitor_id"), digits=20)


def accepted(tongue: Tongue, kind: str) -> str:
    """The Accept-Language header: falling weights, in the steps of the browser's maker."""
    if kind == "safari":
        return f"{tongue[0]},{tongue[0][:2]};q=0.9" if "-" in tongue[0] else tongue[0]
    if kind == "firefox":
        step = round(1 / max(len(tongue), 2), 1)
    else:
        step = 0.1
    weighed = (f"{name};q={1 - step * place:.1f}" for place, name in enumerate(tongue[1:], start=1))
    return ",".join((tongue[0], *weighed))


def shown(vendor: str, renderer: str, system: System, kind: str) -> tuple[str, str]:
    """Graphics as a kind of browser names them: Safari hides them, Firefox rounds them to a class of cards."""
    if kind == "safari":
        return "Apple Inc.", "Apple GPU"
    if kind != "firefox" or system is System.ANDROID:
        return vendor, renderer
    if system is System.MAC:
        return "Apple", "Apple M1, or similar"
    maker = vendor.removeprefix("Google Inc. (").removesuffix(")")
    card = f"{MAKERS.get(maker, maker)}"
    if system is System.LINUX:
        return maker, f"{card}, or similar"
    return vendor, f"ANGLE ({maker}, {card} Direct3D11 vs_5_0 ps_5_0), or similar"


def platform(model: Model, kind: str) -> str:
    """What navigator.platform says: Firefox on a phone names the processor rightly."""
    return "Linux aarch64" if kind == "firefox" and model.system is System.ANDROID else model.platform


def cores(dice: Dice, of: tuple[int, ...], system: System, kind: str) -> int:
    """Processor cores; Safari says 8 at most on a Mac."""
    drawn = dice.choice(of)
    return min(drawn, 8) if kind == "safari" and system is System.MAC else drawn


def memory(dice: Dice, of: tuple[int, ...], stock: bool) -> int | None:  # noqa: FBT001
    """Gigabytes as Chrome says them."""
    if not of:
        return None
    drawn = dice.choice(of)
    return CLAMPED.get(drawn, 8) if stock else drawn

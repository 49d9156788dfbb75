"""The page, a frame in it and a worker were asked the same of one browser: what they answer differently."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Context:
    """What one place in the browser told; None is what it could not tell."""

    user_agent: str | None = None
    platform: str | None = None
    languages: str | None = None
    hardware_concurrency: int | None = None
    timezone: str | None = None
    webdriver: bool | None = None
    webgl_vendor: str | None = None
    webgl_renderer: str | None = None


def differing(contexts: Mapping[str, Context | None]) -> tuple[str, ...] | None:
    """Names of what two places tell differently, such as "worker.platform".

    Each place is compared with the page. Browsers answer the same everywhere; changed ones are changed where a program
    thought of it. None where the page, or all but the page, told nothing.
    """
    page = contexts.get("page")
    others = {place: told for place, told in contexts.items() if told is not None and place != "page"}
    if page is None or not others:
        return None
    return tuple(f"{place}.{name}" for place, told in sorted(others.items()) for name in _differing(page, told))


def _differing(page: Context, other: Context) -> list[str]:
    pairs = {field.name: (getattr(page, field.name), getattr(other, field.name)) for field in fields(Context)}
    return [name for name, (mine, theirs) in pairs.items() if None not in (mine, theirs) and mine != theirs]

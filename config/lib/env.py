"""Typed readers of settings: each takes one environment variable, refuses what makes no sense, and says what would.

An empty variable counts as unset. Every read is registered, so that a test can hold the documentation to the code.
"""

import ipaddress
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of one setting: `default` is its text form, or None where the setting has to be given."""

    name: str
    default: str | None
    hint: str
    secret: bool = False


class SettingError(Exception):
    """A setting is missing or makes no sense. The message is one line that names it and says what to do."""


_registry: dict[str, Setting] = {}


def registry() -> Mapping[str, Setting]:
    """Every setting read so far in this process, by name."""
    return MappingProxyType(_registry)


def text(name: str, default: str | None = None, *, hint: str, secret: bool = False) -> str:
    """A setting taken as it stands. Raises SettingError where it is unset and has no default."""
    return _read(Setting(name, default, hint, secret), str, default)


def integer(name: str, default: int | None = None, *, hint: str, within: range | None = None) -> int:
    """A whole number, inside `within` where that is given. Raises SettingError."""

    def parse(raw: str) -> int:
        value = _converted(int, raw, "must be a whole number")
        if within is not None and value not in within:
            raise ValueError(f"must be from {within[0]} to {within[-1]}")
        return value

    return _read(Setting(name, _shown(default), hint), parse, default)


def number(name: str, default: float | None = None, *, hint: str, within: tuple[float, float] | None = None) -> float:
    """A number, from the first to the second of `within` where that is given. Raises SettingError."""

    def parse(raw: str) -> float:
        value = _converted(float, raw, "must be a number")
        if within is not None and not within[0] <= value <= within[1]:
            raise ValueError(f"must be from {within[0]:g} to {within[1]:g}")
        return value

    return _read(Setting(name, _shown(default), hint), parse, default)


def flag(name: str, default: bool | None = None, *, hint: str) -> bool:  # noqa: FBT001 - the default is the flag's value
    """Yes or no, as 1/0, true/false, yes/no or on/off. Raises SettingError."""

    def parse(raw: str) -> bool:
        if raw.lower() not in YES + NO:
            raise ValueError(f"must be one of {', '.join(YES + NO)}")
        return raw.lower() in YES

    return _read(Setting(name, None if default is None else str(default).lower(), hint), parse, default)


def choice(name: str, default: str | None = None, *, options: Sequence[str], hint: str) -> str:
    """One of `options`. Raises SettingError."""

    def parse(raw: str) -> str:
        if raw not in options:
            raise ValueError(f"must be one of {', '.join(options)}")
        return raw

    return _read(Setting(name, default, hint), parse, default)


def listing(name: str, default: Sequence[str] | None = None, *, hint: str, secret: bool = False) -> list[str]:
    """Values between commas, blanks around them dropped. Raises SettingError where it is unset and has no default."""

    def parse(raw: str) -> list[str]:
        return [part for part in (piece.strip() for piece in raw.split(",")) if part]

    shown = None if default is None else ",".join(default)
    return _read(Setting(name, shown, hint, secret), parse, None if default is None else list(default))


def choices(name: str, default: Sequence[str], *, options: Sequence[str], hint: str) -> list[str]:
    """Some of `options`, between commas, at least one. Raises SettingError."""

    def parse(raw: str) -> list[str]:
        chosen = [piece.strip() for piece in raw.split(",") if piece.strip()]
        if not chosen or not set(chosen) <= set(options):
            raise ValueError(f"must be some of {', '.join(options)}")
        return chosen

    return _read(Setting(name, ",".join(default), hint), parse, list(default))


def servers(name: str, *, port: int, hint: str) -> list[tuple[str, int]]:
    """IP addresses between commas, each with a port of its own or else `port`; none where unset. Raises SettingError.

    Taken are 192.0.2.1, 192.0.2.1:5353, 2001:db8::1 and [2001:db8::1]:5353.
    """

    def parse(raw: str) -> list[tuple[str, int]]:
        return [_converted(server, part.strip(), "must be IP addresses") for part in raw.split(",") if part.strip()]

    def server(part: str) -> tuple[str, int]:
        bare = part.count(":") > 1 and not part.startswith("[")
        address = urlsplit(f"//[{part}]" if bare else f"//{part}")
        return str(ipaddress.ip_address(address.hostname or "")), address.port or port

    return _read(Setting(name, "", hint), parse, [])


def path(name: str, default: str | Path | None = None, *, hint: str) -> Path:
    """A file or folder, `~` expanded. Whether it exists is for its user to say. Raises SettingError."""

    def parse(raw: str) -> Path:
        return Path(raw).expanduser()

    return _read(Setting(name, _shown(default), hint), parse, None if default is None else parse(str(default)))


def url(name: str, default: str | None = None, *, schemes: Sequence[str] = (), hint: str) -> str:
    """An address with one of `schemes` (any, where none is given). Its value is never shown: it may hold a password."""

    def parse(raw: str) -> str:
        scheme = _converted(urlsplit, raw, "must be an address such as scheme://host").scheme
        if not scheme or "://" not in raw:
            raise ValueError("must be an address such as scheme://host")
        if schemes and scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{known}://' for known in schemes)}")
        return raw

    return _read(Setting(name, default, hint, secret=True), parse, default)


def _read(setting: Setting, parse: Callable[[str], T], default: T | None) -> T:
    _registry[setting.name] = setting
    raw = os.environ.get(setting.name, "").strip()
    if not raw:
        if default is None:
            raise SettingError(f"{setting.name} is not set. {setting.hint}")
        return default
    try:
        return parse(raw)
    except ValueError as problem:
        value = "has a value that" if setting.secret else f"is {raw!r}, which"
        raise SettingError(f"{setting.name} {value} cannot be used: it {problem}. {setting.hint}") from None


def _converted(convert: Callable[[str], T], raw: str, otherwise: str) -> T:
    try:
        return convert(raw)
    except ValueError:
        raise ValueError(otherwise) from None


def _shown(default: float | Path | str | None) -> str | None:
    return None if default is None else str(default)

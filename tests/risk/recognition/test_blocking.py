"""Devices that could be the same are found under keys that outlive what commonly changes."""

from typing import Any

import pytest

from risk.recognition.blocking import BLOCKS, block_keys
from risk.recognition.components import COMPONENTS
from tests.risk.recognition.prints import CHROME, desktop, phone

CANVAS: dict[str, Any] = {"canvas": "new"}
DRIVER: dict[str, Any] = {"webgl_renderer": "new", "canvas": "new"}
FONTS: dict[str, Any] = {"fonts": ("New",)}
DOCKED: dict[str, Any] = {"screen": "1x1x24"}
ABROAD: dict[str, Any] = {"timezone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    "changes",
    [
        CANVAS, DRIVER, FONTS, DOCKED, ABROAD, {"languages": ("fr",)}, CANVAS | FONTS, CANVAS | DOCKED, CANVAS | ABROAD,
        FONTS | DOCKED, FONTS | ABROAD, DOCKED | ABROAD, DRIVER | FONTS, DRIVER | ABROAD, CANVAS | FONTS | DOCKED,
    ],
)  # fmt: skip
def test_a_key_is_left_whatever_two_things_changed(changes: dict[str, Any]) -> None:
    before, after = block_keys(desktop()), block_keys(desktop(**changes))
    assert any(key is not None and key == other for key, other in zip(before, after, strict=True))


def test_a_new_version_of_the_browser_keeps_all_keys() -> None:
    newer = type(CHROME)("pc", "Chrome", 149, "Windows", 10, ())
    assert block_keys(desktop(newer)) == block_keys(desktop())


def test_another_browser_or_system_shares_no_key() -> None:
    firefox = type(CHROME)("pc", "Firefox", 148, "Windows", 10, ())
    assert not set(block_keys(desktop(firefox))) & set(block_keys(desktop()))


def test_no_two_blocks_share_a_key() -> None:
    assert len(set(block_keys(phone()))) == len(BLOCKS)


def test_a_block_of_which_little_was_reported_has_no_key() -> None:
    bare = desktop(canvas=None, fonts=None, screen=None, webgl_vendor=None, webgl_renderer=None, languages=None)
    assert block_keys(bare)[0] is None


def test_blocks_name_components_of_the_table() -> None:
    assert {name for block in BLOCKS for name in block} <= set(COMPONENTS)

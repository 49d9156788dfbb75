"""Only fonts that one system alone has tell whose they are."""

import pytest

from risk.intel.system_fonts import SYSTEMS, font_systems


@pytest.mark.parametrize(
    ("fonts", "systems"),
    [
        (("Arial", "Calibri", "Segoe UI"), ("windows",)),
        (("Gill Sans", "Menlo"), ("apple",)),
        (("sans-serif-thin",), ("android",)),
        (("DejaVu Sans", "Liberation Sans"), ("linux",)),
        ((" segoe ui light ", "HELVETICA NEUE"), ("windows", "apple")),
        (("Arial", "Roboto", "Calibri", "Ubuntu"), ()),
        ((), ()),
        (None, None),
    ],
)
def test_the_system_is_told_by_its_own_fonts(fonts: tuple[str, ...] | None, systems: tuple[str, ...] | None) -> None:
    assert font_systems(fonts) == systems


def test_no_font_is_of_two_systems() -> None:
    fonts = [font for own in SYSTEMS.values() for font in own]
    assert len(fonts) == len(set(fonts))
    assert all(font == font.lower().strip() for font in fonts)

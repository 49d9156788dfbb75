"""Whose system fonts a list of fonts holds.

Windows: Microsoft's "Windows 11 font list" (learn.microsoft.com/typography/fonts/windows_11_font_list), those that
Office for the Mac does not bring along. Apple: "Fonts included with macOS" (support.apple.com/120414) and iOS's list,
those that no other system licenses. Android and Linux: the families of their font packages, which people also install
elsewhere, so that they are only ever a hint. Fonts that people commonly add by themselves (Arial, Calibri, Roboto,
Ubuntu) stand nowhere.
"""

from collections.abc import Mapping, Sequence

# In lower case. From FingerprintJS's list of 54, which the page's script asks for, and what other scripts ask for.
SYSTEMS: Mapping[str, frozenset[str]] = {
    "windows": frozenset(
        {
            "segoe ui",
            "segoe ui light",
            "segoe ui symbol",
            "segoe ui emoji",
            "segoe ui variable",
            "segoe mdl2 assets",
            "segoe fluent icons",
            "small fonts",
            "ms sans serif",
            "ms serif",
            "helv",
            "bahnschrift",
            "hololens mdl2 assets",
            "leelawadee ui",
            "nirmala ui",
        }
    ),
    "apple": frozenset(
        {
            "helvetica neue",
            "menlo",
            "gill sans",
            "geneva",
            "lucida grande",
            "marker felt",
            "hoefler text",
            "apple chancery",
            "apple sd gothic neo",
            "pingfang sc",
            "pingfang hk",
            "pingfang tc",
            "hiragino kaku gothic pron",
            "hiragino sans",
            "avenir next",
            "academy engraved let",
            "bradley hand",
            "chalkboard se",
            "chalkduster",
            "galvji",
            "sf pro",
        }
    ),
    "android": frozenset({"sans-serif-thin", "roboto flex", "noto sans cjk jp", "droid sans", "droid sans mono"}),
    "linux": frozenset(
        {
            "dejavu sans",
            "liberation sans",
            "liberation mono",
            "cantarell",
            "nimbus sans l",
            "nimbus sans",
            "bitstream vera sans mono",
        }
    ),
}
FONTS_READ = 1_000  # more than anybody's script asks for


def font_systems(fonts: Sequence[str] | None) -> tuple[str, ...] | None:
    """The systems whose own fonts are among them, in the order above; None where no fonts were asked for."""
    if fonts is None:
        return None
    seen = {font.strip().lower() for font in fonts[:FONTS_READ]}
    return tuple(system for system, own in SYSTEMS.items() if own & seen)

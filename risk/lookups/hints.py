"""Client hints, cleaned: brands with their versions, and the made-up brand left out."""

import re

from risk.facts import HintFacts
from risk.lookups.cleaning import clean, count
from risk.registration import HintsReport

BRANDS_MAX = 8
NAME_MAX = 64
BRAND = re.compile(r"(.{1,64}?)[ /](\d{1,6})(?:\.[\d.]*)?", re.ASCII)
VERSION = re.compile(r"(\d{1,6})(?:\.|$)", re.ASCII)
# The brand that Chromium makes up so that nobody takes the list for fixed: "Not A;Brand", "Not)A-Brand", "Not/A)Brand".
# User-Agent Client Hints, section 4.6 "Create arbitrary brand".
MADE_UP = re.compile(r"\W*not\W*a\W*brand\W*", re.IGNORECASE | re.ASCII)


def hint_facts(report: HintsReport | None) -> HintFacts | None:
    """The facts of client hints; None where the browser gave none."""
    if report is None:
        return None
    return HintFacts(
        brands=_brands(report.brands or ()),
        mobile=report.mobile,
        platform=clean(report.platform, limit=NAME_MAX),
        platform_major=_major(report.platform_version),
        architecture=clean(report.architecture, limit=NAME_MAX),
        bitness=clean(report.bitness, limit=NAME_MAX),
        model=bool(clean(report.model)),
    )


def _brands(texts: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    read = (BRAND.fullmatch(clean(text) or "") for text in texts[:BRANDS_MAX])
    return tuple(
        (found[1].strip().lower(), int(found[2])) for found in read if found and not MADE_UP.fullmatch(found[1])
    )


def _major(version: str | None) -> int | None:
    found = VERSION.match(clean(version) or "")
    return count(int(found[1])) if found else None

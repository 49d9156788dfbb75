"""The table of languages is what CLDR says."""

from typing import Any

from babel.languages import get_territory_language_info

from risk.intel.country_languages import COUNTRIES, LANGUAGES
from risk.intel.country_offsets import OFFSETS

SAME = {"nb": "no", "nn": "no", "tl": "fil"}
OFFICIAL = ("official", "de_facto_official")


def spoken(country: str) -> frozenset[str]:
    told: dict[str, dict[str, Any]] = dict(get_territory_language_info(country))
    tags = [tag for tag, of in told.items() if of["population_percent"] >= 5 or of["official_status"] in OFFICIAL]
    primary = [tag.split("_")[0] for tag in tags]
    return frozenset(SAME.get(language, language) for language in primary)


def test_the_table_is_that_of_the_installed_babel() -> None:
    assert {country: spoken(country) for country in OFFSETS if spoken(country)} == LANGUAGES


def test_no_country_stands_twice() -> None:
    named = [country for countries in COUNTRIES.values() for country in countries.split()]
    assert len(named) == len(set(named))

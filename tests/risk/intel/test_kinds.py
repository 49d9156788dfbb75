"""The kind of a network: the number outweighs the name, and the first group of words that occurs decides."""

from collections import Counter
from pathlib import Path

import pytest

from risk.intel.kinds import AsKind, classify, plain
from risk.intel.known_networks import KNOWN_NETWORKS
from risk.intel.name_words import NAME_WORDS

YARDSTICK = Path(__file__).with_name("well_known_networks.tsv")
ANY_NUMBER = 64500  # kept for documentation (RFC 5398)


def _yardstick() -> list[tuple[AsKind, int, str]]:
    """Kind, number and name of each network of the hand-made list."""
    lines = (line for line in YARDSTICK.read_text().splitlines() if not line.startswith("#"))
    return [(AsKind(kind), int(number), name) for kind, number, name in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("University of Somewhere", AsKind.CAMPUS),
        ("Universidade de Algures", AsKind.CAMPUS),
        ("University of Somewhere Cloud Hosting", AsKind.CAMPUS),
        ("Somewhere Cloud Hosting Ltd", AsKind.HOSTING),
        ("SOMEWHEREVPS-AS", AsKind.HOSTING),
        ("T-Mobile Somewhere", AsKind.MOBILE),
        ("Somewhere Mobile Telecom", AsKind.MOBILE),
        ("Télécommunications de Quelque Part", AsKind.HOME),
        ("Bank of Somewhere", AsKind.BUSINESS),
        ("Mobileye Vision", AsKind.BUSINESS),
        ("Google Fiber Inc.", AsKind.HOME),
        ("Qwertz", AsKind.UNKNOWN),
        ("", AsKind.UNKNOWN),
        ("\ud800 \x00 %s", AsKind.UNKNOWN),
    ],
)
def test_a_name_tells_the_kind(name: str, kind: AsKind) -> None:
    assert classify(ANY_NUMBER, name) is kind


def test_without_a_name_the_kind_is_unknown() -> None:
    assert classify(ANY_NUMBER) is AsKind.UNKNOWN


def test_a_known_number_outweighs_the_name() -> None:
    assert classify(701, "Somewhere Cloud Hosting") is AsKind.HOME


def test_a_second_name_can_tell_what_the_first_does_not() -> None:
    assert classify(ANY_NUMBER, "Qwertz", "QWERTZ-HOSTING") is AsKind.HOSTING


def test_words_are_compared_without_accents_case_and_punctuation() -> None:
    assert plain("AT&T  Téléphonie-AS") == "at t telephonie as"


def test_no_number_stands_under_two_kinds() -> None:
    counted = Counter(number for numbers in KNOWN_NETWORKS.values() for number in numbers)
    assert not [number for number, times in counted.items() if times > 1]


def test_every_kind_but_unknown_has_words_and_numbers() -> None:
    told = set(AsKind) - {AsKind.UNKNOWN}
    assert {kind for kind, _ in NAME_WORDS} == told
    assert set(KNOWN_NETWORKS) == told


def test_every_word_is_written_as_names_are_compared() -> None:
    words = [word for _, group in NAME_WORDS for word in group]
    assert not [word for word in words if plain(word) != word.strip("*")]


@pytest.mark.parametrize("kind", [AsKind.HOSTING, AsKind.MOBILE, AsKind.CAMPUS, AsKind.HOME])
def test_names_alone_tell_nine_in_ten_well_known_networks(kind: AsKind) -> None:
    names = [name for listed, _, name in _yardstick() if listed is kind]
    missed = [name for name in names if classify(ANY_NUMBER, name) is not kind]
    assert len(names) == 30
    assert len(missed) <= 3, missed


def test_with_the_numbers_every_well_known_network_is_told() -> None:
    assert not [name for kind, number, name in _yardstick() if classify(number, name) is not kind]

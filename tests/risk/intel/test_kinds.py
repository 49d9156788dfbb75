"""The kind of a network: the number outweighs the name, and the first pattern that fits counts."""

import pytest

from risk.intel.kinds import KNOWN, PATTERNS, AsKind, kind_of


@pytest.mark.parametrize(
    ("asn", "name", "kind"),
    [
        (64500, "University of Somewhere", AsKind.CAMPUS),
        (64500, "Somewhere Cloud Hosting Ltd", AsKind.HOSTING),
        (64500, "Somewhere Mobile Telecom", AsKind.MOBILE),
        (64500, "Somewhere Broadband", AsKind.HOME),
        (64500, "Bank of Somewhere", AsKind.BUSINESS),
        (64500, "Qwertz", AsKind.UNKNOWN),
        (64500, None, AsKind.UNKNOWN),
        (None, None, AsKind.UNKNOWN),
        (15169, "Somewhere Broadband", AsKind.HOSTING),
    ],
)
def test_a_network_is_of_the_kind_that_number_or_name_says(asn: int | None, name: str | None, kind: AsKind) -> None:
    assert kind_of(asn, name) is kind


def test_no_number_stands_under_two_kinds() -> None:
    numbers = [number for kind in KNOWN.values() for number in kind]
    assert len(numbers) == len(set(numbers))


def test_every_kind_but_unknown_has_a_pattern() -> None:
    assert {kind for kind, _ in PATTERNS} == set(AsKind) - {AsKind.UNKNOWN}

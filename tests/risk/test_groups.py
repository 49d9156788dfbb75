"""The groups that facts put somebody in."""

from dataclasses import fields, replace

import pytest

from risk.facts import Facts, TokenState
from risk.groups import OTHER, UNKNOWN, VALUE_MOST, Dimension, groups_of, is_group
from tests.risk.alice import ALICE, with_


def test_an_ordinary_person_is_in_one_group_of_each_dimension() -> None:
    facts = with_("phone", country="DE", carrier="Vodafone")
    assert groups_of(facts) == {
        Dimension.COUNTRY: "US",
        Dimension.CARRIER: "Vodafone, DE",
        Dimension.NETWORK: "access",
        Dimension.BROWSER: "Chrome",
        Dimension.LANGUAGE: "en",
    }


def test_what_is_not_known_is_unknown_and_no_group() -> None:
    nothing = Facts(at=ALICE.at, token=TokenState.ABSENT)
    assert set(groups_of(nothing).values()) == {UNKNOWN}
    assert not is_group(UNKNOWN)
    assert not is_group(OTHER)


@pytest.mark.parametrize(
    ("part", "changes", "dimension"),
    [
        pytest.param("network", {"as_kind": "unknown"}, Dimension.NETWORK, id="a lookup that says unknown"),
        pytest.param("browser", {"family": "Other"}, Dimension.BROWSER, id="a browser that nobody knows"),
        pytest.param("browser", {"languages": ()}, Dimension.LANGUAGE, id="no language"),
        pytest.param("network", {"services": ("vpn",)}, Dimension.COUNTRY, id="the country of a VPN's exit"),
        pytest.param("network", {"as_kind": "hosting"}, Dimension.COUNTRY, id="the country of a server"),
        pytest.param("phone", {"carrier": "Vodafone", "country": None}, Dimension.CARRIER, id="a carrier of nowhere"),
    ],
)
def test_what_does_not_tell_is_unknown(part: str, changes: dict[str, object], dimension: Dimension) -> None:
    assert groups_of(with_(part, **changes))[dimension] == UNKNOWN


def test_a_value_has_a_bound() -> None:
    assert len(groups_of(with_("browser", family="x" * 500))[Dimension.BROWSER]) == VALUE_MOST


def test_nothing_of_the_person_itself_makes_a_group() -> None:
    parts = {field.name for field in fields(Facts)} - {"at", "token", "network", "phone", "browser"}
    bare = replace(
        Facts(at=ALICE.at, token=ALICE.token), network=ALICE.network, phone=ALICE.phone, browser=ALICE.browser
    )
    assert groups_of(bare) == groups_of(replace(bare, **{part: getattr(ALICE, part) for part in parts}))

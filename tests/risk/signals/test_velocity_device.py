"""Others on the same device."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.velocity_device import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody else"),
        pytest.param(others("device_accounts_30d", 1), "clear", id="one other"),
        pytest.param(others("device_accounts_30d", 2), "velocity_device_few", id="two others"),
        pytest.param(others("device_accounts_30d", 5), "velocity_device_few", id="five others"),
        pytest.param(others("device_accounts_30d", 6), "velocity_device_many", id="six others"),
        pytest.param(others("device_accounts_30d", 64), "velocity_device_many", id="the cap"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
        pytest.param(alice(browser=None), "unknown", id="no user agent: it could be a handset"),
    ],
)
def test_a_shared_device_counts_from_the_third_person_on(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


@pytest.mark.parametrize(
    ("kind", "common", "expected"),
    [
        pytest.param("mobile", 0, "velocity_device_many", id="a handset that can be told from others"),
        pytest.param("mobile", 1, "unknown", id="a handset that another looks like"),
        pytest.param("pc", 0, "velocity_device_many", id="a computer that can be told from others"),
        pytest.param("pc", 64, "unknown", id="a computer as many have it"),
    ],
)
def test_what_counts_is_how_common_the_print_is(kind: str, common: int, expected: str) -> None:
    facts = replace(
        others("device_accounts_30d", 9),
        browser=with_("browser", kind=kind).browser,
        device=with_("device", common=common).device,
    )
    assert answer(SIGNAL.look(facts)) == expected


@pytest.mark.parametrize("kind", ["mobile", "tablet"])
def test_nobody_is_held_for_a_common_handset(kind: str) -> None:
    facts = replace(others("device_accounts_30d", 64), browser=with_("browser", kind=kind).browser)
    assert answer(SIGNAL.look(facts)) == "unknown"

"""A policy is read strictly: what is wrong is named with its place."""

from typing import Any

import pytest

from risk.policies.store import DEFAULT, read
from risk.policy import digest, parse
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES

DOCUMENT = read(DEFAULT)


def without(part: str, name: str) -> dict[str, Any]:
    return {**DOCUMENT, part: {key: value for key, value in DOCUMENT[part].items() if key != name}}


def changed(part: str, name: str, value: object) -> dict[str, Any]:
    return {**DOCUMENT, part: {**DOCUMENT[part], name: value}}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        pytest.param({**DOCUMENT, "prior": 2}, "prior: 2 is not a probability", id="prior out of range"),
        pytest.param({**DOCUMENT, "priors": 1}, "priors: priors is not known", id="unknown part"),
        pytest.param(
            without("multipliers", "mailbox_role"), "no number for mailbox_role", id="reason without a number"
        ),
        pytest.param(changed("multipliers", "mailbox_rule", 2), "mailbox_rule is not known", id="misspelt reason"),
        pytest.param(changed("multipliers", "mailbox_role", 0), "above 0", id="multiplier of nought"),
        pytest.param(changed("multipliers", "mailbox_role", "2"), "not a number", id="number in quotes"),
        pytest.param(changed("family_caps", "weather", 2), "weather is not known", id="unknown family"),
        pytest.param(changed("thresholds", "review", 0.1), "must rise", id="thresholds out of order"),
        pytest.param(changed("floors", "mailbox_role", "refuse"), "outcomes are", id="unknown outcome"),
    ],
)
def test_a_mistake_in_a_policy_is_refused_by_its_place(document: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse(document, known_reasons=REASON_CODES)


def test_the_digest_names_the_content_and_not_the_order_of_its_keys() -> None:
    assert digest(dict(reversed(DOCUMENT.items()))) == digest(DOCUMENT)
    assert digest(changed("multipliers", "mailbox_role", 3)) != digest(DOCUMENT)

"""For how long a policy has data kept."""

from datetime import timedelta
from typing import Any

import pytest

from risk.policyerror import PolicyError
from risk.retention import DEFAULT_RETENTION, Retention, parse_retention


@pytest.mark.parametrize("document", [{}, {"retention": None}, {"retention": {}}])
def test_what_a_policy_does_not_say_is_kept_for_a_year(document: dict[str, Any]) -> None:
    assert parse_retention(document) == DEFAULT_RETENTION
    assert DEFAULT_RETENTION.usage == timedelta(days=365)


def test_a_policy_says_for_how_long() -> None:
    assert parse_retention({"retention": {"usage_days": 60}}) == Retention(usage_days=60)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ([], "retention: a table with usage_days and others is needed"),
        ({"usage": 60}, "retention.usage: not known here; known are callbacks_days"),
        ({"usage_days": 6}, "retention.usage_days: 6 is not a number of days from 7 to 3650"),
        ({"usage_days": True}, "retention.usage_days: True is not a number of days"),
        ({"usage_days": 60.0}, "retention.usage_days: 60.0 is not a number of days"),
    ],
)
def test_what_is_not_of_the_form_names_its_place(section: Any, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        parse_retention({"retention": section})

"""What explaining promises: words for whatever stands in a verdict, and what changed, the most first."""

import pytest

from risk.explaining import Moved, moved, words_of
from risk.friction import EASED_CODE, EASED_WORDS
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.scoring import judge
from risk.signals import REASON_CODES, WORDS
from tests.risk.alice import ALICE

POLICY = parse(
    {
        **read(DEFAULT),
        "rules": [
            {"name": "rack", "when": "mailbox.valid", "multiplier": 4, "words": "Free mailboxes from one rack."},
            {"name": "silent_rule", "when": "mailbox.valid", "multiplier": 1.1},
        ],
        "lists": [{"name": "bad_mail", "of": "domains", "effect": "watch"}],
    },
    known_reasons=REASON_CODES,
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mailbox_disposable", WORDS["mailbox_disposable"]),
        ("cap_velocity", "Together, velocity signals count no more than the policy's cap"),
        (EASED_CODE, EASED_WORDS),
        ("rule_rack", "Free mailboxes from one rack."),
        ("rule_silent_rule", "The policy's rule silent rule"),
        ("list_bad_mail", "It stands on the policy's list bad mail"),
        ("gone_since", "gone since"),
    ],
)
def test_every_line_of_a_verdict_has_words(code: str, words: str) -> None:
    assert words_of(code, "velocity", POLICY) == words


def test_of_a_policy_that_is_gone_the_code_is_told() -> None:
    assert words_of("rule_rack", "rule", None) == "rule rack"


def test_words_are_there_for_what_judging_gives() -> None:
    verdict = judge(ALICE, POLICY)
    told = {reason.code: words_of(reason.code, reason.family, POLICY) for reason in verdict.reasons}
    assert told["rule_rack"] == "Free mailboxes from one rack."
    assert all(told.values())


def test_what_changed_is_told_the_most_first() -> None:
    before, after = {"a": 1.0, "b": -0.5, "same": 2.0}, {"a": 1.2, "c": 3.0, "same": 2.0}
    assert moved(before, after) == (Moved("c", None, 3.0), Moved("b", -0.5, None), Moved("a", 1.0, 1.2))
    assert moved(after, after) == ()

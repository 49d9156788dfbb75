"""No regular expression of ours blows up on a text that somebody makes for it.

Each is looked at by regexploit, and attacked with texts made from its own parse (tests/pumping.py) by the methods that
it is used by: the worst of as many characters as a call's body has bytes takes no longer than LONGEST.
"""

import re
import time
import warnings
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from tests.patterns import Expression, expressions, made_within, modules
from tests.pumping import slowest

with warnings.catch_warnings():  # Python's parser of expressions was moved, and regexploit knows its old name
    warnings.simplefilter("ignore", DeprecationWarning)
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find

LENGTH = settings.API_MAX_BODY_BYTES  # characters
LONGEST = 1.0  # seconds of the processor; the slowest takes 0.2, and the quickest that goes back at each place 8
EVIL = [
    r"(a+)+$",
    r"(a|a)*$",
    r"^(a|ab|b)*c$",
    r"(\w+\s?)*$",
    r"(.*,)*z",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"v\w*_\w*_\w*$",
    r"\s+$",
    r"(?:\.[\w-]+)*@(?:[\w-]+\.?)+z",
]
# By what is matched by them, no text of this length comes: how long the longest is, and what holds it to that.
SHORT = {
    "verification.webhooks.excerpts.MASKED": 4_096,  # posting.READ_MOST
}


def faults(expression: Expression, *, length: int = LENGTH) -> list[str]:
    """What is wrong with an expression, a line each; it is not attacked where that is known already."""
    parsed = SreOpParser().parse_sre(expression.pattern.pattern, expression.pattern.flags)
    if told := [found.example() for found in find(parsed) if found.starriness > 2]:
        return [f"{expression.place}: regexploit: {text!r}" for text in told]
    seconds, attack = slowest(expression.pattern, expression.methods, length=length, longest=LONGEST)
    words = f"{expression.place}: {expression.pattern.pattern!r} takes {seconds:.2f} s over {attack}"
    return [words] if seconds >= LONGEST else []


@pytest.mark.parametrize("evil", EVIL)
def test_an_expression_that_blows_up_is_found_out(evil: str) -> None:
    assert faults(Expression("evil", re.compile(evil), frozenset({"search"})))


def test_no_expression_of_ours_blows_up() -> None:
    all_of_them = {(each.pattern, each.methods): each for each in expressions()}.values()
    assert [fault for each in all_of_them for fault in faults(each, length=SHORT.get(each.place, LENGTH))] == []


def test_a_long_address_of_slashes_is_answered_at_once(client: Client) -> None:
    began = time.process_time()
    assert client.get("/console/r/a" + "/" * 30_000 + "!").status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert time.process_time() - began < 1


def test_expressions_are_found_wherever_they_are() -> None:
    places = {each.place.partition(":")[0] for each in expressions()}
    assert {"config.lib.logs.EMAIL", "config.lib.shedding.KINDS", "risk/rules.py", "schema.json"} <= places
    assert {"ReportRequest.reference", "risk/usage/windows.py", "the address v1/"} <= places
    assert str(next(place for place in places if place.endswith("console.js")))
    assert SHORT.keys() <= places
    assert made_within() == {"risk/intel/kinds.py"}  # and kept in its table of rules
    assert "risk.intel.kinds._RULES" in places
    assert len(modules()) > 300

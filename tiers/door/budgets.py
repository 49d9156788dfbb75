"""Budgets at the door: drawn on, and told when a call is over."""

from collections.abc import Mapping
from typing import Any, Final

from config.lib.errors import NOT_FOUND
from tiers.budgets import (
    LONGEST_HOLD,
    LONGEST_LEASE,
    MOST_REQUESTS,
    MOST_TOKENS,
    consumed,
    draw,
    order_of,
    released,
    with_budget,
)
from tiers.copies import copies_of
from tiers.door.calls import Call, Reply, json_reply
from tiers.lookup import TierAnswer

CONSUME: Final = "/v1/budgets/consume"
RELEASE: Final = "/v1/budgets/release"
SCOPE: Final = "budgets:write"
# The numbers that each call takes: what they are where they are left out, and the most that they may be.
OF_CONSUME: Final = {"requests": (1, MOST_REQUESTS), "tokens": (0, MOST_TOKENS), "hold": (0, LONGEST_HOLD)}
OF_RELEASE: Final = {"tokens": (0, MOST_TOKENS)}


def consume(call: Call) -> Reply | None:
    """POST /v1/budgets/consume."""
    sent = _body(call, CONSUME, texts=frozenset({"account_id"}))
    numbers = _numbers(sent, OF_CONSUME) if sent else None
    answer = _answer(call, sent) if sent and numbers else None
    if answer is None or numbers is None:
        return None
    drawn = draw(answer, order_of(numbers["requests"], numbers["tokens"], numbers["hold"]))
    call.told = with_budget(call.told, drawn)
    return json_reply({**consumed(answer, drawn), "warnings": []})


def release(call: Call) -> Reply | None:
    """POST /v1/budgets/release."""
    sent = _body(call, RELEASE, texts=frozenset({"account_id", "lease"}))
    numbers = _numbers(sent, OF_RELEASE) if sent else None
    answer = _answer(call, sent) if sent and numbers and len(sent.get("lease", "")) <= LONGEST_LEASE else None
    if sent is None or answer is None or numbers is None:
        return None
    return json_reply({**released(answer, sent.get("lease", ""), numbers["tokens"]), "warnings": []})


def _body(call: Call, path: str, *, texts: frozenset[str]) -> Mapping[str, Any] | None:
    """What was sent, where its texts are texts and it names an account; None where it is for Django to say why not."""
    environ = call.environ
    if environ["REQUEST_METHOD"] != "POST" or call.path != path or "HTTP_IDEMPOTENCY_KEY" in environ:
        return None
    sent = call.json()
    if not isinstance(sent, dict) or not sent.get("account_id"):
        return None
    fit = all(_is_text(sent[name]) for name in texts & sent.keys())
    return sent if fit and sent.keys() <= texts | OF_CONSUME.keys() else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and "\0" not in value


def _numbers(sent: Mapping[str, Any], known: Mapping[str, tuple[int, int]]) -> dict[str, int] | None:
    """The numbers of a call; None where one is none, out of range, or not of this call."""
    if not {name for name in sent if name in OF_CONSUME} <= known.keys():
        return None
    numbers = {name: sent.get(name, unset) for name, (unset, _) in known.items()}
    fit = all(type(number) is int and 0 <= number <= known[name][1] for name, number in numbers.items())
    return numbers if fit else None


def _answer(call: Call, sent: Mapping[str, Any]) -> TierAnswer | None:
    caller = call.caller(SCOPE)
    if caller is None:
        return None
    answer = copies_of(test=caller.test).of(sent["account_id"]).answer
    if answer is None:
        raise NOT_FOUND.problem()
    return answer

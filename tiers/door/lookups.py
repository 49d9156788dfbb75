"""Tiers at the door: of one account, of many, and as a proxy asks before each request."""

from typing import Any, Final
from urllib.parse import parse_qs

from config.lib.database import DatabaseAway
from config.lib.errors import NOT_FOUND, Problem
from tiers.copies import copies_of
from tiers.door.calls import JSON, PLAIN, Call, Reply, json_reply
from tiers.gateway import (
    ACCOUNT_QUERY,
    UNDECIDED,
    cache_control,
    has_tag,
    heard,
    permit,
    refusal,
    told,
)

ACCOUNTS: Final = "/v1/accounts/"
TIER: Final = "/tier"
LOOKUP: Final = "/v1/tiers/lookup"
AUTHORIZE: Final = "/v1/gateway/authorize"
SCOPE: Final = "tiers:read"
MOST_IDS: Final = 1000


def tier(call: Call) -> Reply | None:
    """GET /v1/accounts/{account_id}/tier."""
    account_id = call.path[len(ACCOUNTS) : -len(TIER)]
    if call.environ["REQUEST_METHOD"] != "GET" or not account_id or "/" in account_id:
        return None
    caller = call.caller(SCOPE)
    if caller is None:
        return None
    copy = copies_of(test=caller.test).of(account_id if account_id.isascii() else heard(account_id))
    if copy.answer is None:
        raise NOT_FOUND.problem()
    etag = copy.answer.etag
    control = ("Cache-Control", cache_control(copy, call.now))
    sent = call.environ.get("HTTP_IF_NONE_MATCH")
    if sent and has_tag(sent, etag):
        return Reply(304, [*PLAIN, ("ETag", etag), control])
    if copy.head is None:
        copy.head = [*JSON, ("ETag", etag), ("Content-Length", str(len(copy.answer.body)))]
    return Reply(200, [*copy.head, control], copy.answer.body)


def lookup(call: Call) -> Reply | None:
    """POST /v1/tiers/lookup. What is to be repeatable goes the long way, and what is not as it should be too."""
    environ = call.environ
    if environ["REQUEST_METHOD"] != "POST" or call.path != LOOKUP or "HTTP_IDEMPOTENCY_KEY" in environ:
        return None
    asked = _ids(call.json())
    caller = call.caller(SCOPE) if asked else None
    if asked is None or caller is None:
        return None
    if len(asked) > 1:
        call.spend(caller, len(asked) - 1)
    found = copies_of(test=caller.test).of_all(asked)
    body = {"items": [told(name, found[name].answer) for name in asked], "warnings": []}
    return json_reply(body)


def authorize(call: Call) -> Reply | None:
    """The question of a proxy, by any method. 200, 401 or 403; the 401s and what has no good key are Django's."""
    environ, below = call.environ, call.path[len(AUTHORIZE) :]
    if below and not below.startswith("/"):
        return None
    account_id = heard(environ.get("HTTP_X_ACCOUNT_ID", ""))
    if not account_id and not below:
        account_id = parse_qs(environ.get("QUERY_STRING", "")).get(ACCOUNT_QUERY, [""])[-1]
    try:
        caller = call.caller(SCOPE, key=environ.get("HTTP_X_GATEHOUSE_KEY")) if account_id else None
        copy = copies_of(test=caller.test).of(account_id) if caller else None
    except (Problem, DatabaseAway):
        raise UNDECIDED from None
    if copy is None:
        return None
    refused = refusal(copy)
    if refused is not None or copy.answer is None:
        raise refused or UNDECIDED
    control = ("Cache-Control", cache_control(copy, call.now))
    return Reply(200, [*PLAIN, *permit(copy.answer), ("Content-Length", "0"), control])


def _ids(sent: Any) -> list[str] | None:
    """The ids of a lookup where they are as they should be, and nothing else was sent."""
    if not isinstance(sent, dict) or sent.keys() != {"account_ids"}:
        return None
    ids = sent["account_ids"]
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS:
        return None
    return ids if all(isinstance(name, str) and name and "\0" not in name and _sound(name) for name in ids) else None


def _sound(name: str) -> bool:
    """Whether a text is made of characters: halves of surrogate pairs are none."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)

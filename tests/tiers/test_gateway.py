"""What a gateway is told in headers can be carried by them, and a refusal says nothing of the account."""

import json
from dataclasses import replace

import pytest

from tiers.copies import Copy
from tiers.finding import Found
from tiers.gateway import cache_control, has_tag, heard, permit, refusal, safe, told
from tiers.lookup import Basis, TierAnswer
from tiers.readings import Reading


def answer(basis: Basis = Basis.CURRENT, **limits: int) -> TierAnswer:
    return TierAnswer("acct", "basic", limits, "ring:r", 3, None, basis, {}, None, b"{}", '"tag"')


def copy(given: TierAnswer | None, *, until: float = 0.0, last: float = 0.0) -> Copy:
    return Copy(Found(Reading(1), 0.0), "digest", given, until, last)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param(answer(requests_per_minute=1), None, id="it may call"),
        pytest.param(answer(tokens_per_day=0), None, id="tokens are counted elsewhere"),
        pytest.param(answer(requests_per_minute=0), "access_refused", id="blocked"),
        pytest.param(None, "access_refused", id="unknown, in the same words"),
        pytest.param(answer(Basis.LOWEST, requests_per_minute=0), "access_undecided", id="nothing is known now"),
        pytest.param(answer(Basis.LOWEST, requests_per_minute=1), None, id="a ladder whose lowest rung lets some pass"),
    ],
)
def test_who_is_let_through(given: TierAnswer | None, code: str | None) -> None:
    problem = refusal(copy(given))
    assert (problem and problem.kind.code) == code
    assert problem is None or problem.kind.status == 403


def test_every_limit_has_a_header_of_its_own() -> None:
    headers = dict(permit(answer(requests_per_minute=30, tokens_per_day=9)))
    assert headers["X-Gatehouse-Limit-Requests-Per-Minute"] == "30"
    assert headers["X-Gatehouse-Limit-Tokens-Per-Day"] == "9"
    assert (headers["X-Gatehouse-Tier"], headers["X-Gatehouse-Budget-Key"]) == ("basic", "ring:r")


def test_entitlements_are_told_as_json_that_a_header_can_carry() -> None:
    granted = replace(answer(), entitlements={"models": ("small", "groß"), "note": "a\r\nb"})
    told = dict(permit(granted))["X-Gatehouse-Entitlements"]
    assert told.isascii()
    assert told.isprintable()
    assert json.loads(told) == {"models": ["small", "groß"], "note": "a\r\nb"}
    assert "X-Gatehouse-Entitlements" not in dict(permit(answer()))


@pytest.mark.parametrize(
    ("text", "carried"),
    [("ring:rng_1", "ring:rng_1"), ("a b", "a%20b"), ("é", "%C3%A9"), ("a\r\nb", "a%0D%0Ab"), ("%", "%25")],
)
def test_nothing_in_a_header_can_be_taken_for_another(text: str, carried: str) -> None:
    assert safe(text) == carried


def test_what_wsgi_has_as_bytes_is_heard_as_the_text_it_was() -> None:
    assert heard("\N{SNOWMAN}".encode().decode("latin-1")) == "\N{SNOWMAN}"
    assert heard("caf\xe9") == "caf\xe9"


def test_a_tag_is_found_among_others() -> None:
    assert all(has_tag(sent, '"tag"') for sent in ('"tag"', 'W/"tag"', '"a", "tag"', '"a",W/"tag"'))
    assert not any(has_tag(sent, '"tag"') for sent in ('"tagged"', "", "tag", '"a"'))


def test_how_long_an_answer_may_be_kept_is_what_is_left_of_its_time() -> None:
    last_known = answer(Basis.LAST_KNOWN)
    assert cache_control(copy(last_known, until=104.6, last=1000.0), 101.0) == "private, max-age=3, stale-if-error=899"
    assert cache_control(copy(answer(), until=90.0, last=95.0), 101.0) == "private, max-age=0, stale-if-error=0"
    assert cache_control(copy(answer(Basis.LOWEST), until=104.0, last=104.0), 101.0) == "no-store"


def test_an_unknown_account_has_the_form_of_a_known_one() -> None:
    assert told("a", None).keys() == told("a", answer()).keys()
    assert set(told("a", None).values()) == {"a", False, None}

"""The example product: its backend asks Gatehouse over HTTP as any product would, and says kindly what was decided."""

import socket
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from config.lib.auth import create_key
from risk.outcome import Outcome
from tests.cast import ALICE
from tiers.ladder import CheckKind
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck, HostedCheck
from verification.example.challenges import ANSWER_FIELDS, TITLES
from verification.example.challenges import WORDS as CHALLENGE_WORDS
from verification.example.words import BY_CODE, OUTCOMES, STATUSES, WAYS, standing
from verification.models import Signup
from verification.states import CheckStatus

FORM = {"email": ALICE["email"], "name": ALICE["name"], "phone": ALICE["phone"], "device_token": ""}


@pytest.fixture
def product(live_server: LiveServer, settings: Settings) -> Client:
    """A person's browser before the example product, whose Gatehouse listens on a port of its own."""
    settings.GATEHOUSE_URL = live_server.url
    settings.EXAMPLE_SECRET_KEY = create_key(
        kind="secret", scopes=["signups:write", "signups:read"], application="example", name="tests"
    )
    return Client(headers={"User-Agent": ALICE["user_agent"], "Accept-Language": "en-US"})


@pytest.fixture
def away(settings: Settings) -> Iterator[Client]:
    """The same with no Gatehouse at the other end."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        settings.GATEHOUSE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        yield Client()


def text(answered: Any) -> str:
    return unescape(str(answered.content, "utf-8"))


def follow(client: Client, path: str, **fields: Any) -> str:
    """Send a form and go where it leads; the page's text."""
    answered = client.post(f"/example/{path}", fields, follow=True)
    assert answered.status_code == 200, answered.content
    return text(answered)


def test_a_person_signs_up_and_reads_what_their_account_may_do(product: Client) -> None:
    page = follow(product, "signup", **FORM)
    assert OUTCOMES["allow"][0] in page
    assert "<dd data-tier>trial</dd>" in page
    assert "your e-mail address" in page
    person = Signup.objects.get().person
    assert person["user_agent"] == ALICE["user_agent"]
    assert (person["ip"], person["accept_language"]) == ("127.0.0.1", "en-US")


@pytest.mark.parametrize("kind", BY_CODE)
def test_a_code_that_was_asked_for_raises_the_tier(
    product: Client, kind: str, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    follow(product, "signup", **FORM)
    assert "on its way" in follow(product, "checks", kind=kind)
    catch_up()
    code = code_for(ALICE[kind])
    page = follow(product, "answers", kind=kind, code=f"{code[:3]} {code[3:]}")
    assert "that is confirmed" in page
    assert "<dd data-tier>basic</dd>" in page


def test_a_wrong_code_is_said_with_what_is_left(
    product: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    follow(product, "signup", **FORM)
    follow(product, "checks", kind="email")
    catch_up()
    wrong = f"{(int(code_for(ALICE['email'])) + 1) % 1_000_000:06d}"
    page = follow(product, "answers", kind="email", code=wrong)
    assert "not the code we sent" in page
    assert "4 more times" in page
    for _ in range(4):
        page = follow(product, "answers", kind="email", code=wrong)
    assert "too many wrong codes" in page


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("answers", {"kind": "email", "code": "123456"}, "No code is waiting"),
        ("answers", {"kind": "email", "code": "12"}, "A code has six digits"),
        ("answers", {"kind": "../../accounts", "code": "123456"}, "That did not work"),
        ("answers", {"code": "123456"}, "That did not work"),
        ("answers", {}, "A code has six digits"),
        ("checks", {"kind": "phone"}, "nothing to send a code to"),
        ("checks", {"kind": "passport"}, "That did not work"),
        ("checks", {}, "That did not work"),
    ],
)
def test_a_step_that_gatehouse_refuses_is_explained_on_the_page(
    product: Client, path: str, fields: dict[str, str], words: str
) -> None:
    follow(product, "signup", **{**FORM, "phone": ""})
    assert words in follow(product, path, **fields)


def test_a_form_without_an_address_comes_back_with_what_is_missing(product: Client) -> None:
    answered = product.post("/example/signup", {**FORM, "email": ""})
    assert answered.status_code == 422
    assert 'aria-invalid="true" aria-describedby="email-error"' in text(answered)
    assert f'value="{ALICE["name"]}"' in text(answered)
    assert not Signup.objects.exists()


def test_nobody_sees_the_signup_of_somebody_else(product: Client) -> None:
    follow(product, "signup", **FORM)
    stranger = Client()
    stranger.cookies["example_signup"] = Signup.objects.get().public_id
    assert stranger.get("/example/account").headers["Location"] == "/example/"
    assert stranger.post("/example/checks", {"kind": "email"}).headers["Location"] == "/example/"


@pytest.mark.usefixtures("db")
def test_when_gatehouse_is_away_a_plain_page_says_so(away: Client) -> None:
    answered = away.post("/example/signup", FORM)
    assert answered.status_code == 503
    assert "not your fault" in text(answered)


def test_a_key_that_gatehouse_does_not_take_is_shown_to_the_developer(product: Client, settings: Settings) -> None:
    settings.EXAMPLE_SECRET_KEY = "gh_sk_nonsense"
    answered = product.post("/example/signup", FORM)
    assert answered.status_code == 502
    assert "Gatehouse answered 401" in text(answered)


def test_the_signup_page_has_the_publishable_key_and_never_the_secret_one(client: Client, settings: Settings) -> None:
    settings.EXAMPLE_PUBLISHABLE_KEY, settings.EXAMPLE_SECRET_KEY = "gh_pk_shown", "gh_sk_hidden"
    page = text(client.get("/example/"))
    assert 'data-gatehouse-key="gh_pk_shown"' in page
    assert "gh_sk_" not in page


def test_no_page_asks_for_anything_inline_or_from_elsewhere(product: Client) -> None:
    for page in (text(product.get("/example/")), follow(product, "signup", **FORM)):
        assert not [part for part in (" style=", "<style", "<script>", "http://", "https://") if part in page]


def test_there_are_words_for_every_outcome_check_and_status() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(WAYS) == set(CheckKind)
    assert set(BY_CODE) == {kind for kind, check in CHECKS.items() if isinstance(check, CodeCheck)}
    assert set(STATUSES) == {*CheckStatus, "offered"} - {
        CheckStatus.REPLACED
    }  # the newest is shown, not what it replaced


@pytest.mark.parametrize("outcome", [*Outcome, "something new"])
def test_whatever_the_outcome_there_are_kind_words_and_a_next_step(outcome: str) -> None:
    shown = standing({"outcome": outcome, "tier": "trial", "next_checks": [], "checks": []})
    assert shown.headline
    assert shown.text
    assert not {"fraud", "abuse", "bot", "suspicious"} & set(f"{shown.headline} {shown.text}".lower().split())


def test_every_check_posed_here_has_its_words_and_its_part() -> None:
    local = {kind for kind, check in CHECKS.items() if not isinstance(check, CodeCheck | HostedCheck)}
    assert set(TITLES) == set(ANSWER_FIELDS) == set(CHALLENGE_WORDS) == local


@pytest.mark.parametrize("kind", TITLES)
def test_a_challenge_stands_in_the_page_for_its_script(product: Client, kind: str) -> None:
    follow(product, "signup", **FORM)
    page = follow(product, "challenges", kind=kind)
    assert f'data-check="{kind}" data-status="sent"' in page
    assert "/static/example/checks.js" in page
    assert CHALLENGE_WORDS[kind]["sent"] in page


@pytest.mark.parametrize(("kind", "answer"), [("proof_of_work", "nonsense"), ("passkey", "[]"), ("passkey", "{")])
def test_an_answer_that_is_wrong_is_said_and_can_be_given_again(product: Client, kind: str, answer: str) -> None:
    follow(product, "signup", **FORM)
    follow(product, "challenges", kind=kind)
    page = follow(product, "challenges", kind=kind, answer=answer)
    assert "That did not work" in page
    assert f'data-check="{kind}" data-status="sent"' in page

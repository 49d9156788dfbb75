"""The example product: its backend asks Gatehouse over HTTP as any product would, and says kindly what was decided."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from config.lib.auth import create_key
from risk.outcome import Outcome
from tests.cast import ALICE
from tests.stripe_peer import StripePeer
from tiers.ladder import CheckKind
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck, HostedCheck
from verification.example import challenges
from verification.example.sessions import CHOICES, OFFERED, TITLES
from verification.example.sessions import WORDS as SESSION_WORDS
from verification.example.words import BY_CODE, STATUSES, WAYS, standing
from verification.explanation import TITLES as TOLD
from verification.models import Check, InboxMessage, Signup
from verification.providers.offline_sessions import CARDS, DOCUMENTS
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
    assert str(TOLD[Outcome.ALLOW]) in page
    assert "<dd data-tier>trial</dd>" in page
    assert "your e-mail address" in page
    person = Signup.objects.get().person
    assert person["user_agent"] == ALICE["user_agent"]
    assert (person["ip"], person["accept_language"]) == ("127.0.0.1", "en-US")


def test_each_code_that_was_asked_for_raises_the_tier(
    product: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    follow(product, "signup", **FORM)
    assert "Confirm your e-mail address first" in follow(product, "checks", kind="phone")
    for kind, tier in zip(BY_CODE, ("basic", "standard"), strict=True):
        assert "on its way" in follow(product, "checks", kind=kind)
        catch_up()
        code = code_for(ALICE[kind])
        page = follow(product, "answers", kind=kind, code=f"{code[:3]} {code[3:]}")
        assert "that is confirmed" in page
        assert f"<dd data-tier>{tier}</dd>" in page


def test_a_person_who_cannot_read_messages_is_called_instead(
    product: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    assert "Call me instead" in follow(product, "signup", **FORM)
    follow(product, "checks", kind="email")
    catch_up()
    follow(product, "answers", kind="email", code=code_for(ALICE["email"]))
    assert "on its way" in follow(product, "checks", kind="phone", channel="voice")
    catch_up()
    assert InboxMessage.objects.latest("pk").channel == "voice"


def test_a_person_who_gave_no_phone_names_one_later(
    product: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    assert "Another number" in follow(product, "signup", **{**FORM, "phone": ""})
    follow(product, "checks", kind="email")
    catch_up()
    follow(product, "answers", kind="email", code=code_for(ALICE["email"]))
    assert "nothing to send a code to" in follow(product, "checks", kind="phone")
    assert "on its way" in follow(product, "checks", kind="phone", to=" +1 415 555 2671 ")
    catch_up()
    assert "<dd data-tier>standard</dd>" in follow(product, "answers", kind="phone", code=code_for("+14155552671"))


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
        ("checks", {"kind": "email", "channel": "pigeon"}, "That did not work"),
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
    assert set(TOLD) == set(Outcome)
    assert set(WAYS) == set(CheckKind)
    assert set(BY_CODE) == {kind for kind, check in CHECKS.items() if isinstance(check, CodeCheck)}
    # The newest is shown, not what it replaced; and what was sent is told with the tries that are left.
    assert set(STATUSES) == {*CheckStatus, "offered"} - {CheckStatus.REPLACED, CheckStatus.SENT}


def test_the_page_says_what_gatehouse_says_for_the_person_and_how_many_tries_are_left() -> None:
    told = {"language": "en", "title": "A title", "text": "And words.", "ways": []}
    check = {"kind": "email", "status": "sent", "sent_to": "a***@g***.com", "tries_left": 1}
    shown = standing({"explanation": told, "tier": "trial", "next_checks": [], "checks": [check]})
    assert (shown.headline, shown.text) == ("A title", "And words.")
    assert shown.cards[0].words == "We sent a code to a***@g***.com. You can try 1 more time."


@pytest.mark.parametrize(("kind", "choice"), [("payment", "visa"), ("document", "verified")])
def test_what_is_shown_to_the_offline_party_raises_the_tier(
    product: Client, kind: str, choice: str, catch_up: Callable[[], None]
) -> None:
    follow(product, "signup", **FORM)
    assert "code is on its way" not in follow(product, "checks", kind=kind)
    catch_up()
    assert f'name="choice" value="{choice}"' in text(product.get("/example/account"))
    follow(product, "sessions", kind=kind, choice=choice)
    catch_up()
    page = text(product.get("/example/account"))
    assert f'data-check="{kind}" data-status="passed"' in page
    assert "<dd data-tier>basic</dd>" in page


@pytest.mark.parametrize("kind", ["payment", "document"])
def test_the_page_says_what_it_is_waiting_for(product: Client, kind: str) -> None:
    follow(product, "signup", **FORM)
    assert "getting this ready" in follow(product, "checks", kind=kind)
    Check.objects.update(status="sent", reference="offline_1", expires_at=timezone.now() + timedelta(hours=1))
    assert "asking our partner" in follow(product, "sessions", kind=kind, choice="declined")


def test_a_card_that_was_declined_can_be_tried_again(product: Client, catch_up: Callable[[], None]) -> None:
    follow(product, "signup", **FORM)
    follow(product, "checks", kind="payment")
    catch_up()
    follow(product, "sessions", kind="payment", choice="declined")
    catch_up()
    page = text(product.get("/example/account"))
    assert 'data-check="payment" data-status="sent"' in page
    assert "If it did not work before" in page


@pytest.mark.parametrize("kind", ["payment", "document"])
def test_with_stripe_the_page_loads_its_script_and_may(
    product: Client, kind: str, catch_up: Callable[[], None], with_stripe: StripePeer
) -> None:
    follow(product, "signup", **FORM)
    follow(product, "checks", kind=kind)
    catch_up()
    answered = product.get("/example/account")
    assert 'src="https://js.stripe.com/v3/"' in text(answered)
    assert f'data-stripe="{kind}" data-key="pk_test_gatehouse"' in text(answered)
    policy = answered.headers["Content-Security-Policy"]
    assert "script-src 'self' https://js.stripe.com" in policy
    assert "js.stripe.com" not in product.get("/example/").headers["Content-Security-Policy"]


def test_every_session_that_the_page_knows_has_its_words_and_its_part() -> None:
    hosted = {kind for kind, check in CHECKS.items() if isinstance(check, HostedCheck)}
    assert set(TITLES) == set(OFFERED) == hosted
    assert set(SESSION_WORDS) == set(CheckStatus) - {CheckStatus.REPLACED}
    assert set(CHOICES) == {*CARDS, *DOCUMENTS}


def test_every_check_posed_here_has_its_words_and_its_part() -> None:
    local = {kind for kind, check in CHECKS.items() if not isinstance(check, CodeCheck | HostedCheck)}
    assert set(challenges.TITLES) == set(challenges.ANSWER_FIELDS) == set(challenges.WORDS) == local


@pytest.mark.parametrize("kind", challenges.TITLES)
def test_a_challenge_stands_in_the_page_for_its_script(product: Client, kind: str) -> None:
    follow(product, "signup", **FORM)
    page = follow(product, "challenges", kind=kind)
    assert f'data-check="{kind}" data-status="sent"' in page
    assert "/static/example/checks.js" in page
    assert str(challenges.WORDS[kind]["sent"]) in page


@pytest.mark.parametrize(("kind", "answer"), [("proof_of_work", "nonsense"), ("passkey", "[]"), ("passkey", "{")])
def test_an_answer_that_is_wrong_is_said_and_can_be_given_again(product: Client, kind: str, answer: str) -> None:
    follow(product, "signup", **FORM)
    follow(product, "challenges", kind=kind)
    page = follow(product, "challenges", kind=kind, answer=answer)
    assert "That did not work" in page
    assert f'data-check="{kind}" data-status="sent"' in page

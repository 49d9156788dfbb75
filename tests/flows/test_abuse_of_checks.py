"""The checks turned against somebody: guessing, flooding, bombing strangers, locking victims out, listening."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from verification.models import Check, InboxMessage

VICTIM = "victor.vance@example.org"
CatchUp = Callable[[], int]
Read = Callable[[str], str]


def sign_up(shop: APIClient, name: str, *, email: str = VICTIM, ip: str = "72.224.214.33") -> dict[str, Any]:
    """A signup that names somebody's mailbox."""
    answered: dict[str, Any] = post(shop, "/v1/signups", alice(account_id=name, email=email, ip=ip, device=None)).json()
    return answered


def ask(shop: APIClient, signup: dict[str, Any], **body: str) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email", **body})


def answer(shop: APIClient, signup: dict[str, Any], code: str) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks/email/answers", {"code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def status_of(answered: Any) -> str:
    return str(answered.json()["checks"][0]["status"])


def test_guessing_one_persons_code_from_many_accounts_gets_seventy_five_tries_a_day(
    shop: APIClient, catch_up: CatchUp, code_for: Read
) -> None:
    tries = 0
    for number in range(20):
        guesser = sign_up(shop, f"guesser{number}", ip=f"81.2.{number}.7")
        if ask(shop, guesser).status_code == 429:
            continue
        catch_up()
        code = wrong(code_for(VICTIM))
        while answer(shop, guesser, code).status_code == 200:
            tries += 1
    assert tries == 75  # of a million codes


def test_a_code_sent_for_one_account_passes_no_other(shop: APIClient, catch_up: CatchUp, code_for: Read) -> None:
    mine, other = sign_up(shop, "mine"), sign_up(shop, "other", ip="81.2.69.142")
    ask(shop, mine)
    catch_up()
    code = code_for(VICTIM)
    ask(shop, other)
    catch_up()
    assert code_for(VICTIM) != code
    assert status_of(answer(shop, other, code)) == "sent"
    assert status_of(answer(shop, mine, code)) == "passed"


def test_a_resend_flood_ends_after_three(shop: APIClient, catch_up: CatchUp) -> None:
    signup = sign_up(shop, "flood")
    asked = [ask(shop, signup).status_code for _ in range(6)]
    catch_up()
    assert asked == [202, 202, 202, 429, 429, 429]
    assert InboxMessage.objects.count() == 3


def test_strangers_cannot_make_the_signup_a_mail_bomb(shop: APIClient) -> None:
    """Twenty accounts from twenty networks: the victim gets fifteen mails a day at most, whoever asks."""
    accepted = 0
    for number in range(20):
        signup = sign_up(shop, f"bomber{number}", ip=f"81.2.{number}.7")
        accepted += sum(ask(shop, signup).status_code == 202 for _ in range(3))
    assert accepted == 15


def test_one_network_cannot_use_up_what_a_victim_may_get(shop: APIClient) -> None:
    for number in range(5):
        bomber = sign_up(shop, f"bomber{number}")
        for _ in range(3):
            ask(shop, bomber)
    assert Check.objects.count() == 5
    victim = sign_up(shop, "victim", ip="81.2.69.142")
    assert ask(shop, victim).status_code == 202


def test_one_signup_cannot_reach_stranger_after_stranger(shop: APIClient) -> None:
    signup = sign_up(shop, "fan")
    asked = [ask(shop, signup, to=f"stranger{number}@example.org").status_code for number in range(5)]
    assert asked == [202, 202, 202, 429, 429]


def test_spending_tries_on_ones_own_signup_locks_no_victim_out(
    shop: APIClient, catch_up: CatchUp, code_for: Read
) -> None:
    victim = sign_up(shop, "victim", ip="81.2.69.142")
    ask(shop, victim)
    catch_up()
    code = code_for(VICTIM)
    stranger = sign_up(shop, "stranger")
    ask(shop, stranger)
    catch_up()
    for _ in range(5):
        answered = answer(shop, stranger, wrong(code_for(VICTIM)))
    assert status_of(answered) == "failed"
    assert status_of(answer(shop, victim, code)) == "passed"


def test_whether_a_mailbox_is_known_shows_neither_in_the_answer_nor_in_the_work(shop: APIClient) -> None:
    ask(shop, sign_up(shop, "earlier", ip="81.2.69.142"))
    shown, work = [], []
    for name, email in (("asks for known", VICTIM), ("asks for unknown", "vera.vogel@example.org")):
        signup = sign_up(shop, name.replace(" ", "-"), email=email)
        with CaptureQueriesContext(connection) as queries:
            asked = ask(shop, signup)
        assert asked.status_code == 202
        shown.append(asked.json()["checks"])
        work.append(len(queries))
    assert shown[0] == shown[1]
    assert shown[0][0]["sent_to"] == "v***@e***.org"
    assert work[0] == work[1]


def test_a_signup_of_somebody_else_and_none_at_all_look_the_same(shop: APIClient, client_of: Any) -> None:
    signup = sign_up(shop, "mine")
    reader = client_of("signups:read")
    nobody = ask(shop, {"id": "sgn_00000000000000000000000000000000"})
    assert nobody.status_code == 404
    refused = [ask(reader, each) for each in (signup, {"id": "sgn_0"})]
    assert {each.status_code for each in refused} == {403}
    bodies = [
        {key: value for key, value in each.json().items() if key not in {"request_id", "instance"}} for each in refused
    ]
    assert bodies[0] == bodies[1]

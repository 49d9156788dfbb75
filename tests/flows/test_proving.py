"""A person passes a check, and the tier rises."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Trace
from risk.rings.links import Link
from tests.cast import alice
from tests.conftest import post
from verification.models import Check, Event, InboxMessage, Proof
from verification.tasks import expire_checks, lapse_proofs, send_code

MAILBOX = "alice.archer@gmail.com"
PHONE = "+14155552671"
Read = Callable[[str], str]


@pytest.fixture
def signup(shop: APIClient) -> dict[str, Any]:
    """Alice, signed up."""
    answered: dict[str, Any] = post(shop, "/v1/signups", alice()).json()
    return answered


def ask(shop: APIClient, signup: dict[str, Any], kind: str = "email") -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": kind})


def answer(shop: APIClient, signup: dict[str, Any], code: str, kind: str = "email") -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks/{kind}/answers", {"code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def status(answered: Any, kind: str = "email") -> str:
    return str(next(check["status"] for check in answered.json()["checks"] if check["kind"] == kind))


def test_each_proof_raises_the_tier(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    tiers = [signup["tier"]]
    for kind, to in (("email", MAILBOX), ("phone", PHONE)):
        assert ask(shop, signup, kind).status_code == 202
        catch_up()
        tiers.append(answer(shop, signup, code_for(to), kind).json()["tier"])
    assert tiers == ["trial", "basic", "standard"]
    assert shop.get("/v1/accounts/acct_alice/tier").json()["tier"] == "standard"


def test_nothing_is_sent_before_the_worker_takes_it_up(shop: APIClient, signup: dict[str, Any]) -> None:
    assert status(ask(shop, signup)) == "requested"
    assert not InboxMessage.objects.exists()


def test_the_page_is_shown_where_the_code_went_only_masked(shop: APIClient, signup: dict[str, Any]) -> None:
    (check,) = ask(shop, signup).json()["checks"]
    assert check["sent_to"] == "a***@g***.com"


def test_fields_that_nobody_reads_are_warned_of(shop: APIClient, signup: dict[str, Any]) -> None:
    answered = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email", "colour": "red"})
    assert answered.json()["warnings"] == ["unknown field: colour"]


def test_a_task_run_twice_sends_one_code(shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None]) -> None:
    ask(shop, signup)
    catch_up()
    send_code.apply(args=(Check.objects.get().pk,)).get(disable_sync_subtasks=False)
    assert InboxMessage.objects.count() == 1


def test_after_five_wrong_codes_the_right_one_does_not_help(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    ask(shop, signup)
    catch_up()
    code = code_for(MAILBOX)
    for left in (4, 3, 2, 1, 0):
        answered = answer(shop, signup, wrong(code))
        assert answered.json()["checks"][0]["tries_left"] == left
    assert status(answered) == "failed"
    late = answer(shop, signup, code)
    assert (late.status_code, late.json()["code"]) == (409, "check_not_waiting")
    assert not Proof.objects.exists()
    assert Event.objects.filter(type="check.failed").count() == 1


def test_a_failed_check_can_be_asked_for_again(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    ask(shop, signup)
    catch_up()
    for _ in range(5):
        answer(shop, signup, wrong(code_for(MAILBOX)))
    ask(shop, signup)
    catch_up()
    assert answer(shop, signup, code_for(MAILBOX)).json()["tier"] == "basic"


def test_a_code_is_good_for_ten_minutes(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    ask(shop, signup)
    catch_up()
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert answer(shop, signup, code_for(MAILBOX)).status_code == 409
        assert status(shop.get(f"/v1/signups/{signup['id']}")) == "expired"
        assert expire_checks.apply().get(disable_sync_subtasks=False) == 1
        assert expire_checks.apply().get(disable_sync_subtasks=False) == 0
        assert Check.objects.get().status == "expired"


def test_a_code_works_once_and_only_for_its_own_check(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    ask(shop, signup)
    catch_up()
    old = code_for(MAILBOX)
    ask(shop, signup)
    catch_up()
    new = code_for(MAILBOX)
    if old != new:
        assert answer(shop, signup, old).json()["tier"] == "trial"
    assert answer(shop, signup, new).json()["tier"] == "basic"
    assert answer(shop, signup, new).status_code == 409
    assert Proof.objects.count() == 1


def test_asking_again_and_again_is_stopped_with_a_time_to_wait(shop: APIClient, signup: dict[str, Any]) -> None:
    answers = [ask(shop, signup) for _ in range(4)]
    assert [answered.status_code for answered in answers] == [202, 202, 202, 429]
    assert answers[3].json()["code"] == "check_limit_reached"
    assert int(answers[3].headers["Retry-After"]) > 0


def test_a_stranger_on_one_network_cannot_use_up_a_victims_quota(shop: APIClient) -> None:
    statuses = []
    for number in range(4):
        stranger = post(shop, "/v1/signups", alice(account_id=f"stranger-{number}", ip="81.2.69.142")).json()
        statuses += [ask(shop, stranger).status_code, ask(shop, stranger).status_code]
    assert statuses.count(202) == 5
    victim = post(shop, "/v1/signups", alice(account_id="victim")).json()
    assert ask(shop, victim).status_code == 202


def test_a_mailbox_cannot_be_flooded_from_many_networks(shop: APIClient) -> None:
    statuses = [
        ask(shop, post(shop, "/v1/signups", alice(account_id=f"a{n}", ip=f"81.2.{n}.9")).json()).status_code
        for n in range(20)
    ]
    assert statuses.count(202) == 15


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        pytest.param({"email": "nonsense"}, "email", "check_impossible", id="no usable mailbox"),
        pytest.param({"phone": None}, "phone", "check_impossible", id="no phone"),
        pytest.param({}, "handshake", "check_unknown", id="no kind at all"),
    ],
)
def test_a_check_that_cannot_be_made_says_so(shop: APIClient, change: dict[str, Any], kind: str, code: str) -> None:
    signup = post(shop, "/v1/signups", alice(**change)).json()
    answered = ask(shop, signup, kind)
    assert (answered.status_code, answered.json()["code"]) == (422, code)


def test_a_provider_that_refuses_leaves_the_check_undelivered(shop: APIClient, catch_up: Callable[[], None]) -> None:
    signup = post(shop, "/v1/signups", alice(email="undeliverable@example.org")).json()
    ask(shop, signup)
    catch_up()
    assert status(shop.get(f"/v1/signups/{signup['id']}")) == "undelivered"


def test_a_proof_past_its_half_life_lapses_and_the_tier_follows(
    shop: APIClient, signup: dict[str, Any], catch_up: Callable[[], None], code_for: Read
) -> None:
    ask(shop, signup)
    catch_up()
    answer(shop, signup, code_for(MAILBOX))
    assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 0
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 0  # nobody was told before: that comes first
        assert shop.get("/v1/accounts/acct_alice/tier").json()["tier"] == "basic"
    with time_machine.travel(timezone.now() + timedelta(days=374)):
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 1
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 0
        assert shop.get("/v1/accounts/acct_alice/tier").json()["tier"] == "trial"
    causes = [grant["cause"] for grant in shop.get("/v1/accounts/acct_alice/grants").json()["items"]]
    assert causes == ["expiry", "check", "signup"]
    assert Event.objects.filter(type="proof.lapsed").count() == 1


def test_a_number_that_is_named_only_now_links_the_account_from_now_on(
    shop: APIClient, catch_up: Callable[[], None], code_for: Read
) -> None:
    bare = post(shop, "/v1/signups", {**alice(), "phone": None}).json()
    before = Trace.objects.get().links
    assert not before[Link.PHONE]
    ask(shop, bare)
    catch_up()
    answer(shop, bare, code_for(MAILBOX))
    asked = post(shop, f"/v1/signups/{bare['id']}/checks", {"kind": "phone", "to": PHONE})
    assert asked.status_code == 202
    catch_up()
    after = Trace.objects.get().links
    assert after[Link.PHONE]
    assert after[Link.PHONE_1000]
    assert [value for value in before if value] == [after[place] for place, value in enumerate(before) if value]

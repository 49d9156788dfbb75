"""Several at once: what may happen once happens once, and what is counted is counted exactly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import create_key
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tiers.models import Account
from verification.models import Case, Check, InboxMessage, Proof
from verification.proving import TRIES
from verification.tasks import send_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(transactional_db: None) -> str:
    """A secret key that every thread's caller sends."""
    return create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests")


def all_at_once(work: Callable[[APIClient], Any], key: str, times: int) -> list[Any]:
    """The same work by callers in threads of their own, each with a connection of its own."""

    def alone() -> Any:
        try:
            return work(client_with(key))
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(alone) for _ in range(times)]]


def signed_up(key: str) -> dict[str, Any]:
    answered: dict[str, Any] = post(client_with(key), "/v1/signups", alice()).json()
    return answered


def test_of_many_signups_with_one_account_id_one_is_taken(key: str) -> None:
    answers = all_at_once(lambda caller: post(caller, "/v1/signups", alice()).status_code, key, 8)
    assert sorted(answers) == [201, *[409] * 7]
    assert Account.objects.count() == 1


def test_a_code_is_sent_once_however_many_workers_are_given_it(key: str) -> None:
    signup = signed_up(key)
    post(client_with(key), f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    check = Check.objects.get()
    all_at_once(lambda _: send_code.apply(args=(check.pk,)).get(disable_sync_subtasks=False), key, 6)
    assert InboxMessage.objects.count() == 1


def test_wrong_codes_sent_at_once_are_all_counted_and_no_more_than_five_are_looked_at(key: str) -> None:
    signup = signed_up(key)
    post(client_with(key), f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    send_code.apply(args=(Check.objects.get().pk,)).get(disable_sync_subtasks=False)
    right = InboxMessage.objects.get().message["code"]
    wrong = {"code": f"{(int(right) + 1) % 1_000_000:06d}"}
    path = f"/v1/signups/{signup['id']}/checks/email/answers"
    answers = all_at_once(lambda caller: post(caller, path, wrong).status_code, key, 12)
    assert answers.count(200) == TRIES
    assert Check.objects.get().tries == TRIES
    assert post(client_with(key), path, {"code": right}).status_code == 409
    assert not Proof.objects.exists()


def test_the_right_code_sent_twice_at_once_is_one_proof(key: str) -> None:
    signup = signed_up(key)
    post(client_with(key), f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    send_code.apply(args=(Check.objects.get().pk,)).get(disable_sync_subtasks=False)
    right = {"code": InboxMessage.objects.get().message["code"]}
    path = f"/v1/signups/{signup['id']}/checks/email/answers"
    all_at_once(lambda caller: post(caller, path, right).status_code, key, 4)
    assert Proof.objects.count() == 1
    assert Account.objects.get().tier == "basic"


def test_codes_asked_for_at_once_stay_within_the_limit(key: str) -> None:
    signup = signed_up(key)
    path = f"/v1/signups/{signup['id']}/checks"
    answers = all_at_once(lambda caller: post(caller, path, {"kind": "email"}).status_code, key, 10)
    assert answers.count(202) == 3
    assert answers.count(429) == 7


def test_a_case_that_is_opened_while_its_account_changes_has_what_comes_of_that(key: str) -> None:
    signed_up(key)
    account = Account.objects.get()

    def opened(_: APIClient) -> None:
        Case.objects.create(account=account, kind="partner_ring", opened_at=timezone.now())

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Account.objects.update(score=77.0)
            waiting = pool.submit(all_at_once, opened, key, 1)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1.0)
        waiting.result(timeout=30.0)
    assert Case.objects.get().score == 77.0

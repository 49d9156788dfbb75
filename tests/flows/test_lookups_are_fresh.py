"""Under load, while accounts are decided anew, nobody is told a tier that an account no longer had 5 seconds ago."""

import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils import timezone

from config.lib.auth import create_key
from risk.facts import Word
from risk.policies import store
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.granian import Line, database_of_this_test, serving
from tiers.models import Account
from verification.review import give_word

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PROMISED_SECONDS = 5.0
READERS = 6
THREADS = 3  # of each worker, as docs/production.md has it: calls at once share what is kept
ACCOUNTS = 5
CHANGES = 16
PAUSE_SECONDS = 1.1


@dataclass
class Change:
    """An account's tier from some moment on: `at` is when the transaction was committed, at the latest."""

    at: float
    version: int


@dataclass
class Watch:
    """What readers were told, and when they asked."""

    answers: list[tuple[float, str, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def readers(port: int, key: str, names: list[str]) -> Iterator[Watch]:
    """As many as hammer while the block runs."""
    watch = Watch()
    threads = [threading.Thread(target=_read, args=(port, key, names, watch)) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        for thread in threads:
            thread.join()


def _read(port: int, key: str, names: list[str], watch: Watch) -> None:
    with Line(port, key) as line:
        while not watch.over.is_set():
            for name in names:
                asked_at = time.monotonic()
                said = line.get(f"/v1/accounts/{name}/tier")
                if said.status != 200:
                    watch.problems.append(f"{said.status} {said.body!r}")
                    return
                watch.answers.append((asked_at, name, said.json()["version"]))


def age(asked_at: float, version: int, changes: list[Change]) -> float:
    """How long an answer had been out of date when it was asked for: seconds since a later version was committed."""
    later = bisect_right([change.version for change in changes], version)
    return asked_at - changes[later].at if later < len(changes) else 0.0


@pytest.fixture
def nora() -> User:
    """An analyst."""
    user: User = get_user_model().objects.create_superuser("nora", password="correct horse battery")
    return user


@pytest.mark.parametrize("copies", ["20000", "0"], ids=["with local copies", "Valkey asked each time"])
def test_no_answer_is_older_than_five_seconds_while_tiers_change_under_load(nora: User, copies: str) -> None:
    key = create_key(kind="secret", scopes=ALL_SCOPES, application="gateway", name="tests")
    names = [f"acct_{number}" for number in range(ACCOUNTS)]
    for name in names:
        assert post(client_with(key), "/v1/signups", alice(account_id=name)).status_code == 201
    changes: dict[str, list[Change]] = {name: [] for name in names}
    environment = {
        "DATABASE_URL": database_of_this_test(),
        "REDIS_URL": django_settings.REDIS_URL,
        "LOCAL_COPIES": copies,
    }
    with serving(environment, threads=THREADS) as port, readers(port, key, names) as watch:
        for turn in range(CHANGES):
            name = names[turn % 2]  # the others stay as they are
            account = Account.objects.get(account_id=name)
            word = Word.DENY if account.tier != "blocked" else Word.APPROVE
            give_word(account.pk, word=word, note="turn", analyst=nora, at=timezone.now())
            account.refresh_from_db()
            changes[name].append(Change(time.monotonic(), account.version))
            time.sleep(PAUSE_SECONDS)
        time.sleep(PROMISED_SECONDS)
    assert watch.problems == []
    assert len(watch.answers) > 100 * READERS
    ages = [age(asked_at, version, changes[name]) for asked_at, name, version in watch.answers]
    assert max(ages) < PROMISED_SECONDS
    assert sum(each > 0 for each in ages) > 0, "copies are kept, and this test sees how old they get"
    for name, last in ((name, done[-1].version) for name, done in changes.items() if done):
        told = {version for asked_at, asked, version in watch.answers if asked == name}
        assert last in told
        assert len(told) > CHANGES // 4


def test_another_policy_s_limits_are_told_within_five_seconds_under_load() -> None:
    key = create_key(kind="secret", scopes=ALL_SCOPES, application="gateway", name="tests")
    post(client_with(key), "/v1/signups", alice())
    environment = {"DATABASE_URL": database_of_this_test(), "REDIS_URL": django_settings.REDIS_URL}
    with serving(environment, threads=THREADS) as port, readers(port, key, ["acct_alice"]) as watch:
        time.sleep(1)
        document = store.read(store.DEFAULT)
        document["ladder"] = [{**rung, "limits": {"requests_per_minute": 1}} for rung in document["ladder"]]
        store.publish(document)
        published = time.monotonic()
        time.sleep(PROMISED_SECONDS)
        told = []
        for _ in range(10):  # some of them at each worker
            with Line(port, key) as line:
                told.append(line.get("/v1/accounts/acct_alice/tier").json()["limits"])
    assert time.monotonic() > published + PROMISED_SECONDS
    assert watch.problems == []
    assert told == [{"requests_per_minute": 1}] * 10

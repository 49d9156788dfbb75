"""A worker is killed while it sends: the message comes again, under the same id, and before the account's next."""

import signal
import threading
import time
from pathlib import Path

import psutil
import pytest
import requests
from standardwebhooks import Webhook

from tests.cast import alice
from tests.e2e.live import Live, running
from tests.receiver import Received, Receiver, Reply, receiver

pytestmark = pytest.mark.processes

LONGEST = 60.0  # seconds: the claim of a message that was being sent is over in 17, and workers start again in 2


def until(receiving: Receiver, count: int) -> None:
    """Wait until so many requests have come."""
    deadline = time.monotonic() + LONGEST
    while len(receiving.got) < count:
        assert time.monotonic() < deadline, receiving.types()
        time.sleep(0.05)


def workers(home: Path) -> list[psutil.Process]:
    """The processes of Celery that take tasks in this home, found without the code under test."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("GATEHOUSE_HOME") == str(home) and "worker" in process.cmdline():
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def key_of(live: Live) -> str:
    """A key that manages webhooks too."""
    kept = live.home / "key"
    live.runs(
        "from pathlib import Path\n"
        "from config.lib.auth import create_key\n"
        "scopes = ['signups:write', 'accounts:write', 'webhooks:write', 'webhooks:read']\n"
        f"Path({str(kept)!r}).write_text(create_key(kind='secret', scopes=scopes, application='shop', name='tests'))"
    )
    return kept.read_text()


def test_a_worker_that_is_killed_while_it_sends_loses_nothing_and_keeps_the_order() -> None:
    hanging = threading.Event()

    def decide(sent: Received) -> Reply:
        del sent
        return Reply() if hanging.is_set() else Reply(until=hanging)

    with (
        receiver() as receiving,
        running(WEBHOOK_LOOPBACK="on", WEBHOOK_TIMEOUT_SECONDS="2", TASK_WORKERS="1", WEB_WORKERS="1") as live,
    ):
        receiving.decide = decide
        with requests.Session() as shop:
            shop.headers["Authorization"] = f"Bearer {key_of(live)}"
            secret = made(shop, live, receiving.url)
            register(shop, live)
            until(receiving, 1)
            for worker in workers(live.home):
                worker.send_signal(signal.SIGKILL)
            hanging.set()
            until(receiving, 3)
    first, again, *rest = receiving.got
    assert (again.id, again.body) == (first.id, first.body)
    assert first.message["type"] == "signup.decided"
    assert first.id not in {sent.id for sent in rest}
    numbers = [int(sent.id.split("_")[1]) for sent in receiving.got]
    assert numbers == sorted(numbers)
    for sent in receiving.got:
        Webhook(secret).verify(sent.body, sent.headers)


def made(shop: requests.Session, live: Live, url: str) -> str:
    """The secret of a new endpoint."""
    body = {"url": url, "events": ["signup.*", "account.*"]}
    answer = shop.post(f"{live.address}/v1/webhook-endpoints", json=body, timeout=10)
    assert answer.status_code == 201, answer.text
    secret: str = answer.json()["secret"]
    return secret


def register(shop: requests.Session, live: Live) -> None:
    """Alice signs up, and is reported at once: several events of one account."""
    signup = alice(email=None, phone=None)
    assert shop.post(f"{live.address}/v1/signups", json=signup, timeout=10).status_code == 201
    report = {"kind": "confirmed", "reference": "r1"}
    path = f"{live.address}/v1/accounts/{signup['account_id']}/reports"
    assert shop.post(path, json=report, timeout=10).status_code == 201

"""The page on webhooks is true: its receivers take what is sent, and its tables are the program's."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from tests.contracts.test_examples_in_docs import json_blocks
from tests.mailserver import free_port
from tests.receiver import Receiver
from tiers.models import Account
from verification.models import Event
from verification.providers.reach import public
from verification.webhook_models import WebhookDelivery
from verification.webhooks import messages, posting, schedule
from verification.webhooks.schemas import schemas

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
RECEIVER, VERIFY = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@contextmanager
def the_receiver(folder: Path, secret: str) -> Iterator[tuple[str, Path]]:
    """The receiver of the page, run as it stands there."""
    port, database = free_port(), folder / "receiver.db"
    script = folder / "receiver.py"
    script.write_text(RECEIVER)
    env = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": secret, "DATABASE": str(database)}
    process = subprocess.Popen([sys.executable, str(script)], env=env, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}/", database
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(address, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the receiver of the page did not start")


def test_the_receiver_of_the_page_takes_what_is_sent_and_makes_each_effect_once(
    shop: APIClient, hooked: Receiver, catch_up: Callable[[], int], tmp_path: Path, settings: Settings
) -> None:
    del hooked  # for the settings; this receiver is another
    answer = post(shop, "/v1/webhook-endpoints", {"url": "http://127.0.0.1:1/", "events": ["account.*"]}).json()
    path = f"/v1/webhook-endpoints/{answer['id']}"
    with the_receiver(tmp_path, answer["secret"]) as (address, database):
        shop.patch(path, {"url": address}, format="json")
        post(shop, "/v1/signups", alice(email=None, phone=None))
        for number in range(3):  # reports against Alice move her down, and one that clears her up again
            kind = "cleared" if number == 2 else "confirmed"
            post(shop, "/v1/accounts/acct_alice/reports", {"kind": kind, "reference": f"r{number}"})
        catch_up()
        for delivery in WebhookDelivery.objects.all():
            post(shop, f"{path}/deliveries/{delivery.public_id}/replay", {})
        catch_up()
        forged = requests.post(address, data=b"{}", headers={"webhook-id": "evt_1"}, timeout=5)
    assert forged.status_code == 400
    assert not WebhookDelivery.objects.exclude(status="delivered").exists()
    told = Event.objects.filter(type__startswith="account.")
    with sqlite3.connect(database) as seen:
        done = {name for (name,) in seen.execute("SELECT id FROM done")}
        tiers = dict(seen.execute("SELECT account_id, tier FROM tiers"))
    seen.close()
    assert done == {messages.message_id(event) for event in told}
    assert told.filter(type="account.tier_changed").exists()
    assert tiers == {"acct_alice": Account.objects.get().tier}


def test_the_ed25519_of_the_page_takes_what_is_sent_and_nothing_else(
    shop: APIClient, hooked: Receiver, catch_up: Callable[[], int]
) -> None:
    scope: dict[str, Any] = {}
    exec(compile(VERIFY, "docs/webhooks.md", "exec"), scope)  # noqa: S102 - it is our own page that is tried
    told = post(shop, "/v1/webhook-endpoints", {"url": hooked.url, "algorithm": "ed25519"}).json()
    post(shop, "/v1/signups", alice(email=None, phone=None))
    catch_up()
    (sent,) = hooked.got
    scope["verify"](told["secret"], sent.headers, sent.body.encode())
    with pytest.raises(InvalidSignature):
        scope["verify"](told["secret"], sent.headers, sent.body.encode() + b" ")
    with pytest.raises(ValueError, match="too old"):
        scope["verify"](told["secret"], {**sent.headers, "webhook-timestamp": "1785720281"}, sent.body.encode())


def test_the_message_of_the_page_keeps_to_its_schema() -> None:
    (shown,) = json_blocks("docs/webhooks.md")
    schema = schemas()[shown["type"]]["properties"]["data"]
    assert set(shown["data"]) == set(schema["properties"])
    assert set(shown) == {"type", "timestamp", "data"}


def test_the_tries_of_the_page_are_the_programs() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    rows = re.findall(r"^\| (\d+) \| (none|\d+ \w+) \|", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, schedule.TRIES + 1))
    pauses = [timedelta(seconds=int(said.split()[0]) * units[said.split()[1]]) for _, said in rows[1:]]
    assert pauses == list(schedule.PAUSES)


def test_the_addresses_of_the_page_are_never_gone_to() -> None:
    named = re.search(r"machines' data at \((.*?)\)", PAGE, re.DOTALL)
    assert named
    for address in named[1].split(", "):
        assert not public(address)
    assert posting.READ_MOST == 4096

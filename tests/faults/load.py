"""The load: people sign up and ask for codes, through the front door, as a product does that keeps to its manners.

A call that is not answered, or with a server's error, is made again under the same Idempotency-Key until it is.
"""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests

from tests.cast import alice

DOMAIN = "harbour-mail.com"
PAUSE = 0.15  # seconds between a person and the next, of each thread
PATIENCE = 120.0  # seconds until a product gives up


@dataclass
class Accepted:
    """What was promised: accounts whose signup was answered, and the mailbox of each request for a code."""

    accounts: list[str] = field(default_factory=list)
    mailboxes: list[str] = field(default_factory=list)
    given_up: int = 0
    refused: int = 0
    next: int = 0  # the number of the next person


class Product:
    """One thread of the product's backend."""

    def __init__(self, address: str, key: str, accepted: Accepted) -> None:
        self.address, self.accepted = address, accepted
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def bring(self, number: int) -> None:
        """One person."""
        account, mailbox = f"acct_{number}", f"p{number}@{DOMAIN}"
        body = alice(account_id=account, email=mailbox, phone=None, ip=_address(number), device=None, name=None)
        signup = self._post("/v1/signups", body, key=f"signup-{number}")
        if signup is None:
            return
        self.accepted.accounts.append(account)
        if self._post(f"/v1/signups/{signup['id']}/checks", {"kind": "email"}, key=f"check-{number}") is not None:
            self.accepted.mailboxes.append(mailbox)

    def _post(self, path: str, body: Any, *, key: str) -> Any:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self.session.post(self.address + path, json=body, headers={"Idempotency-Key": key}, timeout=10)
            except requests.RequestException:
                time.sleep(0.3)
                continue
            if answer.status_code < HTTPStatus.BAD_REQUEST:
                return answer.json()
            if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status_code != HTTPStatus.CONFLICT:
                self.accepted.refused += 1
                return None
            time.sleep(0.3)
        self.accepted.given_up += 1
        return None


def _address(number: int) -> str:
    return f"72.{number % 200 + 16}.{number // 200 % 250}.33"


@contextmanager
def load(address: str, key: str, *, first: int, threads: int) -> Iterator[Accepted]:
    """People come while the block runs; at its end each that came has been answered, or given up."""
    accepted, numbers, over = Accepted(), itertools.count(first), threading.Event()

    def work() -> None:
        product = Product(address, key, accepted)
        while not over.wait(PAUSE):
            product.bring(next(numbers))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield accepted
    finally:
        over.set()
        for worker in workers:
            worker.join()
        accepted.next = next(numbers)

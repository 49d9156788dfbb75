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
AFTERWARDS = 5.0  # seconds, once no more people come
AGAIN = {HTTPStatus.CONFLICT, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass
class Accepted:
    """What was promised: accounts whose signup was answered, and the mailbox of each request for a code."""

    accounts: list[str] = field(default_factory=list)
    mailboxes: list[str] = field(default_factory=list)
    unanswered: int = 0  # given up without an answer: nothing was promised
    refused: int = 0
    next: int = 0  # the number of the next person


class Product:
    """One thread of the product's backend. Once it is over, it asks for what was not answered for a while more."""

    def __init__(self, address: str, key: str, accepted: Accepted, over: threading.Event) -> None:
        self.address, self.accepted, self.over = address, accepted, over
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
        if "id" not in signup:
            return
        if self._post(f"/v1/signups/{signup['id']}/checks", {"kind": "email"}, key=f"check-{number}") is not None:
            self.accepted.mailboxes.append(mailbox)

    def _post(self, path: str, body: Any, *, key: str) -> Any:
        """What is answered in the end; None where nothing was, or a refusal."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            answer = self._try(path, body, key)
            if answer is not None and answer.status_code < HTTPStatus.BAD_REQUEST:
                return answer.json()
            if answer is not None and "account_id_taken" in answer.text:
                return {}  # it was taken in, and the answer was lost with who gave it
            if answer is not None and answer.status_code not in AGAIN:
                self.accepted.refused += 1
                return None
            if self.over.wait(0.3):
                ends = min(ends, time.monotonic() + AFTERWARDS)
                time.sleep(0.3)
        self.accepted.unanswered += 1
        return None

    def _try(self, path: str, body: Any, key: str) -> requests.Response | None:
        try:
            headers = {"Idempotency-Key": key}
            return self.session.post(self.address + path, json=body, headers=headers, timeout=10)
        except requests.RequestException:
            return None


def _address(number: int) -> str:
    return f"72.{number % 200 + 16}.{number // 200 % 250}.33"


@contextmanager
def load(address: str, key: str, *, first: int, threads: int) -> Iterator[Accepted]:
    """People come while the block runs; at its end each that came has been answered, or given up."""
    accepted, numbers, over = Accepted(), itertools.count(first), threading.Event()

    def work() -> None:
        product = Product(address, key, accepted, over)
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

"""localstripe, a stateful stand-in for Stripe made by others, as a process of its own.

It is the real SDK's peer over real HTTP. It knows nothing of idempotency keys, attempts, Stripe Identity and disputes:
tests.stripe_peer has those.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

LONGEST_START = 30.0  # seconds
SECRET_KEY = "sk_test_12345"
PUBLISHABLE_KEY = "pk_test_12345"
VISA = "4242424242424242"
DECLINED = "4000000000000002"


def confirm(address: str, reference: str, client_secret: str, *, number: str = VISA) -> requests.Response:
    """What Stripe.js sends when the person has typed a card."""
    card = {"number": number, "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    form = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
    form |= {"key": PUBLISHABLE_KEY, "client_secret": client_secret, "payment_method_data[type]": "card"}
    return requests.post(f"{address}/v1/setup_intents/{reference}/confirm", data=form, timeout=5)


@contextmanager
def running() -> Iterator[str]:
    """The address of localstripe, for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    command = [sys.executable, "-m", "tests.local_stripe_process", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _up(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _up(process: "subprocess.Popen[bytes]", address: str) -> str:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{address}/js.stripe.com/v3/", timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return address
    raise RuntimeError("localstripe did not start")

"""What a browser does with passkeys at the console: fetch the options, ask the authenticator, send the form."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.authenticator import Authenticator

ORIGIN = "https://gatehouse.example.com"
RP_ID = "gatehouse.example.com"


def authenticator(**changes: Any) -> Authenticator:
    """One that is on a page of the console."""
    return Authenticator(**{"origin": ORIGIN, "rp_id": RP_ID, **changes})


def options(client: Client, *, makes: bool = False) -> Any:
    """What the page fetches before it asks the authenticator."""
    return client.post(reverse("passkey-options"), {"makes": "1"} if makes else {})


def add(client: Client, key: Authenticator, name: str = "laptop", **changes: str) -> Any:
    """Add a passkey on one's own page."""
    made = json.dumps(key.create(options(client, makes=True).json()["create"]))
    return client.post(reverse("own-sign-in"), {"act": "add", "name": name, "credential": made, **changes})


def show(client: Client, key: Authenticator, **changes: str) -> Any:
    """Sign in by a passkey alone."""
    answer = json.dumps(key.get(options(client).json()["get"]))
    return client.post(reverse("passkey-sign-in"), {"credential": answer, **changes})

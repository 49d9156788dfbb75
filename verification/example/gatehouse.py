"""The product's side of the interface: a few calls to Gatehouse, over HTTP with the secret key.

Nothing here knows more of Gatehouse than a product would. The secret key stays on the server; the page has only the
publishable one.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings

TIMEOUT_S = 5.0  # to connect, and again for each part of the answer; a signup itself takes some 15 ms


@dataclass(eq=False)
class AwayError(Exception):
    """Gatehouse did not answer, or not in its own words."""


@dataclass(eq=False)
class RefusedError(Exception):
    """Gatehouse answered with a problem: its status and its members (RFC 9457)."""

    status: int
    problem: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))


def sign_up(person: Mapping[str, Any]) -> dict[str, Any]:
    """Have a signup decided. Gives the signup. Raises AwayError, RefusedError, as all calls here do."""
    return _call("POST", "/v1/signups", person)


def look(signup_id: str) -> dict[str, Any]:
    """The signup as it stands now."""
    return _call("GET", f"/v1/signups/{quote(signup_id, safe='')}")


def ask(signup_id: str, kind: str, channel: str = "", to: str = "") -> dict[str, Any]:
    """Have a code sent to the person's mailbox or phone, there by SMS, voice or WhatsApp as `channel` says.

    `to` names another mailbox or phone than the signup came with.
    """
    body = {"kind": kind} | ({"channel": channel} if channel else {}) | ({"to": to} if to else {})
    return _call("POST", f"/v1/signups/{quote(signup_id, safe='')}/checks", body)


def answer(signup_id: str, kind: str, code: str) -> dict[str, Any]:
    """Try the code that the person entered. A wrong one is no error: the check's status and tries_left tell."""
    path = f"/v1/signups/{quote(signup_id, safe='')}/checks/{quote(kind, safe='')}/answers"
    return _call("POST", path, {"code": code})


def finish(signup_id: str, kind: str, choice: str | None = None) -> dict[str, Any]:
    """Tell that the person has come back from the outside party, which Gatehouse then asks. `choice` is for offline."""
    path = f"/v1/signups/{quote(signup_id, safe='')}/checks/{quote(kind, safe='')}/answers"
    return _call("POST", path, {"choice": choice})


def answer_challenge(signup_id: str, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Send what the page's script made of a challenge: {"solution": ...} or {"credential": ...}."""
    path = f"/v1/signups/{quote(signup_id, safe='')}/checks/{quote(kind, safe='')}/answers"
    return _call("POST", path, given)


def _call(method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {settings.EXAMPLE_SECRET_KEY}"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())  # who sends the same call again, sends the same key
    try:
        with requests.Session() as session:
            session.trust_env = False  # Gatehouse stands in our own network, behind no proxy
            response = session.request(
                method, settings.GATEHOUSE_URL + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
        answered = response.json()
    except requests.RequestException as error:  # of JSON that cannot be read, too
        raise AwayError from error
    if not isinstance(answered, dict) or response.status_code >= requests.codes.server_error:
        raise AwayError
    if not response.ok:
        raise RefusedError(response.status_code, answered)
    return answered

"""Signups: register one, look again, ask for a check, answer it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from gatehouse_client.answers import Signup
from gatehouse_client.transport import Call, Transport


class Signups:
    """Each method raises Refused where the answer is no, and Unavailable where there is none.

    While Gatehouse is away there is no signup to go by: keep what the person sent, open nothing, and try again.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, registration: Mapping[str, Any], *, key: str | None = None) -> Signup:
        """Have a signup decided. The fields are those of docs/formats.md.

        `key` is an idempotency key of your own, where your program may come here again after it died.
        """
        return self._signup(Call("POST", "/v1/signups", json=dict(registration), key=key, read=10.0))

    def get(self, signup_id: str) -> Signup:
        """A signup as it stands now."""
        return self._signup(Call("GET", f"/v1/signups/{quote(signup_id, safe='')}"))

    def ask(self, signup_id: str, kind: str, *, to: str | None = None, channel: str | None = None) -> Signup:
        """Ask for a check of one of the kinds that `next_checks` offers; a code goes out, or a challenge is posed."""
        body = {"kind": kind, "to": to, "channel": channel}
        sent = {name: value for name, value in body.items() if value is not None}
        return self._signup(Call("POST", f"/v1/signups/{quote(signup_id, safe='')}/checks", json=sent))

    def answer(self, signup_id: str, kind: str, answer: Mapping[str, Any], *, key: str | None = None) -> Signup:
        """Answer a check, as {"code": "123456"}. Whether it was right is in the signup's tier and checks."""
        path = f"/v1/signups/{quote(signup_id, safe='')}/checks/{quote(kind, safe='')}/answers"
        return self._signup(Call("POST", path, json=dict(answer), key=key))

    def _signup(self, call: Call) -> Signup:
        return Signup.of(self._transport.call(call).json())

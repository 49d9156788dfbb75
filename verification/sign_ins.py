"""Each sign-in at the console, each that failed, each lock-out and sign-out stands in the audit log.

No password, no code, and no name that nobody has: people type passwords where names belong, so such a name stands there
as a keyed hash, the same each time. So does the network that it came from. What failed is done by `stranger`, for it is
not known by whom.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from config.lib import audit
from config.lib.crypto import settled_hash
from config.lib.http import client_ip
from config.lib.ratelimit import network_of
from verification.signin_models import ConsolePasskey

STRANGER = "stranger"
AT = "signed_in_at"  # in the session: when this person last showed who they are, in seconds since 1970


def register() -> None:
    """Listen to Django's own signals, which every way to sign in sends."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")


def showed_second(request: HttpRequest, user: User, by: str) -> None:
    """Write down that somebody who had signed in showed a second factor: `code` or `passkey`."""
    request.session[AT] = time.time()
    _write("user.second_factor_shown", user, request, by=by)


def failed_second(request: HttpRequest, user: User, by: str) -> None:
    """Write down that somebody who had signed in showed a wrong one."""
    _write("user.sign_in_failed", user, request, actor=STRANGER, by=by)


def changed_password(user_pk: int | str, *, by: str) -> None:
    """Write down that somebody has another password, and who gave it to them."""
    audit.append(actor=by, act="user.password", subject=f"user:{user_pk}", details={})


def seconds_since(request: HttpRequest) -> float:
    """How long ago this person last showed who they are, in seconds; without end where it is not known."""
    return time.time() - float(request.session.get(AT, float("-inf")))


def _signed_in(sender: Any, *, request: HttpRequest, user: User, **_: Any) -> None:
    del sender
    if not request.path:
        return  # a session that a program made: nobody came to a page
    request.session[AT] = time.time()
    by = "passkey" if isinstance(getattr(user, "otp_device", None), ConsolePasskey) else "password"
    _write("user.sign_in", user, request, by=by)


def _signed_out(sender: Any, *, request: HttpRequest, user: User | None, **_: Any) -> None:
    del sender
    if request.path and user is not None:
        _write("user.sign_out", user, request)


def _failed(sender: Any, *, credentials: dict[str, Any], request: HttpRequest, **_: Any) -> None:
    """The count of failures is django-axes', which is told before."""
    del sender
    by = "passkey" if "answer" in credentials else "password"
    whom = _whom(credentials.get("username"))
    _append("user.sign_in_failed", whom, request, actor=STRANGER, by=by)
    if getattr(request, "axes_failures_since_start", None) == settings.AXES_FAILURE_LIMIT:
        _append("user.locked_out", whom, request, actor=STRANGER, by=by)


def _whom(name: str | None) -> str:
    if name is None:
        return "passkey:unknown"
    user = User.objects.filter(username=name.replace("\x00", "")).first()
    return f"user:{user.pk}" if user else f"name:{_hash('signed in as', name)}"


def _write(act: str, user: User, request: HttpRequest, *, actor: str = "", **told: str) -> None:
    subject = f"user:{user.pk}"
    _append(act, subject, request, actor=actor or subject, **told)


def _append(act: str, subject: str, request: HttpRequest, *, actor: str, **told: str) -> None:
    details = {**told, "from": _hash("signed in from", network_of(client_ip(request)))}
    audit.append(actor=actor, act=act, subject=subject, details=details)


def _hash(purpose: str, value: str) -> str:
    """Settled: entries of the log cannot be turned to another pepper."""
    return f"{settled_hash(purpose, value) % 2**64:016x}"

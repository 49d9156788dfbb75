"""Passkeys at the sign-in: what browsers are to ask authenticators for, and the way in for who shows one.

A wrong answer counts as a wrong password does: django-axes locks the name out from where it came, and what names no
passkey of anybody is counted together.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.lib.http import client_ip
from config.lib.ratelimit import Quota, network_of, spend
from verification import console_passkeys, sign_ins
from verification.console.pages import where_to

TRIES = "console "  # whose share of the limit a network draws on here
COOKIE = "gatehouse_passkey"  # the challenge that this browser is to answer
FRESH_SECONDS = 15 * 60  # since the sign-in, in which one may change how one signs in


class PasskeyBackend(BaseBackend):
    """Django's way to ask who somebody is, by what their authenticator signed."""

    def authenticate(  # type: ignore[override] # Django calls only those whose parameters fit
        self, request: HttpRequest, *, username: str | None, answer: Any, challenge: bytes
    ) -> AbstractBaseUser | None:
        """Whose passkey it is, with that passkey as the second factor shown. `username` is what failures count for."""
        del username
        known = request.user if isinstance(request.user, User) else None
        passkey = console_passkeys.show(answer, challenge=challenge, user=known, at=timezone.now())
        if passkey is None:
            return None
        user: Any = passkey.user
        user.otp_device = passkey
        return user  # type: ignore[no-any-return] # a user with a device is one as any other

    def get_user(self, user_id: int) -> User | None:
        """As by password: somebody who is no longer active is nobody."""
        user = ModelBackend().get_user(user_id)
        return user if isinstance(user, User) else None


@never_cache
def login_page(request: HttpRequest) -> HttpResponse:
    """Django's sign-in, by password, with the button for passkeys. One network can try so often a minute."""
    if request.method == "POST" and not _granted(request):
        return _slow_down(request)
    way_in = f"{reverse('passkey-sign-in')}?{urlencode({'next': where_to(request)})}"
    shown = {"passkey_way_in": way_in} if console_passkeys.site().there else {}
    answer: HttpResponse = admin.site.login(request, extra_context=shown)
    return answer


@never_cache
def password_page(request: HttpRequest) -> HttpResponse:
    """Django's page for another password of one's own. That it was changed stands in the audit log."""
    answer: HttpResponse = admin.site.password_change(request)
    if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
        sign_ins.changed_password(request.user.pk or 0, by=f"user:{request.user.pk}")
    return answer


@never_cache
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    """The options for navigator.credentials, as JSON: {"get": ...}, or {"create": ...} to who may add a passkey.

    Raises:
        Http404: the console has no passkeys.
        PermissionDenied: who asks for a new one has not signed in lately, or has still to show a second factor.

    """
    if not console_passkeys.site().there:
        raise Http404
    user, now = _staff(request), timezone.now()
    if user is None and not _granted(request):
        return JsonResponse({"detail": "Wait a little."}, status=429, headers={"Retry-After": "60"})
    if "makes" not in request.POST:
        return _posed({"get": console_passkeys.to_show(user, at=now)})
    if user is None or not may_change(request):
        raise PermissionDenied
    return _posed({"create": console_passkeys.to_make(user, at=now)})


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in whoever shows a passkey: it is password and second factor at once."""
    if not _granted(request):
        return _slow_down(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': where_to(request)})}")
    user = shown_by(request)
    if user is None:
        messages.error(request, "That passkey is not known here, or it did not come out right.")
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': where_to(request)})}")
    login(request, user)
    return HttpResponseRedirect(where_to(request))


def shown_by(request: HttpRequest) -> User | None:
    """Who showed the passkey that a form brings. What is wrong is counted and written down."""
    answer = answer_of(request)
    named = console_passkeys.named_by(answer)
    name = named.user.get_username() if named else None
    if request.user.is_authenticated:
        name = request.user.get_username()
    user = authenticate(request, username=name, answer=answer, challenge=challenge_of(request))
    return user if isinstance(user, User) else None


def answer_of(request: HttpRequest) -> Any:
    """What a form brings of an authenticator; None where it cannot be read."""
    try:
        return json.loads(request.POST.get("credential", ""))
    except (ValueError, RecursionError):
        return None


def challenge_of(request: HttpRequest) -> bytes:
    """The challenge that this browser was given; empty without one."""
    try:
        return base64.urlsafe_b64decode(f"{request.COOKIES.get(COOKIE, '')[:128]}==")
    except (binascii.Error, ValueError):
        return b""


def may_change(request: HttpRequest) -> bool:
    """Whether somebody may change how they sign in: they showed who they are lately, with all that they have."""
    user: Any = request.user
    has_one = console_passkeys.factors_of(user) > 0
    return sign_ins.seconds_since(request) < FRESH_SECONDS and (user.is_verified() or not has_one)


def _posed(posed: Mapping[str, Mapping[str, Any]]) -> HttpResponse:
    """The answer, and the challenge in a cookie, so that another browser's answer is none to it."""
    (told,) = posed.values()
    response = JsonResponse(posed)
    response.set_cookie(
        COOKIE,
        told["challenge"],
        max_age=console_passkeys.LIFE,
        path=reverse("admin:index"),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )
    return response


def _staff(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_staff else None


def _granted(request: HttpRequest) -> bool:
    """Whether a network may try again: as often as calls without a key."""
    return spend(Quota("anonymous", f"{TRIES}{network_of(client_ip(request))}")).granted


def _slow_down(request: HttpRequest) -> HttpResponse:
    answer = render(request, "console/locked_out.html", {"minutes": 1}, status=429)
    answer["Retry-After"] = "60"
    return answer

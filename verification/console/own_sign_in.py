"""How somebody signs in themselves: their passkeys, their authenticator app, their codes for later, and what was tried.

Nobody else's page: an address without a number in it. It is changed only by who showed who they are lately.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.lib import audit
from config.lib.models import AuditEntry
from verification import console_passkeys
from verification.console import passkeys, second_factor
from verification.console.passkeys import FRESH_SECONDS
from verification.signin_models import ConsolePasskey

PAGE = "own-sign-in"
LATELY = 20  # entries of the audit log, the newest

Act = Callable[[HttpRequest, User], HttpResponse | None]


class Last(ValueError):
    """It is the last second factor of somebody who has to have one."""


@never_cache
def own_sign_in(request: HttpRequest) -> HttpResponse:
    """The page, and the acts of its buttons."""
    user: Any = request.user
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is not None:
        if not passkeys.may_change(request):
            logout(request)
            return redirect_to_login(reverse(PAGE), reverse("admin:login"))
        try:
            return act(request, user) or HttpResponseRedirect(reverse(PAGE))
        except (console_passkeys.PasskeyRefused, Last) as refused:
            messages.error(request, str(refused))
    return _page(request, user)


def entries_of(user: User) -> Sequence[AuditEntry]:
    """What the audit log tells of somebody, the newest first."""
    return list(AuditEntry.objects.filter(subject=f"user:{user.pk}").order_by("-seq")[:LATELY])


def _add(request: HttpRequest, user: User) -> HttpResponse | None:
    first = console_passkeys.factors_of(user) == 0
    passkey = second_factor.add_passkey(request, user)
    if first:
        return second_factor.with_codes(request, user, passkey)
    messages.success(request, "The passkey is yours. You can sign in with it.")
    return None


def _remove(request: HttpRequest, user: User) -> None:
    with transaction.atomic():
        number = request.POST.get("passkey", "")
        mine = ConsolePasskey.objects.filter(user=user, pk=int(number) if number.isdecimal() else 0)
        passkey = mine.select_for_update().first()
        if passkey is None:
            raise console_passkeys.PasskeyRefused("You have no such passkey.")
        _not_the_last(user)
        console_passkeys.remove(passkey)
        _without_any(user)
    messages.success(request, "The passkey opens nothing here any more. Remove it from your device, too.")


def _remove_app(request: HttpRequest, user: User) -> None:
    with transaction.atomic():
        if not (devices := list(TOTPDevice.objects.filter(user=user, confirmed=True).select_for_update())):
            return
        _not_the_last(user)
        for device in devices:
            details, subject = {"device": device.pk}, f"user:{user.pk}"
            device.delete()
            audit.append(actor=subject, act="user.second_factor_remove", subject=subject, details=details)
        _without_any(user)
    messages.success(request, "The app's codes open nothing here any more.")


def _app(request: HttpRequest, user: User) -> HttpResponse:
    """The page that shows the code for an app; it is confirmed there."""
    return second_factor.take_up(request, user)


def _codes(request: HttpRequest, user: User) -> HttpResponse | None:
    if next(iter(devices_for_user(user)), None) is None:
        return None
    return second_factor.show_codes(request, user)


def _not_the_last(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)  # so that two at once do not take both
    if settings.CONSOLE_SECOND_FACTOR == "required" and console_passkeys.factors_of(user) <= 1:
        raise Last("It is your only second factor, and one is required: add another first.")


def _without_any(user: User) -> None:
    """Codes for later stand in for a second factor: without one they go, too."""
    if console_passkeys.factors_of(user) == 0:
        StaticDevice.objects.filter(user=user).delete()


def _page(request: HttpRequest, user: User) -> HttpResponse:
    request.current_app = admin.site.name
    shown = {
        **admin.site.each_context(request),
        "title": "How you sign in",
        "passkeys": ConsolePasskey.objects.filter(user=user, confirmed=True).order_by("pk"),
        "there": console_passkeys.site().there,
        "has_app": TOTPDevice.objects.filter(user=user, confirmed=True).exists(),
        "codes": StaticToken.objects.filter(device__user=user).count(),
        "may_change": passkeys.may_change(request),
        "minutes": FRESH_SECONDS // 60,
        "entries": entries_of(user),
    }
    return TemplateResponse(request, "console/own_sign_in.html", shown)


ACTS: Mapping[str, Act] = {
    "add": _add,
    "remove": _remove,
    "app": _app,
    "remove_app": _remove_app,
    "codes": _codes,
}

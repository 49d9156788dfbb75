"""The second factor of who signs in at the console: a passkey, or a code of an authenticator app (TOTP, RFC 6238).

Who has one has to show it, whatever the setting but `off`. Where it is `required` nobody gets further without one, and
where it is `offered` they can. Ten codes that work once each are for the day on which the phone is lost; and `manage.py
reset_second_factor` for the day on which these are, too. Who signs in by a passkey has shown it with that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_otp import devices_for_user, match_token
from django_otp import login as verified_by
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.lib import audit
from verification import console_passkeys, sign_ins
from verification.console import passkeys
from verification.console.pages import where_to
from verification.signin_models import ConsolePasskey

CODES = 10
NAME = "authenticator"
KNOWN = "second_factor"  # in the session: that this person had none when they signed in


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is told: a picture, and the same to type in."""

    picture: str
    secret: str


class SecondFactorMiddleware:
    """Leads whoever has still to show a second factor to the page that asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_asked(request):
            return HttpResponseRedirect(f"{reverse('second-factor')}?next={request.get_full_path()}")
        return self.get_response(request)


def _is_asked(request: HttpRequest) -> bool:
    console = reverse("admin:index")
    names = ("admin:login", "admin:logout", "second-factor", "admin:jsi18n", "passkey-options", "passkey-sign-in")
    open_to_all = {reverse(name) for name in names}
    if settings.CONSOLE_SECOND_FACTOR == "off" or not request.path.startswith(console) or request.path in open_to_all:
        return False
    user: Any = request.user
    if not user.is_authenticated or user.is_verified():
        return False
    return settings.CONSOLE_SECOND_FACTOR == "required" or _has_one(request, user)


def _has_one(request: HttpRequest, user: User) -> bool:
    """Whether there is a second factor to be shown. That there is none is remembered for the session."""
    if request.session.get(KNOWN) == "none":
        return False
    if next(iter(devices_for_user(user)), None) is not None:
        return True
    request.session[KNOWN] = "none"
    return False


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show a second factor; or take one up, where there is none yet."""
    user: Any = request.user
    if not user.is_authenticated or not user.is_staff:
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if next(iter(devices_for_user(user)), None) is None:
        return take_up(request, user)
    if request.method == "POST":
        if _shows(request, user):
            return HttpResponseRedirect(where_to(request))
        messages.error(request, "That is not right, or it comes too soon after a wrong one.")
    has_passkey = ConsolePasskey.objects.filter(user=user, confirmed=True).exists()
    has_codes = any(not isinstance(device, ConsolePasskey) for device in devices_for_user(user))
    may = {"has_passkey": has_passkey and console_passkeys.site().there, "has_codes": has_codes}
    return _page(request, "console/second_factor.html", title="Second factor", **may)


def _shows(request: HttpRequest, user: User) -> bool:
    """Whether what the form brings is a second factor of this person's: a passkey, or a code."""
    if "credential" in request.POST:
        shown: Any = passkeys.shown_by(request)
        device = shown.otp_device if shown is not None and shown.pk == user.pk else None
    else:
        device = match_token(user, _token(request))
        if device is None:
            sign_ins.failed_second(request, user, "code")
    if device is not None:
        verified_by(request, device)
        request.session.cycle_key()
        sign_ins.showed_second(request, user, "passkey" if isinstance(device, ConsolePasskey) else "code")
    return device is not None


def take_up(request: HttpRequest, user: User) -> HttpResponse:
    """A first passkey, or a first code, which proves that the app has the secret; from then on it is asked for."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name=NAME, confirmed=False)
    if request.method == "POST" and "credential" in request.POST:
        try:
            return with_codes(request, user, add_passkey(request, user))
        except console_passkeys.PasskeyRefused as refused:
            messages.error(request, str(refused))
    elif request.method == "POST" and "token" in request.POST:
        if device.verify_token(_token(request)):
            _confirm(device, user)
            return with_codes(request, user, device)
        messages.error(request, "That code is not right. The clock of your phone has to be.")
    act = request.POST.get("act", "")  # as the page of one's own passkeys calls it: there is a button for those there
    told = {"enrolment": _told(device), "act": act, "passkeys": not act and console_passkeys.site().there}
    return _page(request, "console/second_factor_new.html", title="Second factor", **told)


def add_passkey(request: HttpRequest, user: User) -> ConsolePasskey:
    """Keep the passkey that a form brings. Raises PasskeyRefused, of who has not signed in lately too."""
    if not passkeys.may_change(request):
        raise console_passkeys.PasskeyRefused("It is a while since you signed in. Sign in again, then add it.")
    name, answer = request.POST.get("name", "").replace("\x00", ""), passkeys.answer_of(request)
    challenge = passkeys.challenge_of(request)
    return console_passkeys.make(user, answer, challenge=challenge, name=name, at=timezone.now())


def with_codes(request: HttpRequest, user: User, device: Any) -> HttpResponse:
    """A second factor was taken up: it counts as shown, and codes for later are given, shown this once."""
    verified_by(request, device)
    request.session.pop(KNOWN, None)
    return show_codes(request, user)


def show_codes(request: HttpRequest, user: User) -> HttpResponse:
    """New codes for later, in place of those that were."""
    codes = _new_codes(user)
    return _page(request, "console/second_factor_codes.html", title="Codes for later", codes=codes)


def _new_codes(user: User) -> Sequence[str]:
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        spare = StaticDevice.objects.create(user=user, name="codes for later")
        codes = [StaticToken.random_token() for _ in range(CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=spare, token=code) for code in codes])
        _audit(user, "user.codes", codes=len(codes))
    return codes


def _confirm(device: TOTPDevice, user: User) -> None:
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        _audit(user, "user.second_factor", device=device.pk)


def _audit(user: User, act: str, **details: int) -> None:
    subject = f"user:{user.pk}"
    audit.append(actor=subject, act=act, subject=subject, details=details)


def _token(request: HttpRequest) -> str:
    return request.POST.get("token", "").replace(" ", "")[:32]


def _told(device: TOTPDevice) -> Enrolment:
    picture = segno.make(device.config_url, error="m").svg_inline(scale=5, light="#fff", omitsize=True)
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    return Enrolment(picture, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """What django-axes answers to who gave too many wrong passwords for a name."""
    answer = render(request, "console/locked_out.html", {"minutes": settings.LOCKED_OUT_MINUTES}, status=429)
    answer["Retry-After"] = str(settings.LOCKED_OUT_MINUTES * 60)
    return answer

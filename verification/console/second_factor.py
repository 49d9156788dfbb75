"""The second factor of who signs in at the console: a code of an authenticator app (TOTP, RFC 6238), by django-otp.

Who has one has to show it, whatever the setting but `off`. Where it is `required` nobody gets further without one, and
where it is `offered` they can. Ten codes that work once each are for the day on which the phone is lost; and `manage.py
reset_second_factor` for the day on which these are, too.
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
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django_otp import devices_for_user, match_token
from django_otp import login as verified_by
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.lib import audit

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
    open_to_all = {reverse("admin:login"), reverse("admin:logout"), reverse("second-factor"), reverse("admin:jsi18n")}
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
        return _take_up(request, user)
    if request.method == "POST":
        device = match_token(user, request.POST.get("token", "").replace(" ", "")[:32])
        if device is not None:
            verified_by(request, device)
            return HttpResponseRedirect(_next(request))
        messages.error(request, "That code is not right, or it comes too soon after a wrong one.")
    return _page(request, "console/second_factor.html", title="Second factor")


def _take_up(request: HttpRequest, user: User) -> HttpResponse:
    """The first code proves that the app has the secret; from then on it is asked for."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name=NAME, confirmed=False)
    if request.method == "POST":
        if device.verify_token(request.POST.get("token", "").replace(" ", "")[:32]):
            codes = _confirm(device, user)
            verified_by(request, device)
            request.session.pop(KNOWN, None)
            return _page(request, "console/second_factor_codes.html", title="Codes for later", codes=codes)
        messages.error(request, "That code is not right. The clock of your phone has to be.")
    return _page(request, "console/second_factor_new.html", title="Second factor", enrolment=_told(device))


def _confirm(device: TOTPDevice, user: User) -> Sequence[str]:
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        StaticDevice.objects.filter(user=user).delete()
        spare = StaticDevice.objects.create(user=user, name="codes for later")
        codes = [StaticToken.random_token() for _ in range(CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=spare, token=code) for code in codes])
        actor = f"user:{user.pk}"
        audit.append(actor=actor, act="user.second_factor", subject=actor, details={"device": device.pk})
    return codes


def _told(device: TOTPDevice) -> Enrolment:
    picture = segno.make(device.config_url, error="m").svg_inline(scale=5, light="#fff", omitsize=True)
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    return Enrolment(picture, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("admin:index")


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """What django-axes answers to who gave too many wrong passwords for a name."""
    answer = render(request, "console/locked_out.html", {"minutes": settings.LOCKED_OUT_MINUTES}, status=429)
    answer["Retry-After"] = str(settings.LOCKED_OUT_MINUTES * 60)
    return answer

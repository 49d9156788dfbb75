"""A product's own backend, as small as it gets: it shows a signup form, asks Gatehouse, and shows what was decided."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.lib.http import client_ip
from verification.example import gatehouse
from verification.example.challenges import answer_to, challenge_cards
from verification.example.gatehouse import AwayError, RefusedError
from verification.example.sessions import LOOKING, session_cards
from verification.example.words import BY_CODE, SAID, said_of, standing

COOKIE = "example_signup"  # signed: nobody looks at the signup of somebody else
COOKIE_SALT = "example"
COOKIE_DAYS = 30
# What Stripe.js needs (https://docs.stripe.com/security/guide#content-security-policy), on the account page alone.
STRIPE = {
    "script-src": [SELF, "https://js.stripe.com", "https://*.js.stripe.com"],
    "frame-src": ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
    "connect-src": [SELF, "https://api.stripe.com"],
}
CODE = re.compile(r"[0-9]{6}")

View = Callable[[HttpRequest], HttpResponse]


class SignupForm(forms.Form):
    """What the page asks for. Gatehouse judges the values; the page only wants them to be there."""

    email = forms.CharField(max_length=254, error_messages={"required": "We need an address to write to."})
    name = forms.CharField(max_length=200, error_messages={"required": "We need to know what to call you."})
    phone = forms.CharField(max_length=64, required=False)
    device_token = forms.CharField(max_length=256, required=False)


def explains_failures(view: View) -> View:
    """Shows a plain page where Gatehouse is away or refuses."""

    @wraps(view)
    def explained(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except AwayError:
            return render(request, "example/away.html", status=503)
        except RefusedError as error:
            context = {"status": error.status, "problem": json.dumps(error.problem, indent=2)}
            return render(request, "example/away.html", context, status=502)

    return explained


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The signup form."""
    return _form_page(request, SignupForm())


@require_POST
@explains_failures
def signup(request: HttpRequest) -> HttpResponse:
    """Takes the form, has the signup decided, and remembers whose it is."""
    form = SignupForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    decided = gatehouse.sign_up(_person(request, form.cleaned_data))
    response = HttpResponseRedirect(reverse("example-account"))
    response.set_signed_cookie(
        COOKIE,
        decided["id"],
        salt=COOKIE_SALT,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@csp_update(STRIPE)
@require_safe
@never_cache
@explains_failures
def account(request: HttpRequest) -> HttpResponse:
    """What was decided, as of now, and what would raise it."""
    signup_id = _remembered(request)
    if signup_id is None:
        return HttpResponseRedirect(reverse("example-page"))
    decided = gatehouse.look(signup_id)
    context = {
        "standing": standing(decided),
        "sessions": session_cards(decided, looking=request.GET.get("said") == LOOKING),
        "challenges": challenge_cards(decided),
        "said": SAID.get(request.GET.get("said", "")),
        "signup": decided,
        "raw": json.dumps(decided, indent=2, ensure_ascii=False),
    }
    return render(request, "example/account.html", context)


@require_POST
@explains_failures
def checks(request: HttpRequest) -> HttpResponse:
    """Has a code sent to the person."""

    def ask(signup_id: str, kind: str) -> str:
        gatehouse.ask(signup_id, kind, request.POST.get("channel", ""), request.POST.get("to", "")[:254].strip())
        return "asked" if kind in BY_CODE else "begun"

    return _step(request, ask)


@require_POST
@explains_failures
def sessions(request: HttpRequest) -> HttpResponse:
    """Hears that the person is back from the outside party."""
    choice = request.POST.get("choice") or None

    def finish(signup_id: str, kind: str) -> str:
        gatehouse.finish(signup_id, kind, choice)
        return LOOKING

    return _step(request, finish)


@require_POST
@explains_failures
def answers(request: HttpRequest) -> HttpResponse:
    """Tries the code that the person entered."""
    code = request.POST.get("code", "").replace(" ", "")

    def answer(signup_id: str, kind: str) -> str:
        return said_of(gatehouse.answer(signup_id, kind, code), kind) if CODE.fullmatch(code) else "malformed"

    return _step(request, answer)


@require_POST
@explains_failures
def challenges(request: HttpRequest) -> HttpResponse:
    """Has a challenge posed, and sends the answer that the page's script made of it."""
    given = request.POST.get("answer", "")

    def take(signup_id: str, kind: str) -> str:
        if not given:
            gatehouse.ask(signup_id, kind)
            return "begun"
        answered = gatehouse.answer_challenge(signup_id, kind, answer_to(kind, given))
        return "passed" if said_of(answered, kind) == "passed" else "refused"

    return _step(request, take)


def _step(request: HttpRequest, take: Callable[[str, str], str]) -> HttpResponse:
    """One step of a check, and back to the account page, which says what came of it."""
    signup_id = _remembered(request)
    if signup_id is None:
        return HttpResponseRedirect(reverse("example-page"))
    try:
        said = take(signup_id, request.POST.get("kind", ""))
    except RefusedError as error:
        said = error.code if error.code in SAID else "refused"
    return HttpResponseRedirect(f"{reverse('example-account')}?{urlencode({'said': said})}")


def _person(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """The body of POST /v1/signups: what the form told, and what only the server sees."""
    return {
        "email": told["email"],
        "name": told["name"],
        "phone": told["phone"] or None,
        "ip": client_ip(request),
        "user_agent": request.headers.get("User-Agent"),
        "accept_language": request.headers.get("Accept-Language"),
        "device_token": told["device_token"] or None,
    }


def _form_page(request: HttpRequest, form: SignupForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "publishable_key": settings.EXAMPLE_PUBLISHABLE_KEY}
    return render(request, "example/signup.html", context, status=status)


def _remembered(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(COOKIE, default=None, salt=COOKIE_SALT)

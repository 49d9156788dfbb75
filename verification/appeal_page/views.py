"""What a person can do by their link: appeal, say more, and have a check passed. Each POST draws on their address."""

import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.lib.errors import Problem
from config.lib.http import client_ip
from config.lib.ratelimit import Quota, network_of, spend
from tiers.ladder import CheckKind
from verification.appeal_links import signup_of
from verification.appeal_page.words import BY_CODE, SAID, page_of
from verification.appeals import SAID_MOST, AppealRefused, add, open_appeal, standing
from verification.models import Signup
from verification.proving import Asked, answer, ask
from verification.states import CheckStatus
from verification.tasks import nudge

CODE = re.compile(r"[0-9]{6}")
TO_MOST = 254

Step = Callable[[HttpRequest, Signup], str]


@require_safe
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the person stands, and what they can do."""
    signup = _found(token)
    said = SAID.get(request.GET.get("said", ""))
    context = {"page": page_of(signup, at=timezone.now()), "token": token, "said": said, "most": SAID_MOST}
    response = render(request, "appeal/page.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"  # the address is the person's right; with none, no origin is named
    return response


def step(take: Step) -> Callable[[HttpRequest, str], HttpResponse]:
    """One step, and back to the page, which says what came of it."""

    @wraps(take)
    @require_POST
    def taken(request: HttpRequest, token: str) -> HttpResponse:
        signup = _found(token)
        if not spend(Quota("anonymous", network_of(client_ip(request)))).granted:
            return _back(token, "slow")
        try:
            said = take(request, signup)
        except Problem as problem:
            said = problem.kind.code if problem.kind.code in SAID else "refused"
        nudge()
        return _back(token, said)

    return taken


@step
def texts(request: HttpRequest, signup: Signup) -> str:
    """Appeal, or say more."""
    text, now = request.POST.get("text", "").replace("\x00", ""), timezone.now()
    stands = standing(signup.account)
    try:
        if stands.appeal is None:
            open_appeal(signup.account_id, text=text, at=now)
            return "opened"
        if not text.strip():
            return "empty"
        add(stands.appeal, text=text, at=now)
    except AppealRefused:
        return "enough" if stands.appeal else "refused"
    return "added"


@step
def checks(request: HttpRequest, signup: Signup) -> str:
    """Have a code sent."""
    to = request.POST.get("to", "")[:TO_MOST].strip()
    ask(signup, Asked(_kind(request), to=to or None), at=timezone.now())
    return "asked"


@step
def answers(request: HttpRequest, signup: Signup) -> str:
    """Try the code that the person entered."""
    code = request.POST.get("code", "").replace(" ", "")
    if not CODE.fullmatch(code):
        return "wrong"
    check = answer(signup, _kind(request), {"code": code}, at=timezone.now())
    return "passed" if check.status == CheckStatus.PASSED else "wrong"


def _back(token: str, said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('appeal', args=[token])}?{urlencode({'said': said})}")


def _found(token: str) -> Signup:
    signup = signup_of(token)
    if signup is None:
        raise Http404
    return signup


def _kind(request: HttpRequest) -> CheckKind:
    """Of the checks that this page carries out."""
    given = request.POST.get("kind", "")
    kind = next((kind for kind in BY_CODE if kind == given), None)
    if kind is None:
        raise Http404
    return kind

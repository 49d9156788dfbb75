"""A product: somebody signs up, then asks it things."""

import json
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from django_shop.gatehouse import gatehouse, receiver
from django_shop.middleware import ACCOUNT, ApiRequest
from gatehouse_client import Refused, Unavailable, WebhookRefused

seen: set[str] = set()  # ids of webhooks; use a table with a unique column
closed: set[str] = set()  # accounts whose sessions are ended; use your own sessions


@csrf_exempt  # an API's; a form has its own token
@require_POST
def signup(request: HttpRequest) -> HttpResponse:
    """Have Gatehouse decide, open the account, and hand out a tier token for the account's client."""
    sent = json.loads(request.body)
    account_id = f"acct_{secrets.token_hex(8)}"
    registration = {
        "account_id": account_id,
        "email": sent.get("email"),
        "device_token": sent.get("device_token"),  # from the agent script in your page
        "ip": request.META["REMOTE_ADDR"],
        "user_agent": request.headers.get("User-Agent", ""),
        "accept_language": request.headers.get("Accept-Language"),
    }
    try:
        decided = gatehouse.signups.create(registration)
        token = gatehouse.issue_token(account_id).token
    except Refused as no:
        return JsonResponse({"error": no.title, "fields": [error["field"] for error in no.errors]}, status=400)
    except Unavailable:
        return JsonResponse({"error": "Signing up is not possible just now. Try again."}, status=503)
    answer = {"account": account_id, "tier": decided.tier, "token": token, "more": decided.raw["explanation"]}
    response = JsonResponse(answer, status=201)
    response.set_signed_cookie(ACCOUNT, account_id, httponly=True, samesite="Lax")
    return response


@require_GET
def answers(request: ApiRequest) -> HttpResponse:
    """What the product sells. It can tell by the tier how much to give."""
    return JsonResponse({"answer": 42, "tier": request.tier.tier, "known_from": request.tier.source})


@csrf_exempt  # the signature is the proof
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """What Gatehouse tells. It can come twice and late: act on each id once, and on what is true now."""
    try:
        told = receiver.read(request.body, dict(request.headers))
    except WebhookRefused:
        return HttpResponse(status=400)
    if told.id not in seen:
        seen.add(told.id)
        if told.type == "account.tier_changed" and told.data["after"] == "blocked":
            closed.add(told.data["account_id"])
    return HttpResponse(status=204)

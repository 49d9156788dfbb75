"""Every request of the product's API has a tier, and stays within its limits."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from django_shop.gatehouse import tier_of
from gatehouse_client import Refused, Tier
from quota import Quota

TIER_TOKEN = "X-Tier-Token"
ACCOUNT = "account"  # the cookie of the product's own login
CLOSED = ("blocked",)
quota = Quota()


class ApiRequest(HttpRequest):
    """A request that the middleware let through."""

    tier: Tier


class TierMiddleware:
    """Looks at what is under /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        account_id = request.get_signed_cookie(ACCOUNT, default="")
        if not account_id:
            return JsonResponse({"error": "Sign up first."}, status=401)
        try:
            tier = tier_of(account_id, request.headers.get(TIER_TOKEN, ""))
        except Refused:
            return JsonResponse({"error": "This account cannot be used."}, status=403)
        if tier.tier in CLOSED:
            return JsonResponse({"error": "This account is closed. You can appeal."}, status=403)
        if not quota.take(tier):
            return JsonResponse({"error": "Too many requests for your tier."}, status=429)
        request.tier = tier  # type: ignore[attr-defined] # ApiRequest, from here on
        return self.get_response(request)

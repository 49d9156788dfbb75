"""Where the pages of the console are."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def page_of(signup_pk: int) -> str:
    """The address of a signup's page."""
    return reverse("admin:verification_signup_change", args=[signup_pk])


def where_to(request: HttpRequest) -> str:
    """The page of ours that somebody wanted when they were asked who they are; else the first one."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("admin:index")

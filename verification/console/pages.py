"""Where the pages of the console are."""

from django.urls import reverse


def page_of(signup_pk: int) -> str:
    """The address of a signup's page."""
    return reverse("admin:verification_signup_change", args=[signup_pk])

"""The addresses of accounts and tiers."""

from django.urls import path, register_converter
from django.urls.converters import PathConverter

from tiers.api.accounts import AccountView, GrantsView, LadderView, TierView
from tiers.api.budgets import ConsumeView, ReleaseView
from tiers.api.changes import TierChangesView
from tiers.api.lookups import AuthorizeView, LookupView
from tiers.api.tokens import TierTokenView


class BelowConverter(PathConverter):
    """Whatever a gateway was asked for, line breaks included: its callers choose it, and no answer hangs on it."""

    regex = "(?s:.+)"


register_converter(BelowConverter, "below")

urlpatterns = [
    path("tiers", LadderView.as_view(), name="tiers"),
    path("tiers/lookup", LookupView.as_view(), name="tiers-lookup"),
    path("budgets/consume", ConsumeView.as_view(), name="budgets-consume"),
    path("budgets/release", ReleaseView.as_view(), name="budgets-release"),
    path("gateway/authorize", AuthorizeView.as_view(), name="authorize"),
    path("gateway/authorize/<below:rest>", AuthorizeView.as_view(), name="authorize-below"),
    path("accounts/<str:account_id>", AccountView.as_view(), name="account"),
    path("accounts/<str:account_id>/tier", TierView.as_view(), name="tier"),
    path("accounts/<str:account_id>/grants", GrantsView.as_view(), name="grants"),
    path("accounts/<str:account_id>/tier-token", TierTokenView.as_view(), name="tier-token"),
    path("tier-changes", TierChangesView.as_view(), name="tier-changes"),
]

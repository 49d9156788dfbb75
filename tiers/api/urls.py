"""The addresses of accounts and tiers."""

from django.urls import path

from tiers.api.accounts import AccountView, GrantsView, LadderView, TierView
from tiers.api.changes import TierChangesView
from tiers.api.tokens import TierTokenView

urlpatterns = [
    path("tiers", LadderView.as_view(), name="tiers"),
    path("accounts/<str:account_id>", AccountView.as_view(), name="account"),
    path("accounts/<str:account_id>/tier", TierView.as_view(), name="tier"),
    path("accounts/<str:account_id>/grants", GrantsView.as_view(), name="grants"),
    path("accounts/<str:account_id>/tier-token", TierTokenView.as_view(), name="tier-token"),
    path("tier-changes", TierChangesView.as_view(), name="tier-changes"),
]

"""The addresses of accounts and tiers."""

from django.urls import path

from tiers.api.accounts import AccountView, GrantsView, LadderView, TierView

urlpatterns = [
    path("tiers", LadderView.as_view(), name="tiers"),
    path("accounts/<str:account_id>", AccountView.as_view(), name="account"),
    path("accounts/<str:account_id>/tier", TierView.as_view(), name="tier"),
    path("accounts/<str:account_id>/grants", GrantsView.as_view(), name="grants"),
]

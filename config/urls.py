"""Every address that Gatehouse answers at."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from config.lib.health import healthz, readyz
from config.lib.metrics import metrics
from tiers.api.jwks import JwksView
from verification.console import passkeys
from verification.console.own_sign_in import own_sign_in
from verification.console.second_factor import second_factor
from verification.inbox import inbox

handler400 = "config.lib.errors.bad_request"
handler403 = "config.lib.errors.forbidden"
handler404 = "config.lib.errors.not_found"
handler500 = "config.lib.errors.server_error"

# Without the redirect to what a row shows elsewhere, which no row of ours does: over a long address of slashes its
# expression tries as many ways as the square of them, for anybody who asks.
_pages, _app, _name = admin.site.urls
console = ([each for each in _pages if getattr(each, "name", "") != "view_on_site"], _app, _name)

open_to_all = {"authentication_classes": [], "permission_classes": [AllowAny]}

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("verification.api.urls")),
    path("v1/", include("tiers.api.urls")),
    path("minfraud/v2.0/", include("verification.api.minfraud_urls")),
    path("taxii2/", include("verification.api.taxii_urls")),
    path("v1/schema", SpectacularAPIView.as_view(**open_to_all), name="schema"),
    path("v1/docs", SpectacularSwaggerSplitView.as_view(url_name="schema", **open_to_all), name="docs"),
    path(".well-known/jwks.json", JwksView.as_view(), name="jwks"),
    path("test/.well-known/jwks.json", JwksView.as_view(test=True), name="test-jwks"),
    path("appeal/", include("verification.appeal_page.urls")),
    path("agent/", include("verification.agent.urls")),
    path("", RedirectView.as_view(url="/example/" if settings.DEVELOPMENT else "/console/")),
    path("console/second-factor/", second_factor, name="second-factor"),
    path("console/login/", passkeys.login_page),  # in place of Django's own, under whose name it is found
    path("console/password_change/", admin.site.admin_view(passkeys.password_page)),
    path("console/passkey/options/", passkeys.options, name="passkey-options"),
    path("console/passkey/", passkeys.sign_in, name="passkey-sign-in"),
    path("console/sign-in/", admin.site.admin_view(own_sign_in), name="own-sign-in"),
    path("console/", console),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("example/", include("verification.example.urls")),
        path("dev/inbox/", inbox, name="inbox"),
    ]

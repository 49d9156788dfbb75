"""Every address that Gatehouse answers at."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from config.lib.health import healthz, readyz
from config.lib.metrics import metrics
from verification.inbox import inbox

handler400 = "config.lib.errors.bad_request"
handler403 = "config.lib.errors.forbidden"
handler404 = "config.lib.errors.not_found"
handler500 = "config.lib.errors.server_error"

open_to_all = {"authentication_classes": [], "permission_classes": [AllowAny]}

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("verification.api.urls")),
    path("v1/", include("tiers.api.urls")),
    path("v1/schema", SpectacularAPIView.as_view(**open_to_all), name="schema"),
    path("v1/docs", SpectacularSwaggerSplitView.as_view(url_name="schema", **open_to_all), name="docs"),
    path("agent/", include("verification.agent.urls")),
    path("console/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("example/", include("verification.example.urls")),
        path("dev/inbox/", inbox, name="inbox"),
    ]

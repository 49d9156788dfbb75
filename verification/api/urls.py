"""The addresses of the journeys."""

from django.urls import path

from verification.api.appeals import AppealsView
from verification.api.callbacks import CallbacksView
from verification.api.checks import AnswersView, ChecksView
from verification.api.devices import ChallengeView, DevicesView
from verification.api.event_schemas import EventSchemasView
from verification.api.friction import FrictionView
from verification.api.lists import EntriesView, EntryView
from verification.api.overrides import OverrideView
from verification.api.persons import ArchiveView, ErasureView
from verification.api.rechecks import RechecksView
from verification.api.reports import ReportsView
from verification.api.ring_actions import ActionsView
from verification.api.rings import MembersView, RingsView, RingView
from verification.api.signups import SignupsView, SignupView
from verification.api.usage import UsageView
from verification.api.webhook_deliveries import (
    DeliveriesView,
    DeliveryView,
    ReplayRangeView,
    ReplayView,
    TestView,
)
from verification.api.webhook_endpoints import EndpointsView, EndpointView, RotateView

urlpatterns = [
    path("accounts/<str:account_id>/appeals", AppealsView.as_view(), name="appeals"),
    path("accounts/<str:account_id>/archive", ArchiveView.as_view(), name="person-archive"),
    path("accounts/<str:account_id>/erasure", ErasureView.as_view(), name="person-erasure"),
    path("accounts/<str:account_id>/override", OverrideView.as_view(), name="override"),
    path("accounts/<str:account_id>/rechecks", RechecksView.as_view(), name="rechecks"),
    path("accounts/<str:account_id>/reports", ReportsView.as_view(), name="reports"),
    path("callbacks/<str:provider>", CallbacksView.as_view(), name="callbacks"),
    path("devices", DevicesView.as_view(), name="devices"),
    path("devices/challenge", ChallengeView.as_view(), name="canvas-challenge"),
    path("events/schemas", EventSchemasView.as_view(), name="event-schemas"),
    path("reports/friction", FrictionView.as_view(), name="friction-report"),
    path("lists/<str:name>/entries", EntriesView.as_view(), name="list-entries"),
    path("lists/<str:name>/entries/<str:entry_id>", EntryView.as_view(), name="list-entry"),
    path("rings", RingsView.as_view(), name="rings"),
    path("rings/<str:ring_id>", RingView.as_view(), name="ring"),
    path("rings/<str:ring_id>/members", MembersView.as_view(), name="ring-members"),
    path("rings/<str:ring_id>/actions", ActionsView.as_view(), name="ring-actions"),
    path("signups", SignupsView.as_view(), name="signups"),
    path("signups/<str:signup_id>", SignupView.as_view(), name="signup"),
    path("signups/<str:signup_id>/checks", ChecksView.as_view(), name="checks"),
    path("signups/<str:signup_id>/checks/<str:kind>/answers", AnswersView.as_view(), name="answers"),
    path("usage", UsageView.as_view(), name="usage"),
    path("webhook-endpoints", EndpointsView.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<str:endpoint_id>", EndpointView.as_view(), name="webhook-endpoint"),
    path("webhook-endpoints/<str:endpoint_id>/rotate", RotateView.as_view(), name="webhook-rotate"),
    path("webhook-endpoints/<str:endpoint_id>/test", TestView.as_view(), name="webhook-test"),
    path("webhook-endpoints/<str:endpoint_id>/replay", ReplayRangeView.as_view(), name="webhook-replay-range"),
    path("webhook-endpoints/<str:endpoint_id>/deliveries", DeliveriesView.as_view(), name="webhook-deliveries"),
    path(
        "webhook-endpoints/<str:endpoint_id>/deliveries/<str:delivery_id>",
        DeliveryView.as_view(),
        name="webhook-delivery",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/deliveries/<str:delivery_id>/replay",
        ReplayView.as_view(),
        name="webhook-replay",
    ),
]

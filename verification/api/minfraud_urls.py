"""The addresses of minFraud's interface."""

from django.urls import path

from verification.api.minfraud import FactorsView, InsightsView, MinfraudReportView, ScoreView

urlpatterns = [
    path("score", ScoreView.as_view(), name="minfraud-score"),
    path("insights", InsightsView.as_view(), name="minfraud-insights"),
    path("factors", FactorsView.as_view(), name="minfraud-factors"),
    path("transactions/report", MinfraudReportView.as_view(), name="minfraud-report"),
]

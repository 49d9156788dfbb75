"""The addresses of the example product."""

from django.urls import path

from verification.example import views

urlpatterns = [
    path("", views.page, name="example-page"),
    path("signup", views.signup, name="example-signup"),
    path("account", views.account, name="example-account"),
    path("checks", views.checks, name="example-checks"),
    path("sessions", views.sessions, name="example-sessions"),
    path("challenges", views.challenges, name="example-challenges"),
    path("answers", views.answers, name="example-answers"),
]

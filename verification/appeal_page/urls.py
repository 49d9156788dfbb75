"""The addresses of a person's page, under the token of their link."""

from django.urls import path

from verification.appeal_page import views

urlpatterns = [
    path("<str:token>/", views.page, name="appeal"),
    path("<str:token>/texts", views.texts, name="appeal-texts"),
    path("<str:token>/checks", views.checks, name="appeal-checks"),
    path("<str:token>/answers", views.answers, name="appeal-answers"),
]

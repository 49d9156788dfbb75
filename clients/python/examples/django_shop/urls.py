"""The product's addresses."""

from django.urls import path

from django_shop.views import answers, signup, webhook

urlpatterns = [
    path("signup", signup),
    path("api/answers", answers),
    path("webhooks/gatehouse", webhook),
]

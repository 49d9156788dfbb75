"""What an account may do: ladder, grants, lookup."""

from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "tiers"
    label = "tiers"
    verbose_name = "Tiers"
    default_auto_field = "django.db.models.BigAutoField"

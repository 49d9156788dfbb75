"""The journeys: signing up, proving, being looked at again."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VerificationConfig(AppConfig):
    name = "verification"
    label = "verification"
    verbose_name = "Verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from verification.console.roles import ensure_groups  # noqa: PLC0415 - models are there only once apps are ready

        post_migrate.connect(ensure_groups, sender=self)

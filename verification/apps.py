"""The journeys: signing up, proving, being looked at again."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from config.lib.health import register_probe


class VerificationConfig(AppConfig):
    name = "verification"
    label = "verification"
    verbose_name = "Verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Analysts' groups are there after a migration, /readyz tells of outside parties, and sign-ins are audited."""
        # Models can be imported only once the apps are ready.
        from verification import readings, sign_ins  # noqa: PLC0415
        from verification.console.roles import ensure_groups  # noqa: PLC0415
        from verification.providers import describe_parties  # noqa: PLC0415

        register_probe("outside parties", describe_parties, essential=False)
        readings.register()
        sign_ins.register()
        post_migrate.connect(ensure_groups, sender=self)

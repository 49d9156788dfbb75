"""Facts in, verdict out."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from config.lib.health import register_probe


class RiskConfig(AppConfig):
    name = "risk"
    label = "risk"
    verbose_name = "Risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A new install gets the default policy, and /readyz tells how old the network data is."""
        # Models can be imported only once the apps are ready.
        from risk.gather import network_data  # noqa: PLC0415
        from risk.policies.store import publish_default  # noqa: PLC0415

        post_migrate.connect(publish_default, sender=self)
        register_probe("network data", lambda: describe_age(network_data.age_days()), essential=False)


class NetworkDataMissing(RuntimeError):
    """Addresses say nothing until the data is built."""


def describe_age(days: float | None) -> str:
    """What /readyz says of the network data.

    Raises:
        NetworkDataMissing: there is none; what it would tell is unknown.

    """
    if days is None:
        raise NetworkDataMissing
    return f"{days:.0f} days old"

"""The app of what every other app stands on."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from config.lib import beat, health


class LibConfig(AppConfig):
    name = "config.lib"
    label = "lib"
    verbose_name = "access and audit"

    def ready(self) -> None:
        """The servers that everything needs are looked at by /readyz; drf-spectacular learns of API keys."""
        import_module("config.lib.checks")  # which registers itself
        import_module("config.lib.keyscheme")  # drf-spectacular cannot be imported before the apps are there
        health.register_probe("database", health.database_probe, essential=True)
        # Without Valkey, limits are counted in each process, and the tasks wait: slower, and still open.
        health.register_probe("valkey", health.valkey_probe(settings.REDIS_URL), essential=False)
        health.register_probe("broker", health.broker_probe(settings.CELERY_BROKER_URL), essential=False)
        health.register_probe("beat", beat.beat_probe, essential=False)

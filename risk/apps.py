"""Facts in, verdict out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from config.lib.health import register_probe
from risk.intel.sources import SOURCES, Source

if TYPE_CHECKING:
    from risk.lookups.network import NetworkLookup, SourceAge


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
        for source in SOURCES:
            register_probe(f"network data: {source.name}", _probe(network_data, source), essential=False)


class NetworkDataMissing(RuntimeError):
    """There should be data, and there is none: what it would tell is unknown."""


class NetworkDataStale(RuntimeError):
    """The data is so old that it counts as none."""


def describe_age(age: "SourceAge") -> str:
    """What /readyz says of a source of network data. One that nobody set up is no fault.

    Raises:
        NetworkDataMissing: countries or systems are not known, or a place in the settings gave nothing yet.
        NetworkDataStale: it is older than its source says it may be.

    """
    if age.days is None:
        if age.own or not age.source.tells:
            raise NetworkDataMissing
        return "not set up"
    if age.stale:
        raise NetworkDataStale
    return f"{age.days:.1f} days old"


def _probe(lookup: "NetworkLookup", source: Source) -> Callable[[], str]:
    return lambda: describe_age(next(age for age in lookup.ages() if age.source is source))

"""The settings of traces, in one value. Their names are OpenTelemetry's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from opentelemetry.util.re import parse_env_headers

from config.lib import env


@dataclass(frozen=True, slots=True)
class Traces:
    """Where traces go, as whose, and how many of them. An empty `endpoint`: none are made."""

    endpoint: str
    headers: Mapping[str, str]
    service: str
    share: float


def traces() -> Traces:
    """Read from the environment. Raises SettingError."""
    return Traces(
        endpoint=env.url(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "",
            schemes=["http", "https"],
            hint="A collector that takes traces by OTLP over HTTP, as http://collector:4318; unset: none are made.",
        ),
        headers=parse_env_headers(
            env.text(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "",
                hint="Headers for the collector, as api-key=value between commas.",
                secret=True,
            ),
            liberal=True,
        ),
        service=env.text("OTEL_SERVICE_NAME", "gatehouse", hint="What the collector is to call this service."),
        share=env.number(
            "OTEL_TRACES_SAMPLER_ARG",
            1.0,
            hint="The share of traces that are recorded; a caller's own sampled trace always is.",
            within=(0, 1),
        ),
    )

"""What the caller told us of somebody who registers, as it came: values can be malformed, and then they are evidence.

The field names are those of docs/formats.md. Anything that is not known is None.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HintsReport:
    """What navigator.userAgentData says; `brands` as "Google Chrome 148"."""

    brands: tuple[str, ...] | None = None
    mobile: bool | None = None
    platform: str | None = None
    platform_version: str | None = None
    architecture: str | None = None
    bitness: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class EdgeReport:
    """What the proxy in front saw of the person's connection; round trips in milliseconds."""

    ja4: str | None = None
    header_order: tuple[str, ...] | None = None
    tcp_rtt_ms: float | None = None
    tls_rtt_ms: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What the agent script, or the caller's own, read off the browser."""

    visitor_id: str | None = None
    canvas: str | None = None
    audio: str | None = None
    webgl_vendor: str | None = None
    webgl_renderer: str | None = None
    fonts: tuple[str, ...] | None = None
    screen: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] | None = None
    platform: str | None = None
    hardware_concurrency: int | None = None
    device_memory: float | None = None
    touch_points: int | None = None
    webdriver: bool | None = None
    hints: HintsReport | None = None


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What the payment provider says of a card; never its number."""

    provider: str | None = None
    fingerprint: str | None = None
    bin: str | None = None
    brand: str | None = None
    funding: str | None = None
    issuer_country: str | None = None
    cvc_check: str | None = None
    postal_check: str | None = None
    three_d_secure: str | None = None  # authenticated, attempt_acknowledged, failed, ...: as the provider names it
    exp_month: int | None = None  # 1 to 12; told by the provider of a card that was shown to it, not by callers
    exp_year: int | None = None


@dataclass(frozen=True, slots=True)
class FormReport:
    """How the form was filled in: counts and a duration in milliseconds, never content. FormFacts explains each."""

    duration_ms: int | None = None
    keystrokes: int | None = None
    pastes: int | None = None
    pointer_events: int | None = None
    key_gap_ms: int | None = None
    key_gap_spread_ms: int | None = None
    key_dwell_ms: int | None = None
    key_dwell_spread_ms: int | None = None
    clicks: int | None = None
    pointer_jumps: int | None = None
    touches: int | None = None
    screen_keys: int | None = None
    autofills: int | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """One signup as the caller sent it. `created_at` is None over HTTP: it is now."""

    account_id: str
    created_at: datetime | None = None
    ip: str | None = None
    user_agent: str | None = None
    accept_language: str | None = None
    email: str | None = None
    email_hash: str | None = None  # hex, of a caller who keeps the address to itself
    name: str | None = None
    phone: str | None = None
    phone_hash: str | None = None
    device: DeviceReport | None = None
    payment: PaymentReport | None = None
    form: FormReport | None = None
    edge: EdgeReport | None = None

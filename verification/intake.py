"""The form of what callers send: types and lengths are checked here, meaning is for signals.

The same serializer reads a line of an import file. A value of the wrong type or of an absurd length is an error that
names its field; anything else is evidence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.validators import MaxLengthValidator
from rest_framework import serializers

from risk.canvas_challenge import Drawn
from risk.contexts import differing
from risk.devices import PageReport
from risk.registration import (
    DeviceReport,
    EdgeReport,
    FormReport,
    HintsReport,
    PaymentReport,
    Registration,
)
from verification.page_fields import CanvasField, ComponentsField, ContextsField, NamesField

ACCOUNT_ID = re.compile(r"\A[\x21-\x7e]{1,128}\Z")
DIGEST = re.compile(r"\A([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\Z")
COUNT_MAX = 2**31 - 1


class Text(serializers.CharField):
    """Text of a bounded length, taken as it came: blank, odd or malformed is for signals to judge."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(
            max_length=max_length, required=False, allow_null=True, allow_blank=True, trim_whitespace=False, **kwargs
        )
        # NULs and lone surrogates are refused by default; here they are evidence, and what is stored is encrypted.
        self.validators = [validator for validator in self.validators if isinstance(validator, MaxLengthValidator)]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """CharField turns a blank into None here; a blank is kept as it came."""
        return serializers.Field.run_validation(self, data)


class Count(serializers.IntegerField):
    """A count of something, never below zero."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=COUNT_MAX, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Digest(serializers.RegexField):
    """A hash that a caller sends in place of a value: MD5, SHA-1 or SHA-256 in hex, in either case."""

    def __init__(self, of: str) -> None:
        super().__init__(
            DIGEST,
            required=False,
            allow_null=True,
            help_text=f"In place of {of}, of a caller that keeps it to itself: docs/formats.md says of which spelling.",
        )

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data).lower()


class Listing(serializers.ListField):
    """A list of short texts."""

    def __init__(self, max_length: int) -> None:
        super().__init__(child=Text(256), max_length=max_length, required=False, allow_null=True)


class HintsSerializer(serializers.Serializer[HintsReport]):
    brands = Listing(16)
    mobile = serializers.BooleanField(required=False, allow_null=True)
    platform = Text(64)
    platform_version = Text(64)
    architecture = Text(32)
    bitness = Text(8)
    model = Text(128)


class EdgeSerializer(serializers.Serializer[EdgeReport]):
    ja4 = Text(64)
    header_order = Listing(128)
    tcp_rtt_ms = serializers.FloatField(min_value=0, max_value=1e6, required=False, allow_null=True)
    tls_rtt_ms = serializers.FloatField(min_value=0, max_value=1e6, required=False, allow_null=True)


class DeviceSerializer(serializers.Serializer[DeviceReport]):
    visitor_id = Text(128)
    canvas = Text(128)
    audio = Text(128)
    webgl_vendor = Text(256)
    webgl_renderer = Text(512)
    fonts = Listing(512)
    screen = Text(64)
    timezone = Text(64)
    languages = Listing(64)
    platform = Text(128)
    hardware_concurrency = Count()
    device_memory = serializers.FloatField(min_value=0, max_value=1e6, required=False, allow_null=True)
    touch_points = Count()
    webdriver = serializers.BooleanField(required=False, allow_null=True)
    hints = HintsSerializer(required=False, allow_null=True)


class PaymentSerializer(serializers.Serializer[PaymentReport]):
    provider = Text(32)
    fingerprint = Text(128)
    bin = Text(16)
    brand = Text(32)
    funding = Text(32)
    issuer_country = Text(8)
    cvc_check = Text(32)
    postal_check = Text(32)
    three_d_secure = Text(32)


class FormSerializer(serializers.Serializer[FormReport]):
    duration_ms = Count()
    keystrokes = Count()
    pastes = Count()
    pointer_events = Count()
    key_gap_ms = Count()
    key_gap_spread_ms = Count()
    key_dwell_ms = Count()
    key_dwell_spread_ms = Count()
    clicks = Count()
    pointer_jumps = Count()
    touches = Count()
    screen_keys = Count()
    autofills = Count()


class RegistrationSerializer(serializers.Serializer[Registration]):
    """A signup as docs/formats.md describes it."""

    account_id = serializers.RegexField(
        ACCOUNT_ID,
        max_length=128,
        required=False,
        help_text="Your own id of the account; one is made when it is left out.",
    )
    created_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Only for keys with the scope signups:import."
    )
    ip = Text(64, help_text="The person's address, as your server saw it.")
    user_agent = Text(2048)
    accept_language = Text(512)
    email = Text(512)
    email_hash = Digest("email")
    name = Text(512)
    phone = Text(64)
    phone_hash = Digest("phone")
    device = DeviceSerializer(required=False, allow_null=True)
    payment = PaymentSerializer(required=False, allow_null=True)
    form = FormSerializer(required=False, allow_null=True)
    edge = EdgeSerializer(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A value and a hash of it could be of two people."""
        for name in ("email", "phone"):
            if attrs.get(name) is not None and attrs.get(f"{name}_hash") is not None:
                raise serializers.ValidationError({f"{name}_hash": [f"Send {name} or {name}_hash, not both."]})
        return attrs


class SignupRequest(RegistrationSerializer):
    """The body of POST /v1/signups: a registration, with `device_token` in place of `device` where there is a page."""

    device_token = Text(256, help_text="What the agent script got from POST /v1/devices.")


class BotSerializer(serializers.Serializer[dict[str, Any]]):
    bot = serializers.BooleanField()
    kind = Text(64)


class DevicesRequest(serializers.Serializer[PageReport]):
    """The body of POST /v1/devices, as the agent script sends it."""

    device = DeviceSerializer()
    form = FormSerializer(required=False, allow_null=True)
    bot = BotSerializer(required=False, allow_null=True)
    components = ComponentsField()
    contexts = ContextsField()
    scan = NamesField()
    canvas = CanvasField()
    hints = HintsSerializer(required=False, allow_null=True)
    took_ms = Count()


# One of each for the life of the process: making one copies its forty fields, which costs more than reading a signup.
REGISTRATION = RegistrationSerializer()
SIGNUP = SignupRequest()
PAGE = DevicesRequest()


def read_registration(sent: Any, reader: RegistrationSerializer = REGISTRATION) -> dict[str, Any]:
    """The valid fields of what was sent.

    Raises:
        serializers.ValidationError: what was sent is not of the form; it names the fields.

    """
    valid: dict[str, Any] = reader.run_validation(sent)
    return valid


def to_registration(valid: Mapping[str, Any], *, account_id: str = "") -> Registration:
    """The registration in valid fields; `account_id` is for one that came without."""
    values = {name: value for name, value in valid.items() if name != "device_token"}
    return Registration(
        **{
            **values,
            "account_id": values.get("account_id") or account_id,
            "device": _device(values.get("device")),
            "payment": PaymentReport(**values["payment"]) if values.get("payment") else None,
            "form": FormReport(**values["form"]) if values.get("form") else None,
            "edge": msgspec.convert(_blanks(values["edge"]), EdgeReport) if values.get("edge") else None,
        }
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a page told: its report, and its answer to a canvas challenge, which is not judged yet."""

    page: PageReport
    drawn: Drawn | None


def read_page(sent: Any, *, edge: EdgeReport | None = None) -> Told:
    """What a page told, with what the proxy in front saw of its call.

    Raises:
        serializers.ValidationError: what was sent is not of the form; it names the fields.

    """
    valid: dict[str, Any] = PAGE.run_validation(sent)
    components, contexts, canvas = valid.get("components") or {}, valid.get("contexts"), valid.get("canvas")
    page = PageReport(
        device=_device(valid["device"]) or DeviceReport(),
        form=FormReport(**valid["form"]) if valid.get("form") else None,
        bot=_bot(valid.get("bot")),
        components={name: part.value for name, part in components.items() if part.value is not None},
        failed=tuple(name for name, part in components.items() if part.error is not None),
        scan=valid.get("scan"),
        differs=differing(contexts.places()) if contexts else None,
        hints=_hints(valid.get("hints")),
        edge=edge,
    )
    return Told(page, canvas.drawn() if canvas else None)


def unknown_fields(sent: Any, serializer: serializers.Serializer[Any]) -> list[str]:
    """Names in what was sent that nobody reads: warned of, not dropped in silence."""
    unknown = [name for name in sent if name not in serializer.fields]
    for name, field in serializer.fields.items():
        part = sent.get(name)
        if isinstance(field, serializers.Serializer) and isinstance(part, Mapping):
            unknown += [f"{name}.{inner}" for inner in part if inner not in field.fields]
    return sorted(unknown)


def warnings_of(sent: Any, serializer: serializers.Serializer[Any]) -> list[str]:
    """What a call is told of the fields that nobody reads; of the first twenty, for a caller can send thousands."""
    return [f"unknown field: {name[:100]}" for name in unknown_fields(sent, serializer)[:20]]


def _device(sent: Mapping[str, Any] | None) -> DeviceReport | None:
    if sent is None:
        return None
    return msgspec.convert({**_blanks(sent), "hints": _hints(sent.get("hints"))}, DeviceReport)


def _hints(sent: Mapping[str, Any] | None) -> HintsReport | None:
    return msgspec.convert(_blanks(sent), HintsReport) if sent else None


def _blanks(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The same with no None inside its lists."""
    return {name: [text or "" for text in value] if isinstance(value, list) else value for name, value in sent.items()}


def _bot(sent: Mapping[str, Any] | None) -> str | None:
    if sent is None:
        return None
    return (sent.get("kind") or "unnamed") if sent["bot"] else ""

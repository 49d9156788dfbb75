"""The bounded parts of what a page sends, by their types. Each is read in one go: a page has some forty components."""

from typing import Annotated, Any

import msgspec
from drf_spectacular.utils import extend_schema_field
from msgspec import Meta
from rest_framework import serializers

from risk.canvas_challenge import Drawn
from risk.contexts import Context

Name = Annotated[str, Meta(max_length=40)]
Short = Annotated[str, Meta(max_length=128)]
Long = Annotated[str, Meta(max_length=512)]
Milliseconds = Annotated[float, Meta(ge=0)]


class ComponentPart(msgspec.Struct, frozen=True):
    """One component: a value, or why there is none, and how long it took."""

    value: Short | None = None
    error: Short | None = None
    duration: Milliseconds | None = None


class ContextPart(msgspec.Struct, frozen=True):
    """What one place in the browser told."""

    user_agent: Long | None = None
    platform: Long | None = None
    languages: Long | None = None
    hardware_concurrency: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    timezone: Long | None = None
    webdriver: bool | None = None
    webgl_vendor: Long | None = None
    webgl_renderer: Long | None = None


class ContextsPart(msgspec.Struct, frozen=True):
    """The three places."""

    page: ContextPart | None = None
    frame: ContextPart | None = None
    worker: ContextPart | None = None

    def places(self) -> dict[str, Context | None]:
        """As they are compared."""
        told = {"page": self.page, "frame": self.frame, "worker": self.worker}
        return {place: Context(**msgspec.structs.asdict(part)) if part else None for place, part in told.items()}


class CanvasPart(msgspec.Struct, frozen=True):
    """The answer to a canvas challenge."""

    challenge: Annotated[str, Meta(max_length=256)]
    colours: Annotated[tuple[Annotated[str, Meta(max_length=8)], ...], Meta(max_length=64)]
    noise: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    same: bool

    def drawn(self) -> Drawn:
        """As it is judged."""
        return Drawn(self.challenge, self.colours, noise=self.noise, same=self.same)


Components = Annotated[dict[Name, ComponentPart], Meta(max_length=64)]
Names = Annotated[tuple[Name, ...], Meta(max_length=32)]


class Shaped(serializers.Field[Any, Any, Any, Any]):
    """A part that may be left out, read as a type. What is not of it is an error that says where."""

    def __init__(self, shape: Any, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, **kwargs)
        self.shape = shape

    def to_internal_value(self, data: Any) -> Any:
        """Raises serializers.ValidationError."""
        try:
            return msgspec.convert(data, self.shape)
        except msgspec.ValidationError as error:
            raise serializers.ValidationError(str(error)) from None


@extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}, "maxProperties": 64})
class ComponentsField(Shaped):
    """Components by their names."""

    def __init__(self) -> None:
        super().__init__(
            Components, help_text="Each has `value` (a short text or a digest) or `error`, and `duration` in ms."
        )


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["object", "null"]}})
class ContextsField(Shaped):
    """The page, a frame and a worker."""

    def __init__(self) -> None:
        super().__init__(ContextsPart, help_text="What the page, a frame in it and a worker told of the browser.")


@extend_schema_field({"type": "array", "items": {"type": "string", "maxLength": 40}, "maxItems": 32})
class NamesField(Shaped):
    """Names of what was found."""

    def __init__(self) -> None:
        super().__init__(Names, help_text="Traces of automation that were found.")


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "challenge": {"type": "string", "maxLength": 256},
            "colours": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 64},
            "noise": {"type": "integer", "minimum": 0},
            "same": {"type": "boolean"},
        },
        "required": ["challenge", "colours", "noise", "same"],
    }
)
class CanvasField(Shaped):
    """The answer to a canvas challenge."""

    def __init__(self) -> None:
        super().__init__(CanvasPart, help_text="The answer to POST /v1/devices/challenge.")

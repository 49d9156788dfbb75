"""Answers as JSON, whatever text they repeat."""

from typing import Any

from rest_framework.renderers import JSONRenderer


class JsonRenderer(JSONRenderer):
    """JSON in UTF-8. Half a surrogate pair, which JSON can tell of and UTF-8 cannot, goes back as it came: escaped."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The bytes of an answer."""
        try:
            return super().render(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError:
            return _Escaping().render(data, accepted_media_type, renderer_context)


class _Escaping(JSONRenderer):
    ensure_ascii = True

"""A usage window, read from outside: an hour of one account from one address with one client (docs/formats.md). Pure.

`prompt_sketches` are SimHashes of prompts' templates that the gateway made; the content never comes here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec

MOST_SKETCHES: Final = 8
LONGEST_CLIENT: Final = 200
LONGEST_ADDRESS: Final = 64
MOST_REQUESTS: Final = 2**31 - 1  # what a column holds
MOST_TOKENS: Final = 2**53  # what every JSON reader holds exactly
AHEAD: Final = timedelta(hours=1)  # by which a gateway's clock may run fast
EARLIEST: Final = datetime(2015, 1, 1, tzinfo=UTC)  # before it, a clock was not set

Sketch = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
Tokens = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]


class UnreadableWindow(ValueError):
    """It is not of the form; the message names the place and what is needed there, and nothing that was sent."""


class UsageWindow(msgspec.Struct, frozen=True):
    """As it is sent. `ip` and `client` are None where a gateway does not know them."""

    account_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    window_start: Annotated[datetime, msgspec.Meta(tz=True)]
    requests: Annotated[int, msgspec.Meta(ge=0, le=MOST_REQUESTS)]
    input_tokens: Tokens = 0
    output_tokens: Tokens = 0
    ip: Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS)] | None = None
    client: Annotated[str, msgspec.Meta(max_length=LONGEST_CLIENT)] | None = None
    prompt_sketches: Annotated[tuple[Sketch, ...], msgspec.Meta(max_length=MOST_SKETCHES)] = ()


FIELDS: Final = frozenset(UsageWindow.__struct_fields__)


def read_window(sent: Any, *, now: datetime) -> UsageWindow:
    """The window in an object of JSON.

    Raises:
        UnreadableWindow: a part is missing, of another kind or out of its range, or it begins after `now`.

    """
    try:
        window = msgspec.convert(sent, UsageWindow)
    except msgspec.ValidationError as error:
        raise UnreadableWindow(_told(str(error))) from None
    except UnicodeEncodeError:  # msgspec reads no text that cannot be encoded, wherever it stands
        raise UnreadableWindow("half a surrogate pair is no text") from None
    for name in ("account_id", "ip", "client"):
        if not _is_text(getattr(window, name)):
            raise UnreadableWindow(f"{name}: NUL and halves of surrogate pairs are no text")
    if window.window_start > now + AHEAD:
        raise UnreadableWindow("window_start: lies in the future")
    if window.window_start < EARLIEST:
        raise UnreadableWindow(f"window_start: lies before {EARLIEST:%Y}")
    return window


def unknown_fields(sent: Mapping[str, Any]) -> set[str]:
    """Names in a window that nobody reads."""
    return set(sent) - FIELDS


def _is_text(given: str | None) -> bool:
    """JSON can escape NUL and half of a surrogate pair, which no database takes: it would refuse the whole call."""
    try:
        return b"\0" not in (given or "").encode()
    except UnicodeEncodeError:
        return False


def _told(error: str) -> str:
    """The message of msgspec, with the place in front: `Expected ... - at `$.requests`` as `requests: expected ...`."""
    what, _, place = error.partition(" - at `$")
    what = f"{what[:1].lower()}{what[1:]}"
    return f"{place.strip('.`')}: {what}" if place else what

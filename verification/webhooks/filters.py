"""Which events an endpoint wants: types by name, `ring.*` for a family, `*` for all."""

from collections.abc import Iterable, Sequence

from verification.events import EVENTS

ALL = "*"
FAMILY = ".*"
FILTERS_MOST = 50


def wants(filters: Iterable[str], event_type: str) -> bool:
    """Whether one of the filters takes in an event's type."""
    return any(_takes_in(each, event_type) for each in filters)


def unknown(filters: Iterable[str]) -> list[str]:
    """The filters that take in no event there is: a slip of the pen, or the name of another version."""
    return [each for each in filters if not any(_takes_in(each, known) for known in EVENTS)]


def tidy(filters: Iterable[str]) -> Sequence[str]:
    """The filters once each, in their order."""
    return list(dict.fromkeys(filters))


def _takes_in(each: str, event_type: str) -> bool:
    if each == ALL:
        return True
    return event_type.startswith(each.removesuffix("*")) if each.endswith(FAMILY) else event_type == each

"""Personal values leave a policy's document before it is stored: what is kept of them is their keyed hash."""

from collections.abc import Mapping
from typing import Any

from risk.list_values import stored_form
from risk.lists import PERSONAL, ListKind, parse_lists
from risk.policyerror import PolicyError


def seal(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with `sealed` in place of `value` for personal kinds. Sealed again, it stays the same.

    The same file gives the same document, and so the same digest, each time: while the pepper is the same.

    Raises:
        PolicyError: a list is not of the form, or a value is none of its kind.

    """
    if "lists" not in document:
        return dict(document)
    parse_lists(document)
    lists = [_list(one, f"lists.{number}") for number, one in enumerate(document["lists"] or ())]
    return {**document, "lists": lists}


def _list(one: Mapping[str, Any], place: str) -> dict[str, Any]:
    kind = ListKind(one["of"])
    if kind not in PERSONAL or not one.get("entries"):
        return dict(one)
    entries = [_entry(entry, kind, f"{place}.entries.{number}") for number, entry in enumerate(one["entries"])]
    return {**one, "entries": entries}


def _entry(entry: Mapping[str, Any], kind: ListKind, place: str) -> dict[str, Any]:
    if "sealed" in entry:
        return dict(entry)
    try:
        form = stored_form(kind, entry["value"])
    except ValueError as error:
        raise PolicyError(f"{place}.value: {error}") from None
    return {"sealed": form, **{name: told for name, told in entry.items() if name != "value"}}

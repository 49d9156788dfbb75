"""What a kind of check is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from risk.identifiers import IdentifierKind
from tiers.ladder import CheckKind


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A check passed by entering the code that was carried to what the person named.

    `recipient` gives, from what was sent with the signup, where the code goes (None: nowhere); `masked` is what the
    page may show of it; `identifier` is under which hash its quota is counted.
    """

    kind: CheckKind
    field: str
    recipient: Callable[[Mapping[str, Any]], str | None]
    masked: Callable[[str], str]
    identifier: IdentifierKind

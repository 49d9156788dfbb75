"""STIX patterns of single values, written and read. Pure.

| pattern | is of |
|---|---|
| `[x-gatehouse-mark:mailbox = '...']`, `:phone`, `:card` | a mark (verification.sharing.marks) |
| `[domain-name:value = 'example.com']` | a mail domain |
| `[ipv4-addr:value ISSUBSET '198.51.100.0/24']`, and `ipv6-addr` | a network |
| `[ipv4-addr:value = '198.51.100.7']`, and `ipv6-addr` | an address |
| `[email-addr:value = 'jane@example.com']` | a mailbox, as others write it; we never do |

Anything else may be a good pattern, of what a signup does not show. It is left out, and counted.
"""

import re
from dataclasses import dataclass
from typing import Final

from risk.lists import ListKind
from verification.sharing.marks import LISTS, MARK, MarkKind

PATTERN: Final = re.compile(
    r"\[\s*(?P<object>[a-z0-9-]{1,40}):(?P<property>[a-z_]{1,20})\s*(?P<test>=|ISSUBSET)\s*'(?P<value>[^'\\]{1,320})'\s*\]"
)
PLAIN: Final = {
    ("domain-name", "value", "="): ListKind.DOMAINS,
    ("ipv4-addr", "value", "ISSUBSET"): ListKind.NETWORKS,
    ("ipv6-addr", "value", "ISSUBSET"): ListKind.NETWORKS,
    ("ipv4-addr", "value", "="): ListKind.ADDRESSES,
    ("ipv6-addr", "value", "="): ListKind.ADDRESSES,
    ("email-addr", "value", "="): ListKind.EMAILS,
}
OF_MARKS: Final = "x-gatehouse-mark"


@dataclass(frozen=True, slots=True)
class Indicated:
    """What a pattern is of: a mark, or a value as it was written."""

    of: ListKind
    mark: str = ""
    written: str = ""


def of_mark(kind: MarkKind, mark: str) -> str:
    """The pattern of a mark."""
    return f"[{OF_MARKS}:{kind} = '{mark}']"


def of_domain(domain: str) -> str:
    """The pattern of a mail domain."""
    return f"[domain-name:value = '{domain}']"


def of_network(network: str) -> str:
    """The pattern of a network."""
    return f"[{'ipv6' if ':' in network else 'ipv4'}-addr:value ISSUBSET '{network}']"


def read(pattern: str) -> Indicated | None:
    """What a pattern is of; None where it is of nothing that is looked for here."""
    found = PATTERN.fullmatch(pattern.strip())
    if found is None:
        return None
    path, value = (found["object"], found["property"], found["test"]), found["value"]
    if path[0] != OF_MARKS:
        of = PLAIN.get(path)
        return Indicated(of, written=value) if of else None
    known = path[1] in set(MarkKind) and path[2] == "=" and MARK.fullmatch(value)
    return Indicated(LISTS[MarkKind(path[1])], mark=value) if known else None

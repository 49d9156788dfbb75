"""What a draft's own entries of lists find in stored facts, which name only the entries that stood when they were made.

Most values are found again by the identifiers that the account had shown by then, or by its facts. The address and the
first digits of a card are not kept: entries of networks and BINs find nobody, and the report says so.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from risk.facts import Facts
from risk.lists import ListKind, PolicyList, parse_lists
from risk.lookups.listed import Table, listed_in, table_of
from risk.models import Identifier
from risk.policies.sealing import seal
from risk.policy import Policy
from verification.shards import Range

NOT_KEPT = frozenset({ListKind.NETWORKS, ListKind.BINS})

Shown = Collection[tuple[int, int, datetime]]  # kind, value, when


@dataclass(frozen=True, slots=True)
class OwnEntries:
    """The entries that a draft has and the policy in force has not. None: there are none, and nothing is looked up."""

    table: Table | None

    @classmethod
    def of(cls, draft: Policy, *, in_force: Policy) -> "OwnEntries":
        """Those of a draft."""
        added = _added(draft.lists, in_force.lists)
        return cls(table_of(added) if added else None)

    def shown(self, ids: Range) -> Mapping[int, Shown]:
        """What the subjects in a range showed."""
        found: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
        if self.table is not None:
            rows = Identifier.objects.filter(subject__range=ids).values_list("subject", "kind", "value", "at")
            for subject, kind, value, at in rows:
                found[subject].append((kind, value, at))
        return found

    def onto(self, facts: Facts, shown: Shown) -> Facts:
        """The facts as they would be with these entries. The policy in force knows none of them, and says the same."""
        if self.table is None:
            return facts
        until_then = {(kind, value) for kind, value, at in shown if at <= facts.at}
        found = listed_in(self.table, facts, until_then)
        known = {(one.list, one.entry) for one in facts.listed}
        new = [one for one in found if (one.list, one.entry) not in known]
        return replace(facts, listed=(*facts.listed, *new)) if new else facts


def told_lists(draft: Mapping[str, Any], *, in_force: Mapping[str, Any]) -> dict[str, list[str]]:
    """The lists of a draft that have entries of its own: those that a backtest sees and those that it does not."""
    added = _added(parse_lists(seal(draft)), parse_lists(seal(in_force)))
    told: dict[str, list[str]] = {}
    for one in added:
        told.setdefault("not seen" if one.of in NOT_KEPT else "seen", []).append(one.name)
    return told


def _added(lists: Collection[PolicyList], known: Collection[PolicyList]) -> list[PolicyList]:
    had = {(one.name, entry) for one in known for entry in one.entries}
    added = [
        replace(one, entries={key: entry for key, entry in one.entries.items() if (one.name, key) not in had})
        for one in lists
    ]
    return [one for one in added if one.entries]

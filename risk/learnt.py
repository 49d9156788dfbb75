"""What became known of a subject after its last assessment: put onto those facts, it makes the next ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from risk.earlier import EarlierFacts
from risk.facts import PENDING, Facts
from risk.identifiers import Identifiers


@dataclass(frozen=True, slots=True)
class Learnt:
    """New parts of the facts, and the identifiers that came with them.

    `parts` holds fields of Facts by name, each to be put in place of the old one; `velocity` is merged into the
    velocities; `trace` is of links that were shown only now (risk.rings.traces); `missing` names lookups that now have
    no answer and why, and `answered` those that have one now.
    """

    parts: Mapping[str, Any] = field(default_factory=dict)
    velocity: Mapping[str, int] = field(default_factory=dict)
    identifiers: Identifiers = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()
    trace: Sequence[int] | None = None

    @property
    def pending(self) -> tuple[str, ...]:
        """The lookups that outside parties will be asked."""
        return tuple(sorted(name for name, why in self.missing.items() if why == PENDING))

    def onto(self, facts: Facts) -> Facts:
        """The facts with what is new put in place."""
        missing = {name: why for name, why in facts.missing.items() if name not in self.answered}
        return replace(
            facts,
            **{name: part for name, part in self.parts.items() if name != "earlier"},
            velocity={**(facts.velocity or {}), **self.velocity} if self.velocity else facts.velocity,
            missing={**missing, **self.missing},
            earlier=self.parts["earlier"] if "earlier" in self.parts else _still_earlier(facts, self.parts),
        )


def _still_earlier(facts: Facts, parts: Mapping[str, Any]) -> EarlierFacts | None:
    """What was told of a number or a domain that was shown before says nothing of another one."""
    earlier = facts.earlier
    if earlier is not None and "phone" in parts:
        earlier = replace(earlier, line_type=None, carrier=None, reassigned=None)
    if earlier is not None and "mailbox" in parts and parts["mailbox"].domain != getattr(facts.mailbox, "domain", None):
        earlier = replace(earlier, takes_mail=None)
    return earlier


NOTHING = Learnt()

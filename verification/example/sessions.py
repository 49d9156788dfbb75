"""The cards of checks that are held elsewhere: what the page says of them, and what it needs to lead there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LOOKING = "looking"  # the word in the page's address after the person has come back

TITLES: Mapping[str, str] = {"payment": "Payment card", "document": "Identity document"}
OFFERED: Mapping[str, str] = {
    "payment": "Show that a card is yours. Nothing is charged, and its number goes to our payment provider only.",
    "document": "Show an identity document to our partner. We learn that you did, and nothing that stands in it.",
}
WORDS: Mapping[str, str] = {
    "requested": "One moment: we are getting this ready.",
    "sent": "Go on here. If it did not work before, try again or with another.",
    "passed": "Confirmed.",
    "failed": "That did not work out. Begin again, or choose another way.",
    "expired": "That took too long. Begin again.",
    "undelivered": "Our partner does not answer. Try again later, or choose another way.",
}
LOOKING_WORDS = "Thank you. We are asking our partner; this takes a few seconds."
CHOICES: Mapping[str, str] = {
    "visa": "A Visa card that works",
    "prepaid": "A prepaid card",
    "cvc_fails": "A card whose security code is wrong",
    "secured": "A card that asks for 3-D Secure, and gets it",
    "not_secured": "A card that asks for 3-D Secure in vain",
    "declined": "A card that is declined",
    "verified": "A passport that is genuine",
    "unreadable": "A photograph that cannot be read",
    "canceled": "Give up for good",
}


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One check as the page offers it. `challenge` leads there while it waits; `choices` are the offline party's."""

    kind: str
    title: str
    status: str
    words: str
    challenge: Mapping[str, Any] | None
    choices: tuple[tuple[str, str], ...]
    may_ask: bool

    @property
    def template(self) -> str:
        """The part of the page that shows it."""
        return f"example/parts/{self.kind}.html"


def session_cards(signup: Mapping[str, Any], *, looking: bool) -> tuple[SessionCard, ...]:
    """A card for each such check that is offered or under way."""
    known = {check["kind"]: check for check in signup["checks"]}
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    return tuple(_cards(known, offered, looking=looking))


def _cards(known: Mapping[str, Any], offered: set[str], *, looking: bool) -> Iterable[SessionCard]:
    for kind in TITLES:
        if kind in known or kind in offered:
            yield _card(kind, known.get(kind, {"status": "offered", "challenge": None}), looking=looking)


def _card(kind: str, check: Mapping[str, Any], *, looking: bool) -> SessionCard:
    status = LOOKING if looking and check["status"] == "sent" else check["status"]
    challenge = check["challenge"] if status == "sent" else None
    names = challenge.get("choices", ()) if challenge else ()
    return SessionCard(
        kind=kind,
        title=TITLES[kind],
        status=status,
        words={"offered": OFFERED[kind], LOOKING: LOOKING_WORDS, **WORDS}.get(status, ""),
        challenge=challenge,
        choices=tuple((name, CHOICES.get(name, name)) for name in names),
        may_ask=status not in {"passed", "requested", "sent", LOOKING},
    )

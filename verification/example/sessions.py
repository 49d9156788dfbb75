"""The cards of checks that are held elsewhere: what the page says of them, and what it needs to lead there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

LOOKING = "looking"  # the word in the page's address after the person has come back

TITLES: Mapping[str, Words] = {"payment": _("Payment card"), "document": _("Identity document")}
OFFERED: Mapping[str, Words] = {
    "payment": _("Show that a card is yours. Nothing is charged, and its number goes to our payment provider only."),
    "document": _("Show an identity document to our partner. We learn that you did, and nothing that stands in it."),
}
WORDS: Mapping[str, Words] = {
    "requested": _("One moment: we are getting this ready."),
    "sent": _("Go on here. If it did not work before, try again or with another."),
    "passed": _("Confirmed."),
    "failed": _("That did not work out. Begin again, or choose another way."),
    "expired": _("That took too long. Begin again."),
    "undelivered": _("Our partner does not answer. Try again later, or choose another way."),
}
LOOKING_WORDS = _("Thank you. We are asking our partner; this takes a few seconds.")
CHOICES: Mapping[str, Words] = {
    "visa": _("A Visa card that works"),
    "prepaid": _("A prepaid card"),
    "cvc_fails": _("A card whose security code is wrong"),
    "secured": _("A card that asks for 3-D Secure, and gets it"),
    "not_secured": _("A card that asks for 3-D Secure in vain"),
    "declined": _("A card that is declined"),
    "verified": _("A passport that is genuine"),
    "unreadable": _("A photograph that cannot be read"),
    "canceled": _("Give up for good"),
}


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One check as the page offers it. `challenge` leads there while it waits; `choices` are the offline party's."""

    kind: str
    title: Words
    status: str
    words: Words
    challenge: Mapping[str, Any] | None
    choices: tuple[tuple[str, Words], ...]
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

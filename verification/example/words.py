"""What a person reads: friendly words for what Gatehouse answered. Its reasons are for the developer's panel only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from verification.code_words import SAID_OF_CODES

Words = str | Promise

WAYS: Mapping[str, Words] = {
    "email": _("your e-mail address"),
    "phone": _("your phone number"),
    "payment": _("a payment card"),
    "proof_of_work": _("a short puzzle for your computer"),
    "passkey": _("a passkey"),
    "document": _("an identity document"),
}
BY_CODE: Mapping[str, tuple[Words, Words]] = {  # kind -> what it is called, how the code comes
    "email": (_("E-mail address"), _("by e-mail")),
    "phone": (_("Phone number"), _("by text message")),
}
STATUSES: Mapping[str, Words] = {
    "offered": _("Not confirmed yet. We send you a code {how}."),
    "requested": _("Your code is on its way to {to}."),
    "passed": _("Confirmed."),
    "failed": _("Those were too many wrong codes. Ask for a new one."),
    "expired": _("That code has run out. Ask for a new one."),
    "undelivered": _("We could not send the code to {to}. Try again, or choose another way."),
}
WAITING = ("requested", "sent")

# What happened last, by the word in the address of the page; problems of Gatehouse by their codes.
SAID: Mapping[str, tuple[str, Words]] = {
    **SAID_OF_CODES,
    "failed": ("bad", _("Those were too many wrong codes. Ask for a new one.")),
    "malformed": ("bad", _("A code has six digits.")),
}


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One check as the page offers it."""

    kind: str
    title: Words
    status: str
    words: str
    may_ask: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A tier within reach: `ways` reads like "your e-mail address, or your phone number"."""

    tier: str
    ways: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page says of a signup."""

    headline: str
    text: str
    tier: str
    provisional: bool
    steps: tuple[Step, ...]
    cards: tuple[CheckCard, ...]


def standing(signup: Mapping[str, Any]) -> Standing:
    """A signup in words."""
    told = signup["explanation"]
    return Standing(
        headline=told["title"],
        text=told["text"],
        tier=signup["tier"],
        provisional=bool(signup.get("provisional")),
        steps=tuple(Step(step["tier"], _ways(step["any_of"])) for step in signup["next_checks"]),
        cards=tuple(_cards(signup)),
    )


def said_of(signup: Mapping[str, Any], kind: str) -> str:
    """The word for what came of a code that was entered."""
    check = next((check for check in signup["checks"] if check["kind"] == kind), None)
    return check["status"] if check and check["status"] in ("passed", "failed") else "wrong"


def _ways(any_of: Iterable[Iterable[str]]) -> str:
    either, both = now(", or "), now(" and ")
    return either.join(both.join(str(WAYS.get(kind, kind)) for kind in way) for way in any_of)


def _cards(signup: Mapping[str, Any]) -> Iterable[CheckCard]:
    """A card for each check that is offered or under way and that this page can carry out."""
    known = {check["kind"]: check for check in signup["checks"]}
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    for kind, (title, how) in BY_CODE.items():
        if kind in known or kind in offered:
            yield _card(kind, title, known.get(kind, {"status": "offered", "how": how}))


def _card(kind: str, title: Words, check: Mapping[str, Any]) -> CheckCard:
    status = check["status"]
    tries = check.get("tries_left") or 0
    words = _sent(tries) if status == "sent" else str(STATUSES.get(status, ""))
    return CheckCard(
        kind=kind,
        title=title,
        status=status,
        words=words.format(how=check.get("how"), to=check.get("sent_to") or now("you"), tries=tries),
        may_ask=status != "passed",
        may_answer=status in WAITING,
    )


def _sent(tries: int) -> str:
    return ngettext(
        "We sent a code to {to}. You can try {tries} more time.",
        "We sent a code to {to}. You can try {tries} more times.",
        tries,
    )

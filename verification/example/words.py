"""What a person reads: friendly words for what Gatehouse answered. Its reasons are for the developer's panel only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "allow": ("Welcome aboard", "Your account is open."),
    "challenge": ("Almost there", "Your account is open in a small way. Confirm something about you, and it opens up."),
    "review": ("We are having a look", "One of us looks at your signup. You need not do anything; we write to you."),
    "deny": ("We could not open your account", "If you think that is wrong, write to us and a person looks again."),
}
UNKNOWN_OUTCOME = ("Thank you", "We have your signup.")

WAYS: Mapping[str, str] = {
    "email": "your e-mail address",
    "phone": "your phone number",
    "payment": "a payment card",
    "proof_of_work": "a short puzzle for your computer",
    "passkey": "a passkey",
    "document": "an identity document",
}
BY_CODE: Mapping[str, tuple[str, str]] = {  # kind -> what it is called, how the code comes
    "email": ("E-mail address", "by e-mail"),
    "phone": ("Phone number", "by text message"),
}
STATUSES: Mapping[str, str] = {
    "offered": "Not confirmed yet. We send you a code {how}.",
    "requested": "Your code is on its way to {to}.",
    "sent": "We sent a code to {to}. You can try {tries} more times.",
    "passed": "Confirmed.",
    "failed": "Those were too many wrong codes. Ask for a new one.",
    "expired": "That code has run out. Ask for a new one.",
    "undelivered": "We could not send the code to {to}. Try again, or choose another way.",
}
WAITING = ("requested", "sent")

# What happened last, by the word in the address of the page; problems of Gatehouse by their codes.
SAID: Mapping[str, tuple[str, str]] = {
    "asked": ("good", "Your code is on its way."),
    "passed": ("good", "Thank you, that is confirmed."),
    "wrong": ("bad", "That is not the code we sent. Look again, please."),
    "failed": ("bad", "Those were too many wrong codes. Ask for a new one."),
    "malformed": ("bad", "A code has six digits."),
    "check_impossible": ("bad", "We have nothing to send a code to. Name another below, or choose another way."),
    "check_limit_reached": ("bad", "You have asked for many codes. Wait a little, or choose another way."),
    "check_needs_person": ("bad", "Confirm your e-mail address first; then we can send you a text message."),
    "check_held": ("bad", "We cannot send messages to this number just now. Choose another way, please."),
    "check_not_waiting": ("bad", "No code is waiting to be entered. Ask for a new one."),
    "refused": ("bad", "That did not work. Try again, or choose another way."),
}


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One check as the page offers it."""

    kind: str
    title: str
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
    headline, text = OUTCOMES.get(signup["outcome"], UNKNOWN_OUTCOME)
    return Standing(
        headline=headline,
        text=text,
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
    return ", or ".join(" and ".join(WAYS.get(kind, kind) for kind in way) for way in any_of)


def _cards(signup: Mapping[str, Any]) -> Iterable[CheckCard]:
    """A card for each check that is offered or under way and that this page can carry out."""
    known = {check["kind"]: check for check in signup["checks"]}
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    for kind, (title, how) in BY_CODE.items():
        if kind in known or kind in offered:
            yield _card(kind, title, known.get(kind, {"status": "offered", "how": how}))


def _card(kind: str, title: str, check: Mapping[str, Any]) -> CheckCard:
    status = check["status"]
    words = STATUSES.get(status, "")
    return CheckCard(
        kind=kind,
        title=title,
        status=status,
        words=words.format(how=check.get("how"), to=check.get("sent_to") or "you", tries=check.get("tries_left")),
        may_ask=status != "passed",
        may_answer=status in WAITING,
    )

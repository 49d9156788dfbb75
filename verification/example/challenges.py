"""The checks that Gatehouse poses itself, as the page offers them: work for the computer, and a passkey."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

TITLES: Mapping[str, Words] = {"proof_of_work": _("A short puzzle"), "passkey": _("Passkey")}
ANSWER_FIELDS: Mapping[str, str] = {"proof_of_work": "solution", "passkey": "credential"}
# What the card says, by what there is to say it of.
WORDS: Mapping[str, Mapping[str, Words]] = {
    "proof_of_work": {
        "offered": _("Your computer works for a moment, and you do nothing."),
        "sent": _("Your computer is at work. Keep this page open."),
        "passed": _("Done."),
        "failed": _("That did not work out. Have another go."),
        "expired": _("That took too long. Have another go."),
    },
    "passkey": {
        "offered": _("Unlock your device as you always do, or touch your security key."),
        "sent": _("Your browser asks you for your passkey when you press the button."),
        "passed": _("Confirmed."),
        "failed": _("That did not work out. Have another go."),
        "expired": _("That took too long. Have another go."),
    },
}


@dataclass(frozen=True, slots=True)
class ChallengeCard:
    """One such check. `challenge` is the JSON that the page's script hands on, None while there is none."""

    kind: str
    title: Words
    status: str
    words: Words
    template: str
    challenge: str | None


def challenge_cards(signup: Mapping[str, Any]) -> tuple[ChallengeCard, ...]:
    """A card for each that is offered or under way."""
    return tuple(_cards(signup))


def answer_to(kind: str, given: str) -> dict[str, Any]:
    """The body that answers a check: a passkey's answer is JSON, which the page sends as text."""
    if kind != "passkey":
        return {ANSWER_FIELDS.get(kind, "code"): given}
    try:
        credential = json.loads(given)
    except ValueError:
        credential = {}
    return {ANSWER_FIELDS[kind]: credential if isinstance(credential, dict) else {}}


def _cards(signup: Mapping[str, Any]) -> Iterable[ChallengeCard]:
    known = {check["kind"]: check for check in signup["checks"]}
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    for kind, title in TITLES.items():
        if kind not in known and kind not in offered:
            continue
        check = known.get(kind, {"status": "offered"})
        challenge = check.get("challenge")
        yield ChallengeCard(
            kind=kind,
            title=title,
            status=check["status"],
            words=WORDS[kind].get(check["status"], ""),
            template=f"example/parts/{kind}.html",
            challenge=json.dumps(challenge) if challenge else None,
        )

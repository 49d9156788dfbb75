"""What the person is told: plain words and what they can do next.

Whoever is told why they were stopped learns how not to be. So these words are made of nothing but the outcome and
the checks that open more, which the person sees anyway: no reason, score, fact or policy can come in, and two people
with the same standing are told the same to the letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risk.outcome import Outcome
from tiers.ladder import CheckKind, NextStep
from verification.states import AppealResult

Words = str | Promise

TITLES: Mapping[Outcome, Words] = {
    Outcome.ALLOW: _("Your account is open"),
    Outcome.CHALLENGE: _("Almost there"),
    Outcome.REVIEW: _("We are having a look"),
    Outcome.DENY: _("We could not open your account"),
}
TEXTS: Mapping[Outcome, Words] = {
    Outcome.ALLOW: _("You can start right away."),
    Outcome.CHALLENGE: _("Your account is open in a small way. Confirm something about you, and it opens up."),
    Outcome.REVIEW: _("One of us looks at your signup. You need not do anything; we let you know."),
    Outcome.DENY: _("If you think that is wrong, write to us, and a person looks at it again."),
}
MORE: Words = _("If you want more, confirm something about you. None of it is needed for what you have.")
ANSWERED: Words = _("We have looked again")  # what a mail is called that tells of an appeal
ANSWERS: Mapping[str, Words] = {  # what came of one; never why
    AppealResult.OVERTURNED: _("We looked again and decided for you. Thank you for your patience."),
    AppealResult.UPHELD: _("Somebody else looked again, and what was decided stands."),
    AppealResult.RESOLVED: _("This has been settled: your account is open."),
}
AGAIN: Words = _("Please confirm something about you again")  # what a mail is called that tells of a tier that lapses
CHOICE: Words = _("Any one of these ways is enough.")

# What each check asks of a person, and what it takes.
ASKED: Mapping[CheckKind, Words] = {
    CheckKind.EMAIL: _("We send a code to your e-mail address, and you enter it here. It takes half a minute."),
    CheckKind.PHONE: _("We send a code to your phone, and you enter it here. It takes half a minute."),
    CheckKind.PAYMENT: _("You name a payment card. Nothing is charged. It takes two minutes."),
    CheckKind.PROOF_OF_WORK: _("Your computer works on a puzzle for some seconds. You need not do anything."),
    CheckKind.PASSKEY: _("You confirm with your device, as when you unlock it. It takes a few seconds."),
    CheckKind.DOCUMENT: _("You show an identity document to your camera. It takes three minutes."),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One check, in words."""

    check: CheckKind
    text: Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the person is told. Passing all of any one of `ways` opens more; the one that asks least comes first."""

    title: Words
    texts: tuple[Words, ...]  # sentences that follow each other
    ways: tuple[tuple[Ask, ...], ...]


def explain(outcome: Outcome, steps: Sequence[NextStep]) -> Explanation:
    """An outcome in the person's words, with the ways to the nearest tier above.

    `steps` are those that the person is offered (`tiers.standing.next_steps`), the nearest first.
    """
    ways = tuple(tuple(Ask(kind, ASKED[kind]) for kind in way) for way in steps[0].any_of) if steps else ()
    told = [TEXTS[outcome]]
    if ways and outcome is Outcome.ALLOW:
        told.append(MORE)
    if len(ways) > 1:
        told.append(CHOICE)
    return Explanation(TITLES[outcome], tuple(told), ways)

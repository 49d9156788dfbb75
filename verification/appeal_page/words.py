"""What the page of an appeal says, and which checks it offers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risk.facts import Facts
from risk.models import Assessment
from risk.outcome import Outcome
from tiers.ladder import CheckKind
from tiers.standing import ladder, next_steps
from verification.appeal_models import Appeal
from verification.appeals import Standing, standing
from verification.code_words import SAID_OF_CODES
from verification.explanation import ANSWERS, Explanation, explain
from verification.models import Signup
from verification.proving import on_offer
from verification.states import WAITING, CheckStatus

Words = str | Promise

BY_CODE: Mapping[CheckKind, Words] = {
    CheckKind.EMAIL: _("Confirm your e-mail address"),
    CheckKind.PHONE: _("Confirm your phone number"),
}
# What happened last, by the word in the address of the page; problems of checks by their codes.
SAID: Mapping[str, tuple[str, Words]] = {
    **SAID_OF_CODES,
    "opened": ("good", _("Thank you. A person who has not decided before looks at it again.")),
    "added": ("good", _("Thank you, we have added that.")),
    "enough": ("bad", _("We have as much from you as we can read. You hear from us.")),
    "slow": ("bad", _("That was a lot at once. Wait a minute, please.")),
    "empty": ("bad", _("Write something first, please.")),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A check by a code as the page offers it."""

    kind: CheckKind
    title: Words
    passed: bool
    waiting: bool  # for its code to be entered


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows."""

    told: Explanation
    appeal: Appeal | None
    last: Appeal | None
    result: Words | None  # of the last, while none is open
    may: bool  # appeal now
    may_from: datetime | None
    cards: tuple[Card, ...]


def page_of(signup: Signup, *, at: datetime) -> Page:
    """Where a person stands, in words, and what they can do."""
    account, stands = signup.account, standing(signup.account)
    facts = Facts.from_json(Assessment.objects.filter(subject=account.pk).order_by("-pk")[0].facts)
    possible = frozenset(kind for kind in CheckKind if on_offer(kind))
    steps = next_steps(facts, Outcome(account.outcome), account.score, possible=possible)
    may_from = stands.may_from
    return Page(
        told=explain(Outcome(account.outcome), steps),
        appeal=stands.appeal,
        last=stands.last,
        result=_result(stands),
        may=may_from is not None and may_from <= at,
        may_from=may_from if may_from is not None and may_from > at else None,
        cards=tuple(_cards(signup, at=at)),
    )


def _result(stands: Standing) -> Words | None:
    return ANSWERS[stands.last.result] if stands.last is not None and stands.appeal is None else None


def _cards(signup: Signup, *, at: datetime) -> Iterator[Card]:
    """The checks that are answered by a code; others need the product's own page."""
    asked = ladder().asked_under(Outcome(signup.account.outcome))
    newest = {check.kind: check for check in signup.checks.order_by("pk")}
    for kind, title in BY_CODE.items():
        check = newest.get(kind)
        passed = check is not None and check.status == CheckStatus.PASSED
        waits = check is not None and check.status in WAITING and (check.expires_at is None or check.expires_at > at)
        if passed or (kind in asked and on_offer(kind)):
            yield Card(kind, title, passed=passed, waiting=waits)

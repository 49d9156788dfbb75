"""After a signup is decided, outside parties are asked what is still pending, and their answers decide anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.lib.crypto import DecryptionError
from risk import outside
from risk.facts import GIVEN_UP, Facts
from risk.half_lives import Evidence
from risk.learnt import Learnt
from risk.models import Assessment
from risk.registration import Registration
from verification import ageing
from verification.ageing import News
from verification.models import Signup
from verification.recheck import redecide
from verification.states import Cause


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked of one account: which lookup, and the value."""

    account_pk: int
    lookup: str
    value: str


def question(account_pk: int, lookup: str) -> Question | None:
    """What is to be asked for a lookup; None when nothing waits for it any more."""
    signup = Signup.objects.select_related("account").get(account=account_pk)
    value = outside.wanted(_registration(signup)).get(lookup)
    return Question(signup.account_id, lookup, value) if value and lookup in _pending(signup) else None


def question_again(account_pk: int, lookup: str) -> Question | None:
    """What is to be asked again for a lookup; None where it is off, or nothing was shown that it could be asked of."""
    try:
        signup = Signup.objects.select_related("account").get(account=account_pk)
    except DecryptionError:
        return None
    value = None if signup.is_test else outside.wanted(_registration(signup)).get(lookup)
    return Question(signup.account_id, lookup, value) if value else None


def known(asked: Question, *, at: datetime) -> Any:
    """What a party answered meanwhile for somebody else who showed the same value; None when nothing."""
    (answers,) = outside.answers([{asked.lookup: asked.value}], at=at)
    return answers.get(asked.lookup)


def answered(asked: Question, answer: Any, *, at: datetime) -> None:
    """A party has answered: kept for whoever shows the value next, and this account is decided anew."""
    is_news = outside.remember(asked.lookup, asked.value, answer=answer, at=at)
    learnt = Learnt(parts={asked.lookup: answer}, answered=frozenset({asked.lookup}))
    redecide(asked.account_pk, cause=Cause.CHECK, at=at, learnt=learnt)
    ageing.learnt(asked.account_pk, Evidence(asked.lookup), at=at)
    if is_news:
        tell_others(asked, at=at)


def tell_others(asked: Question, *, at: datetime) -> int:
    """Have the others who showed the value looked at again, by the answer that is known now; how many there are."""
    shown = outside.shown_as(asked.lookup, asked.value)
    if shown is None:
        return 0
    kind, value = shown
    return ageing.hasten(News(Evidence(asked.lookup), kind, [value], but=asked.account_pk), at=at)


def given_up(asked: Question, *, at: datetime) -> None:
    """Nobody answered in time: the fact stays unknown, and the account no longer waits for it."""
    learnt = Learnt(missing={asked.lookup: GIVEN_UP})
    redecide(asked.account_pk, cause=Cause.CHECK, at=at, learnt=learnt)


def _pending(signup: Signup) -> tuple[str, ...]:
    last = Assessment.objects.filter(subject=signup.account_id).order_by("-id").values_list("facts", flat=True)[0]
    return Facts.from_json(last).pending


def _registration(signup: Signup) -> Registration:
    told = {name: signup.person.get(name) for name in ("email", "name", "phone")}
    return Registration(account_id=signup.account.account_id, **told)

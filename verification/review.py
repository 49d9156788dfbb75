"""An analyst gives a word on an account: approve, deny or hold, with a note that says why."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from config.lib import audit
from risk.facts import Word
from tiers.models import Account
from verification import claims, labelling
from verification.appeals import answered_by
from verification.decide import Decision
from verification.events import AccountReviewed, Happening
from verification.models import Case, Review
from verification.recheck import redecide
from verification.sharing_models import CASE_OF_PARTNER
from verification.states import Cause


class NoteMissing(ValueError):
    """A word without a note: nobody could later say why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word with the note that says why, and a reason to count it by, where one was chosen."""

    word: Word
    note: str
    reason: str = ""


def give_word(account_pk: int, *, word: Word, note: str, analyst: User, at: datetime) -> Decision:
    """Say a word with a note alone. Raises as `say`."""
    return say(account_pk, Said(word, note), analyst=analyst, at=at)


def say(account_pk: int, said: Said, *, analyst: User, at: datetime) -> Decision:
    """Record an analyst's word, in the audit log too, and decide again. It answers open appeals and partner's rings.

    Raises:
        NoteMissing: the note is empty.
        verification.appeals.NotYours: an appeal is open, of what this analyst decided.
        verification.claims.ClaimedByAnother: somebody else has the account's case.

    """
    word = said.word
    if not said.note.strip():
        raise NoteMissing

    def change(account: Account) -> list[Happening]:
        claims.take(account.pk, analyst=analyst, at=at)
        appeal = answered_by(account, word, analyst=analyst, at=at)
        review = Review.objects.create(
            account=account, word=word, note=said.note, reason=said.reason, analyst=analyst, at=at
        )
        labelling.of_review(review)
        Case.objects.filter(account=account, kind=CASE_OF_PARTNER, closed_at=None).update(closed_at=at)
        _audit(analyst, f"account.{word}", account, [review.pk])
        return [AccountReviewed(account.account_id, word), *appeal]

    return redecide(account_pk, cause=Cause.REVIEW, at=at, change=change)


def withdraw_word(account_pk: int, *, note: str, analyst: User, at: datetime) -> Decision:
    """Take every word on an account back, so that the score speaks again.

    Raises:
        NoteMissing: the note is empty.
        verification.claims.ClaimedByAnother: somebody else has the account's case.

    """
    if not note.strip():
        raise NoteMissing

    def change(account: Account) -> list[Happening]:
        claims.take(account.pk, analyst=analyst, at=at)
        standing = account.reviews.filter(withdrawn_at=None)
        withdrawn = list(standing.values_list("pk", flat=True))
        standing.update(withdrawn_at=at, withdrawn_note=note)
        labelling.of_withdrawal(account, withdrawn, at=at)
        _audit(analyst, "account.withdraw", account, withdrawn)
        return [AccountReviewed(account.account_id, "withdrawn")]

    return redecide(account_pk, cause=Cause.REVIEW, at=at, change=change)


def _audit(analyst: User, act: str, account: Account, reviews: list[int]) -> None:
    """The log keeps ids; the notes stand with the reviews, where they can be erased with the person."""
    audit.append(actor=f"user:{analyst.pk}", act=act, subject=f"account:{account.pk}", details={"reviews": reviews})

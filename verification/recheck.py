"""Looking again: an account is judged anew on what is known of it now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from risk.facts import Facts, Word
from risk.identifiers import IdentifierKind
from risk.learnt import NOTHING, Learnt
from risk.lookups.listed import listed_again
from risk.models import Assessment, Identifier
from tiers.models import Account
from verification import outbox, reported
from verification.decide import Decision, Matter, decide
from verification.events import Happening, ProofLapsed
from verification.models import Proof, Signup
from verification.states import Cause

Change = Callable[[Account], Sequence[Happening]]


def redecide(
    account_pk: int, *, cause: Cause, at: datetime, change: Change | None = None, learnt: Learnt = NOTHING
) -> Decision:
    """Lock the account, make the change that calls for a new decision, and decide, all in one transaction.

    `learnt` is what became known since the last assessment. Its lookups were made before, outside of the transaction.
    """
    with transaction.atomic():
        # Its key stays: events of the account can be written meanwhile, by those who hold one of its checks.
        account = Account.objects.select_for_update(no_key=True).get(pk=account_pk)
        # Locked before its checks are, in the order of those who ask for a check: else one would wait for the other.
        # What the person sent is not needed to decide, and stays unread: a lost data key stops no decision.
        signup = Signup.objects.select_for_update(no_key=True).defer("person").get(account=account)
        happened = change(account) if change else []
        outbox.write([(account, event) for event in happened], at=at)
        facts = with_lists(learnt.onto(facts_now(account, at, learnt=learnt)), account, learnt)
        (decision,) = decide([Matter(account, signup, facts, learnt.identifiers)], cause=cause)
    return decision


def with_lists(facts: Facts, account: Account, learnt: Learnt = NOTHING) -> Facts:
    """Lists change without the account's doing: they are looked up anew each time."""
    shown = set(Identifier.objects.filter(subject=account.pk).values_list("kind", "value"))
    return replace(facts, listed=listed_again(facts, shown | set(learnt.identifiers.items())))


def facts_now(account: Account, at: datetime, *, learnt: Learnt = NOTHING) -> Facts:
    """The facts of the last assessment, with proofs, reports and the analyst's word as they are at `at`."""
    reports = reported.of_account(account, shown_now=_cards(learnt))
    proofs = {
        proof.kind
        for proof in account.proofs.filter(lapsed_at=None, lapses_at__gt=at)
        if not reported.voids(reports, proof)
    }
    word = account.reviews.filter(withdrawn_at=None).order_by("-at", "-id").values_list("word", flat=True).first()
    return replace(
        facts_last(account),
        at=at,
        proofs=tuple(sorted(proofs)),
        reports=reported.kinds(reports),
        word=Word(word) if word else None,
    )


def facts_last(account: Account) -> Facts:
    """The facts of the last assessment."""
    last = Assessment.objects.filter(subject=account.pk).order_by("-id").values_list("facts", flat=True)[0]
    return Facts.from_json(last)


def _cards(learnt: Learnt) -> list[int]:
    return [value for kind, value in learnt.identifiers.items() if kind is IdentifierKind.CARD]


def next_due() -> datetime | None:
    """When the next proof lapses; None while none counts."""
    due: datetime | None = Proof.objects.filter(lapsed_at=None).aggregate(due=Min("lapses_at"))["due"]
    return due


def lapse_due(at: datetime) -> list[Decision]:
    """Every proof past its half-life lapses, and its account's tier follows."""
    due = Proof.objects.filter(lapsed_at=None, lapses_at__lte=at).order_by("lapses_at")
    accounts = dict.fromkeys(due.values_list("account__pk", flat=True))
    return [
        redecide(account, cause=Cause.EXPIRY, at=at, change=lambda account: _lapse(account, at)) for account in accounts
    ]


def _lapse(account: Account, at: datetime) -> list[Happening]:
    lapsed = list(account.proofs.filter(lapsed_at=None, lapses_at__lte=at).order_by("id"))
    account.proofs.filter(pk__in=[proof.pk for proof in lapsed]).update(lapsed_at=at)
    return [ProofLapsed(account.account_id, proof.kind) for proof in lapsed]

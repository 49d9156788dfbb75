"""What is known of accounts now: the facts of their last decisions, with all that changes without their doing.

Any number of accounts costs the same few queries, so that thousands can be decided again as one is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.db import connection

from config.lib.sqlarrays import array
from risk.facts import Facts, OverrideFacts, Word
from risk.identifiers import IdentifierKind
from risk.learnt import NOTHING, Learnt
from risk.lookups.listed import Asked, listed_again
from risk.lookups.rings import rings_of
from tiers.models import Account, Override
from verification import reported
from verification.models import Proof, Review

FACTS = msgspec.json.Decoder(Facts)
LAST_SQL = """
SELECT wanted.subject, last.facts::text
FROM unnest(%s::bigint[]) wanted(subject)
CROSS JOIN LATERAL (SELECT facts FROM risk_assessment WHERE subject = wanted.subject ORDER BY id DESC LIMIT 1) last
"""
SHOWN_SQL = "SELECT subject, kind, value FROM risk_identifier WHERE subject = ANY(%s::bigint[])"
Shown = set[tuple[int, int]]  # kinds and values of identifiers


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that an account was decided on last, and those that it would be decided on now."""

    last: Facts
    now: Facts


def known(accounts: Sequence[Account], *, at: datetime, learnt: Learnt = NOTHING) -> dict[int, Known]:
    """What is known of accounts, by their keys. One that was never decided is left out.

    `now` is no earlier than the last decision. `learnt` is what became known meanwhile of the one account asked for.

    Raises:
        msgspec.MsgspecError: the stored facts of one are not of their form.

    """
    last = facts_last([account.pk for account in accounts])
    shown = _shown(last, learnt)
    reports = reported.of_accounts({pk: _cards(values) for pk, values in shown.items()})
    moments = {pk: max(at, facts.at) for pk, facts in last.items()}
    proofs = _proofs(moments, reports)
    words, rings, overrides = _words(last), rings_of(last), _overrides(moments)
    days = {account.pk: account.earned_days for account in accounts}
    learned = {pk: facts if learnt is NOTHING else learnt.onto(facts) for pk, facts in last.items()}
    asked = [Asked(facts, moments[pk], shown[pk]) for pk, facts in learned.items()]
    on_lists = dict(zip(learned, listed_again(asked), strict=True))
    now = {
        pk: replace(
            facts,
            at=moments[pk],
            proofs=proofs.get(pk, ()),
            reports=reported.kinds(reports.get(pk, ())),
            word=words.get(pk),
            ring=rings.get(pk),
            earned_days=days[pk],
            override=overrides.get(pk),
            listed=on_lists[pk],
        )
        for pk, facts in learned.items()
    }
    return {pk: Known(last[pk], facts) for pk, facts in now.items()}


def facts_last(account_pks: Sequence[int]) -> dict[int, Facts]:
    """The facts of the last assessments. Raises msgspec.MsgspecError where they are not of their form."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_SQL, [array(account_pks)])
        return {pk: FACTS.decode(facts) for pk, facts in cursor.fetchall()}


def _shown(subjects: Mapping[int, object], learnt: Learnt) -> dict[int, Shown]:
    shown: dict[int, Shown] = {pk: set(learnt.identifiers.items()) for pk in subjects}
    with connection.cursor() as cursor:
        cursor.execute(SHOWN_SQL, [array(subjects)])
        for pk, kind, value in cursor.fetchall():
            shown[pk].add((kind, value))
    return shown


def _cards(shown: Shown) -> set[int]:
    return {value for kind, value in shown if kind == IdentifierKind.CARD}


def _proofs(
    moments: Mapping[int, datetime], reports: Mapping[int, Sequence[reported.Standing]]
) -> dict[int, tuple[str, ...]]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for proof in Proof.objects.filter(account__in=moments, lapsed_at=None):
        counts = proof.lapses_at > moments[proof.account_id]
        if counts and not reported.voids(reports.get(proof.account_id, ()), proof):
            kinds[proof.account_id].add(proof.kind)
    return {pk: tuple(sorted(found)) for pk, found in kinds.items()}


def _words(subjects: Mapping[int, object]) -> dict[int, Word]:
    standing = Review.objects.filter(account__in=subjects, withdrawn_at=None).order_by("account", "-at", "-id")
    return {pk: Word(word) for pk, word in standing.distinct("account").values_list("account_id", "word")}


def _overrides(moments: Mapping[int, datetime]) -> dict[int, OverrideFacts]:
    standing = Override.objects.filter(account__in=moments, ended_at=None)
    return {
        one.account_id: OverrideFacts(one.tier, one.until, one.pk)
        for one in standing
        if one.until > moments[one.account_id]
    }

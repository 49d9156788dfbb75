"""Every stored assessment judged again from its stored facts, by the policy version that it names, and compared.

The promise is bit for bit: outcome, score, prior, reasons in their order with weights and evidence, what was unknown;
and the tier that followed, against the grants and, for an account's last assessment, where the account stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from django.db import connection

from risk.facts import Facts
from risk.models import Assessment, StoredPolicy
from risk.policies.store import Version, parsed
from risk.scoring import Verdict, judge
from tiers.standing import stand
from verification.backtesting import FACTS, Progress
from verification.shards import Range, ranges, shared

READ_SQL = """
SELECT assessment.id, account.account_id, assessment.policy_digest, assessment.facts::text, assessment.outcome,
       assessment.score, assessment.prior, assessment.reasons::text, assessment.unknown::text,
       (SELECT tier FROM tiers_grant WHERE account_id = assessment.subject AND assessment_id <= assessment.id
        ORDER BY version DESC LIMIT 1),
       NOT EXISTS (SELECT FROM risk_assessment later
                   WHERE later.subject = assessment.subject AND later.id > assessment.id),
       account.tier, account.outcome, account.score, account.held
FROM risk_assessment assessment LEFT JOIN tiers_account account ON account.id = assessment.subject
WHERE assessment.id BETWEEN %s AND %s AND assessment.at >= %s AND assessment.at < %s
ORDER BY assessment.id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An assessment with what followed from it, as the database has it."""

    id: int
    account_id: str | None
    policy: str
    facts: str
    outcome: str
    score: float
    prior: float
    reasons: str
    unknown: str
    granted: str | None  # the account's tier by its grants, up to this assessment
    last: bool  # the account's last assessment: it tells where the account stands
    tier: str
    account_outcome: str
    account_score: float
    held: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """An assessment that does not come out as it is stored: place -> (stored, judged again)."""

    assessment: int
    account_id: str | None
    what: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Agreement:
    """How many come out as stored, and those that do not."""

    agree: int = 0
    differences: list[Difference] = field(default_factory=list)


def rejudge(*, since: datetime, until: datetime, workers: int, progress: Progress) -> Iterator[Agreement]:
    """Judge all assessments of a time again, range by range, in any order."""
    for part in shared(partial(rejudge_range, since, until), ranges(Assessment.objects.all()), workers=workers):
        progress(1)
        yield part


def rejudge_range(since: datetime, until: datetime, ids: Range) -> Agreement:
    """Judge the assessments in a range of ids again."""
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, [*ids, since, until])
        kept = [Kept(*row) for row in cursor.fetchall()]
    found = Agreement()
    for one in kept:
        what = differing(one)
        if what:
            found.differences.append(Difference(one.id, one.account_id, what))
        else:
            found.agree += 1
    return found


def differing(kept: Kept) -> dict[str, tuple[Any, Any]]:
    """What does not come out as stored; nothing, if all does."""
    try:
        version = parsed(kept.policy)
        facts = FACTS.decode(kept.facts)
        verdict = judge(facts, version.policy)
        return {
            place: (stored, now)
            for place, (stored, now) in _beside(kept, verdict, version, facts).items()
            if stored != now
        }
    except StoredPolicy.DoesNotExist:
        return {"policy": (kept.policy, "not stored")}
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as fault:
        return {"facts": ("stored", f"cannot be judged: {type(fault).__name__}: {fault}")}


def _beside(kept: Kept, verdict: Verdict, version: Version, facts: Facts) -> dict[str, tuple[Any, Any]]:
    placement = stand(facts, verdict, version)
    beside = {
        "policy": (kept.policy, verdict.policy),
        "outcome": (kept.outcome, str(verdict.outcome)),
        "score": (kept.score, verdict.score),
        "prior": (kept.prior, verdict.prior),
        "reasons": (msgspec.json.decode(kept.reasons), msgspec.json.decode(msgspec.json.encode(verdict.reasons))),
        "unknown": (msgspec.json.decode(kept.unknown), dict(verdict.unknown)),
        "granted tier": (kept.granted, placement.rung.tier),
    }
    if kept.last:
        beside |= {
            "account tier": (kept.tier, placement.rung.tier),
            "account outcome": (kept.account_outcome, str(verdict.outcome)),
            "account score": (kept.account_score, verdict.score),
            "held": (kept.held, placement.held),
        }
    return beside

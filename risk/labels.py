"""Labels: what reports and analysts' words say an account was, and which of several prevails. Pure.

A label is what learning and measuring hold for the truth, so each has its source, its delay (from `at`, when it
happened, to `known_at`, when we heard) and its trust. The numbers are set by hand, for want of a history that somebody
looked through twice; docs/calibration.md says so too. They are chances that the label is right, 0 to 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from risk.facts import ReportKind, Word


class LabelSource(StrEnum):
    """Who says so, and of what kind it is."""

    CONFIRMED = "confirmed"
    ANALYST_DENY = "analyst_deny"
    CHARGEBACK = "chargeback"
    ABUSE = "abuse"
    FRAUD_WARNING = "fraud_warning"
    OVERTURNED = "overturned"
    ANALYST_APPROVE = "analyst_approve"
    CLEARED = "cleared"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a source's labels say, and how far to trust them. `ends`: they prevail whatever was said before them."""

    abuse: bool
    trust: float
    ends: bool = False


SOURCES: Mapping[LabelSource, Worth] = {
    # Somebody looked into it and wrote the finding down: the best that there is to hold a score against.
    LabelSource.CONFIRMED: Worth(abuse=True, trust=1.0),
    # One person's judgement on what the console shows; the note says why, and nobody looked twice.
    LabelSource.ANALYST_DENY: Worth(abuse=True, trust=0.9),
    # The bank took the money back. A stolen card and a friendly fraud both are abuse; a cardholder who did not
    # recognise the name on the statement is not, and is what the tenth is for.
    LabelSource.CHARGEBACK: Worth(abuse=True, trust=0.9),
    # The product's own eyes, often a rule of theirs, with nobody's second look.
    LabelSource.ABUSE: Worth(abuse=True, trust=0.8),
    # The bank's suspicion, before the cardholder has said anything.
    LabelSource.FRAUD_WARNING: Worth(abuse=True, trust=0.7),
    # An analyst confirmed the ring that the account is in: looked at as a whole, and not account by account.
    LabelSource.RING: Worth(abuse=True, trust=0.8),
    # An appeal or review heard both sides: as good as an investigation.
    LabelSource.OVERTURNED: Worth(abuse=False, trust=1.0, ends=True),
    # As the denial: the same desk, the same look.
    LabelSource.ANALYST_APPROVE: Worth(abuse=False, trust=0.9),
    # The product takes back what was reported, by whomever.
    LabelSource.CLEARED: Worth(abuse=False, trust=0.9, ends=True),
}

# A dispute is a quarrel over goods, and a hold is no finding: neither says what the account is.
OF_REPORT: Mapping[ReportKind, LabelSource] = {
    ReportKind.CONFIRMED: LabelSource.CONFIRMED,
    ReportKind.CHARGEBACK: LabelSource.CHARGEBACK,
    ReportKind.ABUSE: LabelSource.ABUSE,
    ReportKind.FRAUD_WARNING: LabelSource.FRAUD_WARNING,
    ReportKind.CLEARED: LabelSource.CLEARED,
    ReportKind.OVERTURNED: LabelSource.OVERTURNED,
}
OF_WORD: Mapping[Word, LabelSource] = {
    Word.DENY: LabelSource.ANALYST_DENY,
    Word.APPROVE: LabelSource.ANALYST_APPROVE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One stored label. `takes_back` is the key of an earlier one that it takes back, and then it says nothing else."""

    key: int
    subject: int
    known_at: datetime
    source: LabelSource
    abuse: bool
    trust: float
    takes_back: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an account is held to be: abusive or honest, how surely, since when that was known, and by which label."""

    subject: int
    abuse: bool
    trust: float
    known_at: datetime
    reference: str = field(default="", compare=False)


def verdict_of(labels: Iterable[Said]) -> Judged | None:
    """What several labels of one account come to; None where none is left.

    In the order in which they were heard, one of at least the trust of what stands prevails over it, and one that ends
    what was said before always does. Labels taken back are passed over.
    """
    heard = sorted(labels, key=lambda label: (label.known_at, label.key))
    gone = {label.takes_back for label in heard}
    standing: Said | None = None
    for label in heard:
        if label.takes_back is not None or label.key in gone:
            continue
        if standing is None or SOURCES[label.source].ends or label.trust >= standing.trust:
            standing = label
    if standing is None:
        return None
    return Judged(standing.subject, standing.abuse, standing.trust, standing.known_at, standing.reference)

"""All that the page of one signup shows, read in a fixed number of queries."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from config.lib.crypto import DecryptionError
from config.lib.models import AuditEntry
from risk.models import Assessment, RingMember
from tiers.grants import history
from tiers.models import Account, Grant, LapseNotice, Override
from verification import reported
from verification.appeal_models import Appeal
from verification.appeals import decided_before
from verification.console.priority import with_priority
from verification.console.readable import masked_person
from verification.console.ring_members import why_lines
from verification.console.ruling import Ruling, ruling_on
from verification.console.sightings import Sightings, sightings
from verification.console.surroundings import Surroundings, surroundings
from verification.console.waiting import waiting_cases
from verification.desk_models import AccountNote
from verification.exposure import could_have_taken, took
from verification.models import Case, Check, Proof, Report, Review, Signup
from verification.recheck_models import Recheck
from verification.sharing_models import PartnerCase

SHOWN = 50  # of each history, the newest
USER = "user:"  # how the audit log names people


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An audit entry with its actor by name."""

    entry: AuditEntry
    actor: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class SetByHand:
    """An entry of the record of tiers set by hand, with those who set and ended it by name."""

    entry: Override
    who: str
    who_ended: str


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal with what the person wrote."""

    appeal: Appeal
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the page shows."""

    signup: Signup
    account: Account
    person: Sequence[tuple[str, str]]
    latest: int
    ruling: Ruling
    assessments: Sequence[Assessment]
    checks: Sequence[Check]
    proofs: Sequence[Proof]
    grants: Sequence[Grant]
    overrides: Sequence[SetByHand]
    notices: Sequence[LapseNotice]
    reviews: Sequence[Review]
    rechecks: Sequence[Recheck]
    ring: RingMember | None
    could: int  # requests that it could have made before its ring was contained; 0 in none
    took: int | None  # requests that it made until then; None: no use is reported
    reports: Sequence[Report]
    in_force: Sequence[reported.Standing]
    appeals: Sequence[AppealLine]
    decided_before: set[int]  # the keys of those who are not to answer the appeal that is open
    cases: Sequence[Case]  # that are open, the most pressing first
    next_case: Case | None
    audit: Sequence[AuditLine]
    notes: Sequence[AccountNote]
    around: Surroundings
    partner_cases: Sequence[PartnerCase]  # what partners told of rings that the account is of, the newest first
    sightings: Sightings  # of its devices, a page

    @property
    def void(self) -> set[int]:
        """The keys of proofs that do not count for what was reported."""
        return {proof.pk for proof in self.proofs if reported.voids(self.in_force, proof)}

    @property
    def word(self) -> Review | None:
        """The word that holds, if any."""
        return next((review for review in self.reviews if review.withdrawn_at is None), None)

    @property
    def ring_why(self) -> list[str]:
        """Why the account is in its ring, in words."""
        return why_lines(self.ring) if self.ring else []

    @property
    def appeal(self) -> Appeal | None:
        """The appeal that is open, if any."""
        return next((line.appeal for line in self.appeals if line.appeal.answered_at is None), None)

    @property
    def override(self) -> Override | None:
        """The tier that is set by hand, if any."""
        return next((each.entry for each in self.overrides if each.entry.ended_at is None), None)


def open_dossier(signup: Signup, *, chosen: int | None = None, seen_page: int = 1) -> Dossier:
    """Everything on a signup, whose account is loaded. `chosen` is the assessment to draw: by default the latest.

    `seen_page` is the page of the sightings of its devices.

    Raises:
        Assessment.DoesNotExist: `chosen` is no assessment of this account.

    """
    account = signup.account
    of_account = Assessment.objects.filter(subject=account.pk)
    assessed = list(of_account.defer("facts", "reasons", "unknown").order_by("-id")[:SHOWN])
    latest = assessed[0].pk
    entries = list(AuditEntry.objects.filter(subject=f"account:{account.pk}").order_by("-seq")[:SHOWN])
    overrides = list(account.overrides.order_by("-pk")[:SHOWN])
    names = _names(
        [*(entry.actor for entry in entries), *(by for each in overrides for by in (each.by, each.ended_by))]
    )
    of_partners = PartnerCase.objects.select_related("case", "local_ring")
    ring = RingMember.objects.select_related("ring").filter(subject=account.pk, left_at=None).first()
    return Dossier(
        signup=signup,
        account=account,
        person=_person(signup),
        latest=latest,
        ruling=ruling_on(account, chosen=chosen, latest=latest),
        assessments=assessed,
        checks=list(signup.checks.select_related("message").order_by("-id")[:SHOWN]),
        proofs=list(account.proofs.order_by("-id")[:SHOWN]),
        grants=list(history(account).order_by("-version")[:SHOWN]),
        overrides=[SetByHand(each, names[each.by], names[each.ended_by]) for each in overrides],
        notices=list(account.lapse_notices.order_by("-at", "-pk")[:SHOWN]),
        reviews=list(account.reviews.select_related("analyst").order_by("-at", "-id")[:SHOWN]),
        rechecks=list(account.rechecks.order_by("evidence")),
        ring=ring,
        could=could_have_taken([account.pk], at=timezone.now())[account.pk] if ring else 0,
        took=took([account.pk], at=timezone.now())[account.pk] if ring else None,
        reports=list(reported.reports_of(account)[:SHOWN]),
        in_force=reported.of_account(account),
        **_appeals(account),
        **_cases(account),
        audit=[AuditLine(entry, names[entry.actor], _details(entry)) for entry in entries],
        notes=list(account.notes.select_related("by").order_by("-at", "-pk")[:SHOWN]),
        around=surroundings(account, at=timezone.now()),
        partner_cases=list(of_partners.filter(case__account=account).order_by("-pk")[:SHOWN]),
        sightings=sightings(account, page=seen_page),
    )


def _person(signup: Signup) -> list[tuple[str, str]]:
    """What was sent is loaded only here, so that a page is shown even where no key opens it any more."""
    try:
        return masked_person(signup.person)
    except DecryptionError:
        return [("person", "cannot be read: no key in GATEHOUSE_DATA_KEYS opens it")]


def _appeals(account: Account) -> dict[str, Any]:
    """What the person asked for, and who may not answer it."""
    newest = account.appeals.defer("said").select_related("answered_by").order_by("-opened_at", "-pk")
    appeals = list(newest[:SHOWN])
    is_open = any(appeal.answered_at is None for appeal in appeals)
    said = _said(appeals) if appeals else {}
    return {
        "appeals": [AppealLine(appeal, said.get(appeal.pk, ())) for appeal in appeals],
        "decided_before": decided_before(account) if is_open else set(),
    }


def _said(appeals: Iterable[Appeal]) -> dict[int, list[str]]:
    """What people wrote; nothing where no key opens it any more."""
    texts: Any = Appeal.objects.filter(pk__in=[appeal.pk for appeal in appeals]).values_list("pk", "said")
    try:
        return {pk: [each["text"] for each in said] for pk, said in texts}
    except DecryptionError:
        return {}


def _cases(account: Account) -> dict[str, Any]:
    """The open cases of this account, and the oldest open case of any other: where to go on."""
    others = waiting_cases().exclude(account=account).select_related("account__signup").defer("account__signup__person")
    own = with_priority(account.cases.filter(closed_at=None), now=timezone.now()).select_related("claimed_by")
    return {"cases": list(own.order_by("-priority")), "next_case": others.first()}


def _details(entry: AuditEntry) -> str:
    """What an entry keeps beside the act, in one line."""
    told = json.loads(entry.details_json)
    return ", ".join(f"{name} {value}" for name, value in told.items() if value not in ("", [], None))


def _names(actors: Iterable[str]) -> Mapping[str, str]:
    """What the audit log names people by, and their names; others keep what they are called there."""
    named = set(actors)
    keys = {actor.removeprefix(USER) for actor in named if actor.startswith(USER)}
    names = dict(get_user_model().objects.filter(pk__in=keys).values_list("pk", "username"))
    people = {f"{USER}{key}": name for key, name in names.items()}
    return {actor: people.get(actor, actor) for actor in named}

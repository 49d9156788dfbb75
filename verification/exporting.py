"""Everything that is known of a person in one archive: a plain page to read, and JSON for programs.

It is made for the person (GDPR, Articles 15 and 20). Decisions are explained: what was looked at, which way it spoke
and how much, what the outcome was and what can be done about it. Which detector found what is left out, and what would
tell of others: whoever is told that learns how not to be found (recital 63; Article 15(4)). `full` has that too, for a
court or an authority. Codes and keys are in neither.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.template.loader import render_to_string

from config.lib import audit
from config.lib.crypto import DecryptionError
from risk.devices import user_of
from risk.facts import Facts
from risk.findings import Family
from risk.kinds import IdentifierKind
from risk.models import Assessment, Identifier, Label, RingMember, Sighting, UsageWindow
from risk.outcome import Outcome
from tiers.ladder import CheckKind, NextStep
from tiers.models import Account, Grant, LapseNotice, Override
from tiers.standing import next_steps
from verification.appeal_models import Appeal
from verification.desk_models import AccountNote
from verification.explanation import explain
from verification.models import Case, Check, Event, Message, Passkey, Proof, Report, Review, Signup
from verification.proving import on_offer
from verification.recheck_models import Recheck
from verification.sharing_models import PartnerMatch
from verification.webhook_models import WebhookDelivery

Rows = list[dict[str, Any]]

ABOUT: Final[Mapping[Family, str]] = {
    Family.DEVICE: "your device and browser",
    Family.AUTOMATION: "whether a person or a program used the page",
    Family.NETWORK: "the network you came from",
    Family.EDGE: "how your browser connects",
    Family.MAILBOX: "your e-mail address",
    Family.PHONE: "your phone number",
    Family.CARD: "your payment card",
    Family.FORM: "how the form was filled in",
    Family.VELOCITY: "how many others signed up with the same values",
    Family.RULE: "rules of the service that you signed up for",
    Family.REPORT: "what was reported of the account",
    Family.RING: "how alike the account is to others",
    Family.LIST: "lists of the service that you signed up for",
    Family.CONDUCT: "how the account is used",
    Family.STANDING: "what speaks for you, such as checks that you passed",
}
MUCH, SOME = 2.0, 0.7  # log-odds: seven times, and twice as likely
LEFT_OUT = ("listed", "ring", "pairs", "eased", "velocity", "forced")  # facts that tell of others, or of detectors
HASHED = {kind: kind.name.lower().replace("_", " ") for kind in IdentifierKind}


def export(account: Account, *, by: str, at: datetime, full: bool = False) -> bytes:
    """The archive, as a zip. That it was made is in the audit log; `by` as there."""
    files = _files(account, full=full)
    page = {"account": account, "made_at": at, "full": full, **_page(account, files)}
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", render_to_string("pages/person.html", page))
        for name, content in files.items():
            archive.writestr(name, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
    details = {"full": full, "files": len(files) + 1}
    audit.append(actor=by, act="person.export", subject=f"account:{account.account_id}", details=details)
    return told.getvalue()


def _files(account: Account, *, full: bool) -> dict[str, Any]:
    signup = Signup.objects.filter(account=account).first()
    checks = Check.objects.filter(signup=signup)
    sightings = Sighting.objects.filter(used_by=user_of(account.account_id)).order_by("pk")
    return {
        "person.json": _person(signup),
        "account.json": _account(account, signup),
        "decisions.json": [_decision(each, full=full) for each in _of(Assessment, account).order_by("pk")],
        "tiers.json": {
            "history": _rows(Grant.objects.filter(account=account).order_by("at"), "at tier cause until"),
            "set_by_hand": _rows(Override.objects.filter(account=account), "tier at until note ended_at ended_note"),
            "notices": _rows(LapseNotice.objects.filter(account=account), "at kind tier after falls_at mailed_at"),
        },
        "checks.json": {
            "asked": _rows(checks, "kind status requested_at sent_at expires_at channel tries"),
            "messages": _rows(Message.objects.filter(check_asked__in=checks), "at country carrier prefix entered_at"),
            "proofs": _rows(Proof.objects.filter(account=account), "kind passed_at lapses_at lapsed_at"),
            "passkeys": _rows(Passkey.objects.filter(account=account), "created_at last_used_at transports"),
            "looked_at_again": _rows(Recheck.objects.filter(account=account), "evidence due_at looked_at"),
        },
        "reviews.json": {
            "words": _rows(Review.objects.filter(account=account), "word note at withdrawn_at withdrawn_note"),
            "cases": _rows(Case.objects.filter(account=account), "kind opened_at closed_at"),
            "reports": _rows(Report.objects.filter(account=account), "source kind at detail withdrawn_at"),
            "labels": _rows(_of(Label, account), "at known_at source abuse trust"),
            "appeals": [_appeal(each) for each in Appeal.objects.filter(account=account).order_by("pk")],
            "notes": _rows(AccountNote.objects.filter(account=account), "at text"),
        },
        "partners.json": _rows(_of(PartnerMatch, account), "at indicator__partner__name indicator__of"),
        "device.json": [_sighting(each) for each in sightings],
        "usage.json": _rows(
            _of(UsageWindow, account).order_by("start"), "start provider country requests input_tokens output_tokens"
        ),
        "links.json": _links(account, full=full),
        **({"probing.json": _rows(account.probings.order_by("pk"), "public_id source since last_at")} if full else {}),
        "events.json": _rows(Event.objects.filter(account=account).order_by("pk"), "type at data"),
        "sent_on.json": _rows(
            WebhookDelivery.objects.filter(event__account=account).order_by("pk"), "event__type at status settled_at"
        ),
    }


def _appeal(appeal: Appeal) -> dict[str, Any]:
    try:
        said = appeal.said
    except DecryptionError:
        said = "unreadable"
    return {
        "opened_at": appeal.opened_at,
        "said": said,
        "result": appeal.result,
        "answered_at": appeal.answered_at,
        "note": appeal.note,
    }


def _of(model: Any, account: Account) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(subject=account.pk)
    return rows


def _rows(rows: QuerySet[Any], fields: str) -> Rows:
    """In the order in which they came, where nothing else is asked for."""
    return list((rows if rows.ordered else rows.order_by("pk")).values(*fields.split()))


def _person(signup: Signup | None) -> dict[str, Any]:
    """What was sent, as it was sent."""
    try:
        return dict(signup.person) if signup is not None else {}
    except DecryptionError:
        return {"unreadable": "Its key is no longer among those of this installation."}


def _account(account: Account, signup: Signup | None) -> dict[str, Any]:
    return {
        "account_id": account.account_id,
        "created_at": account.created_at,
        "tier": account.tier,
        "outcome": account.outcome,
        "held": account.held,
        "signed_up_for": signup and signup.application,
        "came_by": signup and signup.source,
        "days_of_ordinary_use": account.earned_days,
    }


def _decision(assessment: Assessment, *, full: bool) -> dict[str, Any]:
    told = {
        "at": assessment.at,
        "because": assessment.cause,
        "outcome": assessment.outcome,
        "likelihood_of_abuse": f"{assessment.score:.0f} of 100",
        "looked_at": _looked_at(assessment.reasons),
        "could_not_be_seen": sorted(set(assessment.unknown.values())),
        "facts": {name: value for name, value in assessment.facts.items() if full or name not in LEFT_OUT},
        "policy": assessment.policy_digest,
    }
    return {**told, "reasons": assessment.reasons, "prior": assessment.prior} if full else told


def _looked_at(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What counted, by what it was about: which way it spoke, and how much."""
    sums: dict[str, float] = {}
    for reason in reasons:
        sums[reason["family"]] = sums.get(reason["family"], 0.0) + reason["weight"]
    known = {family: weight for family, weight in sums.items() if family in set(Family)}
    return [
        {"about": ABOUT[Family(family)], "spoke": "against you" if weight > 0 else "for you", "how_much": _how(weight)}
        for family, weight in sorted(known.items(), key=lambda each: -abs(each[1]))
    ]


def _how(weight: float) -> str:
    if abs(weight) >= MUCH:
        return "much"
    return "some" if abs(weight) >= SOME else "little"


def _sighting(sighting: Sighting) -> dict[str, Any]:
    try:
        return {"at": sighting.at, "application": sighting.application, "seen": sighting.report}
    except DecryptionError:
        return {"at": sighting.at, "application": sighting.application, "seen": None}


def _links(account: Account, *, full: bool) -> dict[str, Any]:
    """What others are found by: that there is a keyed hash of it, and since when. The hash leads nowhere outside."""
    kept = _of(Identifier, account).order_by("at").values_list("kind", "at").distinct()
    rings = RingMember.objects.filter(subject=account.pk).select_related("ring").order_by("pk")
    told = {
        "kept_as_keyed_hashes": [{"of": HASHED[IdentifierKind(kind)], "since": at} for kind, at in kept],
        "counted_among_alike_accounts": [{"since": each.joined_at, "until": each.left_at} for each in rings],
    }
    return {**told, "rings": [{"ring": each.ring.public_id, "why": each.why} for each in rings]} if full else told


def _page(account: Account, files: Mapping[str, Any]) -> dict[str, Any]:
    """What the plain page shows."""
    told = explain(Outcome(account.outcome), _steps(account))
    return {
        "title": told.title,
        "texts": told.texts,
        "ways": [[str(ask.text) for ask in way] for way in told.ways],
        "sent": _flat(files["person.json"]),
        "decisions": files["decisions.json"],
        "checks": files["checks.json"]["asked"],
        "words": files["reviews.json"]["words"],
        "names": sorted(files),
    }


def _steps(account: Account) -> tuple[NextStep, ...]:
    last = _of(Assessment, account).order_by("-pk").first()
    if last is None:
        return ()
    possible = frozenset(kind for kind in CheckKind if on_offer(kind))
    return next_steps(Facts.from_json(last.facts), Outcome(account.outcome), account.score, possible=possible)


def _flat(sent: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name, value in sent.items():
        label = f"{before}{name}".replace("_", " ")
        lines += _flat(value, f"{label}: ") if isinstance(value, Mapping) else [(label, _text(value))]
    return lines


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(msgspec.to_builtins(value))

"""Accounts here are held against the marks that partners told of.

A mark is of a value that nobody here knows, so lists cannot find it: each account's own values are marked under each
partner's key instead, and looked for. Newcomers within a minute; all of before where a partner told something new. What
is found becomes an entry of a list by the value's own keyed hash, and then reaches every account that showed it, and
who shows it next, as any entry does.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from config.lib.advisory import alone
from config.lib.crypto import DecryptionError, decrypt
from risk.identifiers import hashed
from risk.list_values import sealed
from risk.policyerror import PolicyError
from tiers.models import Account
from verification.sharing import cases, entries, partners
from verification.sharing.entries import ListsMissing
from verification.sharing.marks import IDENTIFIERS, MarkKind, mark, shown
from verification.sharing_models import Partner, PartnerIndicator, PartnerMatch

log = logging.getLogger(__name__)
CHUNK: Final = 500  # accounts at a time: a run that is stopped loses no more
LOCK: Final = 0x73686172 << 32  # "shar", before the partner's number

PEOPLE_SQL: Final = """
SELECT signup.account_id, signup.person FROM verification_signup signup JOIN tiers_account account
    ON account.id = signup.account_id
WHERE signup.account_id > %s AND signup.account_id <= %s AND NOT account.test
ORDER BY signup.account_id
"""

Shown = Mapping[int, Mapping[MarkKind, str]]  # by subject
Progress = Callable[[int], None]


def match_due(at: datetime, *, seconds: float) -> int:
    """Hold accounts against what every partner told, for so long; how many matches were new."""
    until = time.monotonic() + seconds
    partners.forget_expired(at)
    return sum(match(partner, at=at, until=until) for partner in partners.standing().order_by("pk"))


def match(partner: Partner, *, at: datetime, until: float, progress: Progress = lambda _: None) -> int:
    """The same for one partner, until a moment of time.monotonic's clock. One run at a time: another gives 0."""
    found = 0
    with alone(LOCK + partner.pk) as mine:
        if not mine:
            return 0
        partner.refresh_from_db()
        last = Account.objects.aggregate(last=Max("pk"))["last"] or 0
        if not _marks(partner, at).exists():
            Partner.objects.filter(pk=partner.pk).update(walked_to=last, again_from=None)
            partner.refresh_from_db()
        while time.monotonic() < until and (step := _step(partner, last)) is not None:
            field, after, to = step
            people = _people(after, to)
            found += _match(partner, people, at=at)
            _walked(partner, field, to)
            progress(to - after)
        cases.raise_due(partner, at=at)
    return found


def _step(partner: Partner, last: int) -> tuple[str, int, int] | None:
    """Which accounts are next: newcomers, then those of before. None when all were looked at."""
    if partner.walked_to < last:
        return "walked_to", partner.walked_to, min(partner.walked_to + CHUNK, last)
    if partner.again_from is not None and partner.again_from < partner.walked_to:
        return "again_from", partner.again_from, min(partner.again_from + CHUNK, partner.walked_to)
    return None


def _walked(partner: Partner, field: str, to: int) -> None:
    """Keep how far it has come. Where more was told meanwhile, all of before begin anew: that stays."""
    before = getattr(partner, field)
    Partner.objects.filter(pk=partner.pk, **{field: before}).update(**{field: to})
    partner.refresh_from_db(fields=["walked_to", "again_from"])
    if partner.again_from is not None and partner.again_from >= partner.walked_to:
        Partner.objects.filter(pk=partner.pk, again_from=partner.again_from).update(again_from=None)
        partner.refresh_from_db(fields=["again_from"])


def _marks(partner: Partner, at: datetime) -> QuerySet[PartnerIndicator]:
    return partner.indicators.filter(revoked=False, expires_at__gt=at).exclude(mark="")


def _people(after: int, to: int) -> Shown:
    """What the accounts above `after`, up to `to`, showed. Those that no key opens any more are passed over."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, [after, to])
        rows = cursor.fetchall()
    told: dict[int, Mapping[MarkKind, str]] = {}
    for subject, person in rows:
        try:
            told[subject] = shown(decrypt(bytes(person)))
        except DecryptionError:
            log.warning("A signup could not be read for partners.", extra={"account": subject})
    return told


def _match(partner: Partner, people: Shown, *, at: datetime) -> int:
    showing: dict[tuple[str, MarkKind, str], list[int]] = defaultdict(list)
    for subject, values in people.items():
        for kind, value in values.items():
            showing[mark(value, kind=kind, key=partner.key), kind, value].append(subject)
    marks = {told for told, _, _ in showing}
    known = defaultdict(list)
    for indicator in _marks(partner, at).filter(mark__in=marks).select_related("ring") if marks else ():
        known[indicator.mark].append(indicator)
    found = [(indicator, each) for each in showing for indicator in known.get(each[0], ())]
    if not found:
        return 0
    with transaction.atomic():
        rows = [
            PartnerMatch(indicator=indicator, subject=subject, at=at)
            for indicator, each in found
            for subject in showing[each]
        ]
        known_rows = PartnerMatch.objects.filter(indicator__in=[row.indicator_id for row in rows])
        pairs = set(known_rows.filter(subject__in=people).values_list("indicator", "subject"))
        new = [row for row in rows if (row.indicator_id, row.subject) not in pairs]
        PartnerMatch.objects.bulk_create(new, ignore_conflicts=True)
        _list(partner, [(indicator, each[1], each[2]) for indicator, each in found])
        return len(new)


def _list(partner: Partner, found: Sequence[tuple[PartnerIndicator, MarkKind, str]]) -> None:
    """Put on lists what was found and is on none yet, once for each value and list."""
    new, seen = [], set()
    for indicator, kind, value in found:
        form = sealed(IDENTIFIERS[kind], hashed(IDENTIFIERS[kind], value))
        place = entries.list_of(indicator.of, indicator.confidence), form
        if indicator.entry is None and place not in seen:
            seen.add(place)
            new.append((indicator, form))
    try:
        entries.need_lists()
        entries.put(partner, new)
    except (ListsMissing, PolicyError):
        log.warning("A partner's indicators stand on no list: the policy in force has none for them.")

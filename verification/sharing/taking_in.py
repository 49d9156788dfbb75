"""What a partner told is taken in: whole or not at all, once however often it comes, and taken back when revoked.

What would reach many people here is left out, whoever says it: networks wider than a site's, domains that anybody can
have a mailbox at, and what accounts in good standing show in number. That is how a partner, or who broke in there,
could otherwise make honest people pay.
"""

import ipaddress
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from config.lib import audit
from risk.identifiers import hashed
from risk.kinds import IdentifierKind
from risk.list_values import SEALED_KINDS, masked, opened, stored_form
from risk.listings import prefixes_of
from risk.lists import PERSONAL, ListKind
from risk.lookups.mail_providers import free, listed_disposable, organisation
from risk.models import Identifier
from risk.outcome import Outcome
from tiers.models import Account
from verification.sharing import entries, partners
from verification.sharing.bundles import Bundle, ToldIndicator, ToldRing
from verification.sharing.partners import GONE
from verification.sharing_models import Partner, PartnerIndicator, PartnerRing

INDICATORS_MOST: Final = 50_000  # that stand, of one partner
EXPIRES: Final = timedelta(days=90)  # of what is told without an end
EXPIRES_MOST: Final = timedelta(days=180)
WIDEST: Final = {4: 20, 6: 48}  # bits of a network: a hosting site's; what is wider is an operator's
COMMON_MOST: Final = 20  # accounts in good standing that show a value, above which it is left out
FINDABLE: Final = frozenset({ListKind.DOMAINS, ListKind.NETWORKS, ListKind.ADDRESSES})


class TooMuch(ValueError):
    """A partner tells more than is kept of one."""


@dataclass(slots=True)
class Taken:
    """How many indicators were new, changed, the same and taken back, and why others were left out."""

    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = ", ".join(f"{self.counts[name]:,} {name}" for name in ("new", "changed", "the same", "taken back"))
        out = ", ".join(f"{count:,} {why}" for why, count in sorted(self.left_out.items()))
        return f"{told}; left out: {out or 'none'}"


def take_in(partner: Partner, bundle: Bundle, *, by: str, at: datetime) -> Taken:
    """Take a bundle in.

    Raises:
        entries.ListsMissing: the policy in force has no lists for it.
        TooMuch: there would be more than INDICATORS_MOST of this partner.

    """
    entries.need_lists()
    taken = Taken(left_out=Counter({f"{what} not used here": count for what, count in bundle.unused.items()}))
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=partner.pk)
        for told in bundle.rings:
            _ring(partner, told, by=by)
        kept = entries.by_id(partner.indicators.filter(stix_id__in=[told.stix_id for told in bundle.indicators]))
        fresh = [told for told in bundle.indicators if _is_news(told, kept.get(told.stix_id), taken)]
        _take_back(partner, fresh, by=by)
        made = _made(partner, fresh, taken, at=at)
        _relate(partner, bundle.relations, made)
        entries.put(partner, [(indicator, None) for indicator in made if indicator.value])
        if partner.indicators.filter(revoked=False).count() > INDICATORS_MOST:
            raise TooMuch(f"a partner has at most {INDICATORS_MOST:,} indicators that stand")
        if any(indicator.mark for indicator in made):
            Partner.objects.filter(pk=partner.pk).update(again_from=0)
        details = {"counts": dict(taken.counts), "left_out": dict(taken.left_out)}
        audit.append(actor=by, act="partner.take_in", subject=f"partner:{partner.pk}", details=details)
    return taken


def _is_news(told: ToldIndicator, kept: PartnerIndicator | None, taken: Taken) -> bool:
    """Whether it is to be looked at: a version that is newer than what is kept."""
    if kept is not None and told.modified <= kept.modified:
        taken.counts["the same"] += 1
        return False
    if kept is None and told.revoked:
        taken.left_out["revoked before they came"] += 1
        return False
    if told.revoked and kept is not None:
        taken.counts["taken back"] += not kept.revoked
    return True


def _ring(partner: Partner, told: ToldRing, *, by: str) -> None:
    ring = partner.rings.filter(stix_id=told.stix_id).first()
    if ring is not None and told.modified <= ring.modified:
        return
    ring = ring or PartnerRing(partner=partner, stix_id=told.stix_id)
    ring.name, ring.modified, ring.revoked = told.name, told.modified, told.revoked
    ring.lines = [] if told.revoked else [list(line) for line in told.lines]
    ring.save()
    if told.revoked:
        partners.withdraw(ring.indicators.all(), why="the partner took the ring back", by=by)
        ring.indicators.update(**GONE)


def _take_back(partner: Partner, told: list[ToldIndicator], *, by: str) -> None:
    """Whatever stands in another version comes off its list: for good, or to be put there anew."""
    news = [each.stix_id for each in told]
    gone = [each.stix_id for each in told if each.revoked]
    partners.withdraw(partner.indicators.filter(stix_id__in=news), why="the partner told otherwise", by=by)
    for each in (each for each in told if each.revoked):
        partner.indicators.filter(stix_id=each.stix_id).update(modified=each.modified)
    of_gone = partner.indicators.filter(stix_id__in=gone)
    of_gone.update(**GONE)


def _made(partner: Partner, fresh: list[ToldIndicator], taken: Taken, *, at: datetime) -> list[PartnerIndicator]:
    kept = entries.by_id(partner.indicators.filter(stix_id__in=[told.stix_id for told in fresh]))
    made: list[PartnerIndicator] = []
    for told in (each for each in fresh if not each.revoked):
        before = kept.get(told.stix_id)
        indicator = before or PartnerIndicator(partner=partner, stix_id=told.stix_id)
        why = _fill(indicator, told, at=at)
        if why is not None:
            taken.left_out[why] += 1
            partner.indicators.filter(stix_id=told.stix_id).update(modified=told.modified, **GONE)
            continue
        indicator.confidence = min(told.confidence, partner.believed)
        indicator.entry = None
        taken.counts["changed" if before else "new"] += 1
        made.append(indicator)
    for indicator in made:
        indicator.save()
    return made


def _relate(partner: Partner, relations: Mapping[str, str], made: list[PartnerIndicator]) -> None:
    """Say which ring indicators are of: those that came now, and of before, for a relation can come on a later page."""
    rings = {ring.stix_id: ring for ring in partner.rings.filter(stix_id__in=set(relations.values()), revoked=False)}
    new = entries.by_id(made)
    told = partner.indicators.filter(stix_id__in=[stix_id for stix_id, ring in relations.items() if ring in rings])
    changed = [each for each in told if each.ring_id != rings[relations[each.stix_id]].pk]
    for each in changed:
        each.ring = rings[relations[each.stix_id]]
        if each.stix_id in new:
            new[each.stix_id].ring = each.ring
    PartnerIndicator.objects.bulk_update(changed, ["ring"], batch_size=1_000)


def _fill(indicator: PartnerIndicator, told: ToldIndicator, *, at: datetime) -> str | None:
    """Put what is told into a row; or why it is left out."""
    until = min(told.until or at + EXPIRES, at + EXPIRES_MOST)
    if until <= max(at, told.since):
        return "expired"
    indicated = told.indicated
    value = shown = ""
    if not indicated.mark:
        why, value = _value(indicated.of, indicated.written)
        if why is not None:
            return why
        shown = masked(indicated.of, indicated.written) if indicated.of in PERSONAL else ""
    indicator.of, indicator.mark, indicator.value, indicator.shown = indicated.of, indicated.mark, value, shown
    indicator.red, indicator.modified, indicator.since = told.red, told.modified, told.since
    indicator.expires_at, indicator.revoked = until, False
    return None


def _value(of: ListKind, written: str) -> tuple[str | None, str]:
    """Why a plain value is left out, or None; and its stored form."""
    try:
        value = stored_form(of, written)
    except ValueError:
        return "not readable", ""
    if of is ListKind.NETWORKS and _is_wide(value):
        return "too wide", ""
    if of is ListKind.DOMAINS and _is_everybodys(value):
        return "of everybody", ""
    return ("common here", "") if of in FINDABLE and _is_common(of, value) else (None, value)


def _is_wide(value: str) -> bool:
    network = ipaddress.ip_network(value)
    return network.prefixlen < WIDEST[network.version]


def _is_everybodys(domain: str) -> bool:
    """A provider's, of throw-away mailboxes too (these are known anyway), or a suffix under which anybody registers."""
    return free(domain) or domain in listed_disposable() or organisation(f"www.{domain}") != organisation(domain)


def _is_common(of: ListKind, value: str) -> bool:
    if of is ListKind.DOMAINS:
        values = [hashed(IdentifierKind.DOMAIN, organisation(value))]
        kind = IdentifierKind.DOMAIN
    elif of is ListKind.NETWORKS:
        values = list(map(partial(hashed, IdentifierKind.NETWORK), prefixes_of(ipaddress.ip_network(value))))
        kind = IdentifierKind.NETWORK
    else:
        kind = SEALED_KINDS[of]
        values = [opened(kind, value)]
    showing = Identifier.objects.filter(kind=kind, value__in=values).values("subject")
    good = Account.objects.filter(pk__in=showing, outcome=Outcome.ALLOW, held=False)
    return len(good.values_list("pk")[: COMMON_MOST + 1]) > COMMON_MOST

"""What is kept of subjects, looked at afresh: lists that have changed, and who came with their devices since.

Nobody outside is asked. What cannot be looked at stays as it was learnt last.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection

from config.lib.sqlarrays import array
from risk import gather
from risk.earlier import EarlierFacts
from risk.facts import Facts, MailDomainFacts, NetworkFacts, PhoneLineFacts
from risk.kinds import IdentifierKind
from risk.learnt import NOTHING, Learnt
from risk.lookups.mail_providers import disposable, free

OTHERS_MOST = 8  # more say nothing more, and each would be a decision
STEP = 10  # of 100
Told = TypeVar("Told")
ADDRESS_TELLS = timedelta(days=90)  # after the signup; what lists say of the address later is of somebody else

OTHERS_SQL = """
SELECT mine.subject, count(DISTINCT later.subject)
FROM risk_identifier mine CROSS JOIN LATERAL (
    SELECT seen.subject FROM risk_identifier seen
    WHERE seen.kind = mine.kind AND seen.value = mine.value AND seen.at > mine.at AND seen.subject <> mine.subject
    LIMIT %(most)s
) later
WHERE mine.subject = ANY(%(subjects)s::bigint[]) AND mine.kind = %(kind)s
GROUP BY mine.subject
"""


def others_since(subjects: Collection[int]) -> Mapping[int, int]:
    """For each subject, how many others came with its device after it, OTHERS_MOST at most. One query for all."""
    asked: dict[str, Any] = {"subjects": array(subjects), "kind": int(IdentifierKind.DEVICE), "most": OTHERS_MOST}
    with connection.cursor() as cursor:
        cursor.execute(OTHERS_SQL, asked)
        found = dict(cursor.fetchall())
    return {subject: min(OTHERS_MOST, found.get(subject, 0)) for subject in subjects}


def take_up_networks() -> None:
    """Read network data as it is on disk now, and not as it was some seconds ago."""
    gather.network_data.look_again()


def device_afresh(facts: Facts, others: int, drifted: tuple[str, ...] = ()) -> Learnt:
    """With how many others came with the device since, and what it shows otherwise where that is too much.

    That nobody did and that nothing is says no more than not to have looked.
    """
    device = facts.device
    if device is None or (others, drifted) == (device.others_since or 0, device.drifted or ()):
        return NOTHING
    return Learnt(parts={"device": replace(device, others_since=others, drifted=drifted)})


def network_afresh(facts: Facts, ip: str | None) -> Learnt:
    """With the services that lists name the address for now, and did not when it was shown."""
    shown = facts.network
    now = gather.network_facts(ip) if shown is not None and shown.services is not None else None
    if shown is None or now is None or now.services is None:
        return NOTHING
    return Learnt(parts={"network": replace(shown, listed_since=_since(shown, now))})


def _since(shown: NetworkFacts, now: NetworkFacts) -> tuple[str, ...]:
    """Of a list that is away or too old, what it said last counts. One that was not there then says nothing new."""
    looked_for = set(now.services_known)
    named = set(now.services or ()) & set(shown.services_known) - set(shown.services or ())
    return tuple(sorted(named | (set(shown.listed_since) - looked_for)))


def mailbox_afresh(facts: Facts) -> Learnt:
    """With what the lists of mailbox providers say now of its domain, and of the mail server that was found there."""
    mailbox, domain = facts.mailbox, facts.mail_domain
    parts: dict[str, object] = {}
    if mailbox is not None and mailbox.domain is not None:
        parts["mailbox"] = replace(mailbox, disposable=disposable(mailbox.domain), free=free(mailbox.domain))
    if domain is not None and domain.mail_host is not None:
        parts["mail_domain"] = replace(domain, host_disposable=disposable(domain.mail_host))
    return Learnt(parts=parts)


def asked_again(facts: Facts, lookup: str, answer: object) -> Learnt:
    """With what an outside party answers now, and what it said first beside it.

    What the new answer leaves open stays as it was told before: that a party does not say is no news.
    """
    before = None if lookup in facts.missing else getattr(facts, lookup)  # else of what the person named before
    told = answer if before is None else _completed(before, answer)
    return Learnt(parts={lookup: told, "earlier": _earlier(facts)}, answered=frozenset({lookup}))


def _completed(before: object, answer: object) -> object:
    if isinstance(answer, PhoneLineFacts) and isinstance(before, PhoneLineFacts):
        kept = ("line_type", "carrier", "country", "reassigned", "pumping_risk")
        swap = () if answer.sim_swapped_at or answer.sim_kept_days else ("sim_swapped_at", "sim_kept_days")
        risk = () if _moved(before.pumping_risk, answer.pumping_risk) else ("pumping_risk",)
        open_ones = [name for name in (*kept, *swap) if getattr(answer, name) is None] + list(risk)
        return replace(answer, **{name: getattr(before, name) for name in open_ones})
    if isinstance(answer, MailDomainFacts) and isinstance(before, MailDomainFacts):
        same = answer.takes_mail and before.takes_mail and answer.mail_host == before.mail_host
        open_ones = [name for name in ("takes_anything", "host_disposable") if getattr(answer, name) is None]
        return replace(answer, **{name: getattr(before, name) for name in open_ones}) if same else answer
    return answer


def _moved(before: int | None, now: int | None) -> bool:
    """Whether a score is another: small steps of it are none, and each would be a decision."""
    return before is None or (now is not None and abs(now - before) >= STEP)


def _earlier(facts: Facts) -> EarlierFacts:
    """What is known of the first answers: each is kept as it was told first."""
    known = facts.earlier or EarlierFacts()
    line = None if "phone_line" in facts.missing else facts.phone_line
    domain = None if "mail_domain" in facts.missing else facts.mail_domain
    return EarlierFacts(
        line_type=_first(known.line_type, line.line_type if line else None),
        carrier=_first(known.carrier, line.carrier if line else None),
        reassigned=_first(known.reassigned, line.reassigned if line else None),
        takes_mail=_first(known.takes_mail, domain.takes_mail if domain else None),
    )


def _first(known: Told | None, told: Told | None) -> Told | None:
    return told if known is None else known

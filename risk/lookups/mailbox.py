"""The e-mail address taken apart. Only what is derived from it is kept; of the address itself, the domain."""

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from risk.facts import MailboxFacts
from risk.lookups.cleaning import clean
from risk.lookups.lookalikes import lookalike
from risk.lookups.mail_providers import USUAL, Provider, disposable, free, provider_of

ADDRESS_MAX = 320  # characters read; the longest valid address has 254 (RFC 5321, section 4.5.3.1.3)
NAME_MAX = 128
LATEST = 4  # addresses kept parsed: one is asked about several times in a signup, and never again
DOTS_OF_A_NAME = 2  # "a.b.smith"; more than that, where the provider ignores them, is a disguise

# Mailboxes of an office, not of a person: RFC 2142 and the usual ones beside it.
_ROLES = """
abuse accounting accounts admin administrator billing careers contact customerservice dev devnull enquiries everyone
feedback finance ftp hello help helpdesk hostmaster hr info inquiries it jobs legal mail mailer-daemon marketing media
news no-reply nobody noc noreply office operations ops orders postmaster press privacy recruiting root sales security
service services social spam staff support sysadmin team tech test testing usenet uucp webmaster www
"""
ROLES = frozenset(_ROLES.split())
WORD = re.compile(r"[a-z]{2,}")
NUMBER = "0123456789"
RUN = re.compile(r"[0-9]+|[^\W\d_]+|[\W_]+|\d+")
SHAPE_MAX = 64  # characters, the longest local part (RFC 5321, section 4.5.3.1.1)
TURNS = 4  # "a1b2": people write a number at an end or between two words


def mailbox_facts(email: str | None, name: str | None) -> MailboxFacts | None:
    """What the address says; None when none was given, `valid` false when it is none.

    `digits` and `entropy` are of the stem: the local part without tag and without the number at either end, which many
    people carry ("jsmith1987").
    """
    if email is None:
        return None
    parsed = _parse(email)
    if parsed is None:
        local = email[:ADDRESS_MAX].rpartition("@")[0]
        return _facts(local, name, provider=USUAL, domain=None)
    return _facts(parsed.local_part, name, provider=provider_of(_domain(parsed)), domain=_domain(parsed))


def canonical(email: str | None) -> str | None:
    """The one spelling of all addresses that reach the same mailbox, for hashing; None for what is no address."""
    parsed = _parse(email) if email else None
    if parsed is None:
        return None
    domain = _domain(parsed)
    provider = provider_of(domain)
    if provider.personal and domain not in provider.domains:
        person, _, above = domain.partition(".")
        return f"{person}@{above}"
    local = _untagged(unicodedata.normalize("NFKC", parsed.local_part).casefold(), provider)
    kept = "".join(character for character in local if character not in provider.ignored)
    return f"{kept or local}@{provider.domains[0] if provider.domains and provider.one else domain}"


def stem(mailbox: str | None) -> str | None:
    """A canonical mailbox without the number at its end: all of user001, user002 have one. None without a number."""
    local, _, domain = (mailbox or "").rpartition("@")
    bare = local.rstrip(NUMBER)
    return f"{bare}@{domain}" if bare not in ("", local) else None


def shape(local: str) -> str:
    """The pattern of a local part: letters are "w", each digit is "9", anything else is itself: "w.w99" of a.smith87.

    Letters and digits in turns, as where a program drew characters by lot, are "x" and how many: "x10".
    """
    runs = RUN.findall(local[:SHAPE_MAX])
    turns = [run for run in runs if run.isalnum()]
    if len(turns) >= TURNS:
        return f"x{min(len(local), SHAPE_MAX)}"
    return "".join("9" * len(run) if run.isdigit() else "w" if run.isalpha() else run for run in runs)


@lru_cache(maxsize=LATEST)
def _parse(email: str) -> ValidatedEmail | None:
    try:
        return validate_email(email[:ADDRESS_MAX].strip(), check_deliverability=False)
    except EmailNotValidError:
        return None


def _domain(parsed: ValidatedEmail) -> str:
    return parsed.ascii_domain.lower()


def _facts(local: str, name: str | None, *, provider: Provider, domain: str | None) -> MailboxFacts:
    bare = _untagged(_folded(local), provider)
    inner = bare.strip(NUMBER)
    alike = lookalike(domain) if domain else None
    return MailboxFacts(
        valid=domain is not None,
        domain=clean(domain),
        disposable=domain is not None and disposable(domain),
        free=domain is not None and free(domain),
        role=bare in ROLES,
        tagged=_tagged(_folded(local), provider),
        local_length=len(local),
        digits=sum(map(str.isdigit, inner)),
        entropy=_entropy(inner),
        name_match=_name_match(name, bare),
        shape=clean(shape(bare)) if domain else None,
        resembles=alike.domain if alike else None,
        disguised=alike is not None and alike.disguised,
    )


def _untagged(local: str, provider: Provider) -> str:
    starts = [place for separator in provider.separators if (place := local.find(separator)) > 0]
    return local[: min(starts)] if starts else local


def _tagged(local: str, provider: Provider) -> bool:
    bare = _untagged(local, provider)
    return bare != local or ("." in provider.ignored and bare.count(".") > DOTS_OF_A_NAME)


def _entropy(text: str) -> float:
    """Shannon's entropy of the characters, in bits a character: 0 for "aaaa", 3.3 for ten different ones."""
    shares = [times / len(text) for times in Counter(text).values()]
    return round(max(0.0, -math.fsum(share * math.log2(share) for share in shares)), 3)


def _name_match(name: str | None, local: str) -> float | None:
    """None where there is no name, or none in letters that a local part could have."""
    words = WORD.findall(_folded((name or "")[:NAME_MAX]))
    if not words:
        return None
    return round(sum(word in local for word in words) / len(words), 3)


def _folded(text: str) -> str:
    """Lower case and without accents: "jose" of "José"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(filter(lambda character: not unicodedata.combining(character), decomposed)).casefold()

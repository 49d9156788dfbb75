"""Facts as an analyst reads them, and the person with everything but a glimpse hidden."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from risk.earlier import EarlierFacts
from risk.facts import (
    BrowserFacts,
    CardFacts,
    DeviceFacts,
    EdgeFacts,
    Facts,
    FormFacts,
    HintFacts,
    MailboxFacts,
    MailDomainFacts,
    NetworkFacts,
    PhoneFacts,
    PhoneLineFacts,
    RingFacts,
)
from risk.recognition.matching import COMMON_CAP
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck

NOT_KNOWN = "not known"
PARTS: Mapping[str, type] = {
    "network": NetworkFacts,
    "browser": BrowserFacts,
    "device": DeviceFacts,
    "hints": HintFacts,
    "edge": EdgeFacts,
    "mailbox": MailboxFacts,
    "mail_domain": MailDomainFacts,
    "phone": PhoneFacts,
    "phone_line": PhoneLineFacts,
    "earlier": EarlierFacts,
    "card": CardFacts,
    "form": FormFacts,
    "ring": RingFacts,
}
APART = frozenset(
    {"at", "missing", "word", "forced", "proofs", "reports", "eased", "standing", "override", "earned_days"}
    | {"woke_after_days"}
)  # the page shows these elsewhere

TITLES: Mapping[str, str] = {
    "hints": "client hints",
    "edge": "connection",
    "mail_domain": "mail domain",
    "phone_line": "phone line",
    "earlier": "told of number and domain before",
    "ring": "ring that holds it",
}

LABELS: Mapping[str, str] = {
    "alpn": "first protocol offered",
    "as_kind": "kind of network",
    "as_name": "operator",
    "asn": "AS number",
    "autofills": "fields filled in by the browser",
    "challenge": "canvas challenge",
    "differs": "told differently elsewhere",
    "common": "others that look the same",
    "confidence": "how sure that is",
    "duration_ms": "time taken",
    "entropy": "bits a character",
    "key_dwell_ms": "keys held for (median, ms)",
    "key_dwell_spread_ms": "keys held, spread in ms",
    "key_gap_ms": "between keys (median, ms)",
    "key_gap_spread_ms": "between keys, spread in ms",
    "fit": "how well it fits (nats)",
    "font_systems": "fonts of",
    "ja4": "JA4",
    "listed_since": "listed as, since the signup",
    "others_since": "others that came with it since",
    "drifted": "too much changed since",
    "known_days": "known for",
    "language_sent": "languages sent",
    "major": "version",
    "os": "operating system",
    "recognised": "known again",
    "os_major": "its version",
    "scan": "traces of automation",
    "screen_keys": "characters without a key",
    "services_known": "services looked for",
    "shared": "shared by strangers",
    "size": "members",
    "tcp_rtt_ms": "TCP round trip",
    "timezone_offset": "offset from UTC",
    "tls": "TLS version",
    "tls_rtt_ms": "TLS round trip",
    "trusted": "measured by our script",
    "webdriver": "steered by a program",
    "woke_after_days": "days asleep before it woke",
    "webgl_renderer": "WebGL renderer",
    "webgl_vendor": "WebGL vendor",
}
WORDS: Mapping[str, Callable[[Any], str]] = {
    "asn": lambda value: f"AS{value}",
    "common": lambda value: f"{value} or more" if value >= COMMON_CAP else str(value),
    "confidence": lambda value: f"{value:.1%}",
    "bot": lambda value: value or "none found",
    "brands": lambda value: ", ".join(f"{name} {major}" for name, major in value),
    "duration_ms": lambda value: f"{value / 1000:.1f} s",
    "fit": lambda value: f"{value:.1f}",
    "known_days": lambda value: f"{value:.1f} days",
    "name_match": lambda value: f"{value:.0%}",
    "score": lambda value: f"{value:.1f} of 100",
    "screen": lambda value: " x ".join(map(str, value)),
    "shared": lambda value: f"{value:.0%} likely",
    "tcp_rtt_ms": lambda value: f"{value:.1f} ms",
    "sim_kept_days": lambda value: f"{value:g} days or longer",
    "sim_swapped_at": lambda value: str(value)[:10],
    "timezone_offset": lambda value: f"{'-' if value < 0 else '+'}{abs(value) // 60:02d}:{abs(value) % 60:02d}",
    "tls_rtt_ms": lambda value: f"{value:.1f} ms",
}


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A part of the facts. No lines: it was not given, or could not be looked up. `source` is where it comes from."""

    title: str
    lines: Sequence[tuple[str, str]]
    source: str = ""
    evidence: str = ""  # the kind by which it is looked at again (risk.half_lives), where it is


# Where each part of the facts comes from.
SOURCES: Mapping[str, str] = {
    "network": "the address of the signup, looked up in local network data",
    "browser": "the user agent and languages of the request",
    "device": "the agent script in the page, or what the caller sent of it",
    "hints": "the client hints of the request",
    "edge": "the proxy in front, of the connection",
    "mailbox": "the address that was given, without asking anybody",
    "mail_domain": "an outside party, asked of the domain",
    "phone": "the numbering plan",
    "phone_line": "an outside party, asked of the number",
    "earlier": "the first answers of outside parties",
    "card": "the payment provider, of the card that was shown",
    "form": "the agent script, of how the form was filled in",
    "ring": "the detection of rings",
}
AGED: Mapping[str, str] = {
    "network": "network",
    "mailbox": "mailbox",
    "mail_domain": "mail_domain",
    "phone_line": "phone_line",
    "device": "device",
}


def fact_groups(stored: Mapping[str, Any]) -> list[FactGroup]:
    """Stored facts in the order of their form. What a later version no longer knows is left out."""
    groups = [
        FactGroup(
            TITLES.get(name, name),
            list(_lines(stored.get(name) or {}, form)),
            SOURCES.get(name, ""),
            AGED.get(name, ""),
        )
        for name, form in PARTS.items()
    ]
    counts = stored.get("velocity") or {}
    others = [(name.replace("_", " "), str(count)) for name, count in sorted(counts.items())]
    plain = [field.name for field in fields(Facts) if field.name not in {*PARTS, *APART, "velocity", "pairs", "listed"}]
    token = [(f"device {name}" if name == "token" else _label(name), _value(name, stored.get(name))) for name in plain]
    pairs = [(pair["group"], _rarity(pair)) for pair in stored.get("pairs") or []]
    rarest = FactGroup("rarest pairs of attributes", pairs)
    listed = [(found["list"], f"{found['of']}: {found['entry']}") for found in stored.get("listed") or []]
    same = FactGroup("others with the same", others)
    used = [(_label(name), f"{stored[name]:.0f}") for name in ("earned_days", "woke_after_days") if stored.get(name)]
    use = FactGroup("use", used)
    return [FactGroup("page", token), *groups, use, rarest, same, FactGroup("lists it stands on", listed)]


def _rarity(pair: Mapping[str, Any]) -> str:
    if pair.get("name") is None:
        return f"{NOT_KNOWN}: learnt from {pair['support']:.0f}"
    return f"{pair['name']}: seen {pair['seen']:.0f} times, {pair['expected']:.0f} by chance"


def _lines(part: Mapping[str, Any], form: type) -> Iterator[tuple[str, str]]:
    if part:
        for field in fields(form):
            yield _label(field.name), _value(field.name, part.get(field.name))


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _value(name: str, value: object) -> str:
    if value is None:
        return NOT_KNOWN
    if name in WORDS:
        return WORDS[name](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def masked_person(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who signed up, as far as the console shows: enough to tell one from another on the phone, no more."""
    name = person.get("name")
    lines = [("name", _masked_name(name) if name else "not given")]
    for check in CHECKS.values():
        if not isinstance(check, CodeCheck):
            continue
        to = check.recipient(person)
        hashed = "given as a hash" if person.get(f"{check.field}_hash") else "not given"
        shown = check.masked(to) if to else "given, but not usable" if person.get(check.field) else hashed
        lines.append((check.field, shown))
    return lines


def _masked_name(name: str) -> str:
    """Initials; what is no letter could turn the page's text around or break it, and is not shown at all."""
    return " ".join(f"{word[:1] if word[:1].isalpha() else ''}***" for word in name.split()[:5])

"""The user agent and the languages that a browser sends with every request, parsed.

user-agents tells what kind of device it is, ua-parser what browser and system. user_agents.parse() goes through
ua-parser's old module and ignores its accelerator (700 us for a new string against 14 us), so its reading is built here
from the accelerated parser's result.
"""

import re

import ua_parser
from ua_parser import DefaultedResult
from user_agents.parsers import Browser, Device, UserAgent, parse_operating_system

from risk.facts import BrowserFacts
from risk.lookups.cleaning import clean, count

USER_AGENT_MAX = 512  # characters read; browsers send at most about 400, inside an app
LANGUAGES_MAX = 16

# How HTTP libraries and command-line tools name themselves, at the start of the user agent.
TOOLS = re.compile(
    r"(?:aiohttp|apache-httpclient|axios|bun|colly|curl|dalvik|dart|deno|fasthttp|faraday|go[ -]http|got|guzzle\w*"
    r"|httpie|insomnia|jakarta|java(?:-http-client)?|k6|libcurl|libwww-perl|lwp|mechanize|node(?:-fetch)?|okhttp|php"
    r"|postmanruntime|pycurl|python(?:-\w+)?|reqwest|rest-client|restsharp|ruby|scrapy|superagent|symfony|undici|unirest"
    r"|ureq|urllib3|wget|winhttp|www-mechanize|xh)(?=[-/ ]|$)",
    re.IGNORECASE | re.ASCII,
)
LANGUAGE = re.compile(r"[a-z]{2,8}", re.ASCII)


def browser_facts(user_agent: str | None, accept_language: str | None) -> BrowserFacts | None:
    """What the two headers say. None where the caller did not tell the user agent; an empty one has no family."""
    if user_agent is None:
        return None
    languages = primary_languages(accept_language)
    sent = bool(accept_language.strip()) if accept_language is not None else None
    text = legible(user_agent)
    if not text:
        return BrowserFacts("other", "", None, "", None, languages, sent)
    if tool := TOOLS.match(text):
        return BrowserFacts("tool", clean(tool[0].lower()) or "tool", None, "Other", None, languages, sent)
    result = ua_parser.parse(text).with_defaults()
    return BrowserFacts(
        kind=_kind(reading(result)),
        family=clean(result.user_agent.family) or "Other",
        major=_whole(result.user_agent.major),
        os=clean(result.os.family) or "Other",
        os_major=_whole(result.os.major),
        languages=languages,
        language_sent=sent,
    )


def legible(user_agent: str) -> str:
    """The part of a user agent that is looked at: short, and ASCII, as HTTP wants it (RFC 9110, section 5.5)."""
    return (clean(user_agent, limit=USER_AGENT_MAX) or "").encode("ascii", "ignore").decode().strip()


def primary_languages(accept_language: str | None) -> tuple[str, ...]:
    """Primary subtags of an Accept-Language, in its order, each once, lower case: "en" of "en-US,en;q=0.9"."""
    found = (part.split(";")[0].strip().split("-")[0].lower() for part in (accept_language or "")[:512].split(","))
    return tuple(dict.fromkeys(language for language in found if LANGUAGE.fullmatch(language)))[:LANGUAGES_MAX]


def reading(result: DefaultedResult) -> UserAgent:
    """user-agents' object around an accelerated result, past its constructor, which would parse again and slowly."""
    read = UserAgent.__new__(UserAgent)
    system = result.os
    read.ua_string = result.string
    read.os = parse_operating_system(system.family, system.major, system.minor, system.patch, system.patch_minor)
    read.browser = Browser(result.user_agent.family, (), "")  # only its family is asked for
    read.device = Device(result.device.family, result.device.brand, result.device.model)
    return read


def _kind(read: UserAgent) -> str:
    if read.is_bot:
        return "bot"
    if read.is_tablet:
        return "tablet"
    if read.is_mobile:
        return "mobile"
    return "pc" if read.is_pc else "other"


def _whole(digits: str | None) -> int | None:
    return count(int(digits)) if digits and digits.isdecimal() and len(digits) <= 9 else None

"""SMS pumping: whether one more message to a destination is likely to reach a person. Pure.

Somebody who is paid by the message has codes sent to numbers that nobody reads. What gives them away is that the codes
are never entered: about one honest person in seven does not, of theirs hardly one does. Each destination is judged by
Page's cumulative sum of log-likelihood ratios (E. S. Page, Continuous Inspection Schemes, Biometrika 41, 1954): an
unread code moves it up, an entered one far down, and above zero the destination is cut off.

A prefix (all but a number's last six digits) from which codes were entered before speaks for itself. One that is new
has credit for two unread codes; and when many new prefixes turn out sour at once, in a country or in all, the others
wait.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SETTLED = timedelta(minutes=10)  # the life of a code: later it will not be entered any more
WINDOW = timedelta(days=7)  # what is older tells of other times
REST = timedelta(hours=24)  # how long a destination is cut off until one message may try again
PREFIX_DROPS = 6  # digits: a prefix is up to a million numbers, of one region or carrier mostly

UNREAD_HONEST = 0.15  # of honest people, do not enter their code; Twilio's fraud guidance takes a fifth for a warning
UNREAD_PUMPED = 0.99
UNREAD_WEIGHT = math.log(UNREAD_PUMPED / UNREAD_HONEST)  # 1.9
READ_WEIGHT = math.log((1 - UNREAD_PUMPED) / (1 - UNREAD_HONEST))  # -4.4


class Level(StrEnum):
    """What is watched and has a budget."""

    PREFIX = "prefix"
    CARRIER = "carrier"
    COUNTRY = "country"
    CALLER = "caller"


# Where the sum begins: two unread codes cut a new prefix off, eleven what is wider. And how far down it can go: five
# unread codes in a row (one honest row in 13,000) cut off a prefix that enters its codes.
STARTS: Mapping[Level, float] = {Level.PREFIX: -3.7, Level.CARRIER: -20.0, Level.COUNTRY: -20.0, Level.CALLER: -20.0}
FLOORS: Mapping[Level, float] = {**STARTS, Level.PREFIX: -8.5}
SETTLED_COUNTRY = 20  # entered codes among the last of a country that make it one where people live

# Messages a day, whatever becomes of them. A prefix is a neighbourhood, a caller a whole product.
BUDGETS: Mapping[Level, int] = {Level.PREFIX: 500, Level.CARRIER: 5_000, Level.COUNTRY: 10_000, Level.CALLER: 20_000}

IN_FLIGHT_NEW_PREFIX = 2  # codes on their way to a prefix that has entered none yet
IN_FLIGHT_PREFIX = 3  # to one that has, and one more for every fifth code that it entered in the window
# To all new prefixes together, of a country or wherever; one more for each code that one of them entered in an hour.
IN_FLIGHT_NEW = 10
SOUR_CODES = 2  # a new prefix that left so many unread and entered none is sour
SOUR_COUNTRY, SOUR_COUNTRY_SHARE = 3, 0.5  # so many sour prefixes of a country, and that share of its new ones
SOUR_ALL, SOUR_ALL_SHARE = 8, 0.3


@dataclass(frozen=True, slots=True)
class Past:
    """A message that was sent. `proven`: its prefix had entered a code before it was sent."""

    prefix: str
    country: str
    at: datetime
    entered: bool
    proven: bool


@dataclass(frozen=True, slots=True)
class History:
    """What was sent before, by level, the newest first and each list bounded; and how many in the last day."""

    levels: Mapping[Level, Sequence[Past]]
    new_prefixes: Sequence[Past]  # messages to prefixes that were new then, of the last day, wherever to
    today: Mapping[Level, int]


@dataclass(frozen=True, slots=True)
class Held:
    """Why no message goes out now, for the log and the analyst."""

    level: str
    why: str


def prefix_of(number: str) -> str:
    """The prefix of a number in E.164."""
    return number[:-PREFIX_DROPS]


def proven(history: History) -> bool:
    """Whether codes sent to this prefix were entered lately."""
    return any(past.entered for past in history.levels[Level.PREFIX])


def judge(history: History, country: str, at: datetime) -> Held | None:
    """Whether a message has to wait; None when it may go."""
    return (
        _over_budget(history) or _cut_off(history, at) or _crowded(history, at) or _new_and_sour(history, country, at)
    )


def _over_budget(history: History) -> Held | None:
    spent = (level for level, most in BUDGETS.items() if history.today.get(level, 0) >= most)
    return next((Held(level, "budget spent") for level in spent), None)


def _cut_off(history: History, at: datetime) -> Held | None:
    """A prefix is cut off by its own codes. What is wider is judged for new prefixes only: others live there too."""
    watched = (Level.PREFIX,) if proven(history) else tuple(Level)
    for level in watched:
        sent = history.levels[level]
        if sent and at - sent[0].at < REST and suspicion(sent, level, at=at) > 0:
            return Held(level, "codes are not entered")
    return None


def suspicion(sent: Sequence[Past], level: Level, *, at: datetime) -> float:
    """The cumulative sum over messages, the newest first, in log-odds: above zero they are rather pumped."""
    total = STARTS[level]
    for past in reversed(sent):
        if past.entered or at - past.at >= SETTLED:
            total = max(FLOORS[level], total + (READ_WEIGHT if past.entered else UNREAD_WEIGHT))
    return total


def _crowded(history: History, at: datetime) -> Held | None:
    """In a burst nothing is settled yet: only so many codes are on their way at once."""
    sent = history.levels[Level.PREFIX]
    entered = sum(past.entered for past in sent)
    most = IN_FLIGHT_PREFIX + entered // 5 if entered else IN_FLIGHT_NEW_PREFIX
    return Held(Level.PREFIX, "many on their way") if _in_flight(sent, at) >= most else None


def _new_and_sour(history: History, country: str, at: datetime) -> Held | None:
    if proven(history):
        return None
    sent = history.new_prefixes
    there = [past for past in sent if past.country == country]
    if _many(there, at):
        return Held("new prefixes of the country", "many on their way")
    if _sour(there, at, SOUR_COUNTRY, SOUR_COUNTRY_SHARE):
        return Held("new prefixes of the country", "codes are not entered")
    if _where_people_live(history):
        return None  # what happens in other countries says nothing here
    if _many(sent, at):
        return Held("new prefixes", "many on their way")
    return Held("new prefixes", "codes are not entered") if _sour(sent, at, SOUR_ALL, SOUR_ALL_SHARE) else None


def _where_people_live(history: History) -> bool:
    return sum(past.entered for past in history.levels[Level.COUNTRY]) >= SETTLED_COUNTRY


def _many(sent: Sequence[Past], at: datetime) -> bool:
    entered = sum(past.entered and at - past.at < timedelta(hours=1) for past in sent)
    return _in_flight(sent, at) >= IN_FLIGHT_NEW + entered


def _sour(sent: Sequence[Past], at: datetime, least: int, share: float) -> bool:
    entered = {past.prefix for past in sent if past.entered}
    unread = Counter(past.prefix for past in sent if not past.entered and at - past.at >= SETTLED)
    sour = sum(count >= SOUR_CODES and prefix not in entered for prefix, count in unread.items())
    return sour >= least and sour >= share * (sour + len(entered))


def _in_flight(sent: Sequence[Past], at: datetime) -> int:
    return sum(not past.entered and at - past.at < SETTLED for past in sent)

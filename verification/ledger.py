"""The ledger of messages to phones: what was sent where, and whether its code was entered."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from config.lib.peppers import every
from risk.lookups.phone import phone_facts
from verification.models import Check, Message, Signup
from verification.pumping import WINDOW, History, Level, Past, prefix_of, proven

LOCK = 0x70756D70  # "pump": who asks for messages waits for each other, so that the counts are exact
DAY = timedelta(days=1)
READ = 200  # messages of a level that are looked at
READ_NEW = 500


def history(signup: Signup, number: str, *, at: datetime) -> History:
    """What was sent to this number's neighbours, and for this caller. In the transaction that sends, one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    levels = {level: sent.filter(at__gt=at - WINDOW) for level, sent in _levels(signup, number).items()}
    new = Message.objects.filter(proven=False, at__gt=at - DAY)
    return History(
        levels={level: _past(sent, READ) for level, sent in levels.items()},
        new_prefixes=_past(new, READ_NEW),
        today={level: sent.filter(at__gt=at - DAY).count() for level, sent in levels.items()},
    )


def write(check: Check, number: str, past: History, *, at: datetime) -> None:
    """A message is going out."""
    facts = phone_facts(number)
    Message.objects.create(
        check_asked=check,
        at=at,
        application=check.signup.application,
        country=(facts and facts.country) or "",
        carrier=(facts and facts.carrier) or "",
        prefix=prefix_of(number),
        proven=proven(past),
    )


def entered(check: Check, *, at: datetime) -> None:
    """The code came through: so did the earlier ones to the same number that it replaced."""
    to = [] if check.recipient is None else every(check.recipient, of=check.spelling)
    sent = Message.objects.filter(check_asked__signup=check.signup_id, check_asked__recipient__in=to)
    sent.filter(entered_at=None).update(entered_at=at)


def withdraw(check: Check) -> None:
    """The message was never sent, and tells nothing of whom it was for."""
    Message.objects.filter(check_asked=check).delete()


def country_of(number: str) -> str:
    """The country of a number, "" where it has none."""
    facts = phone_facts(number)
    return (facts and facts.country) or ""


def _levels(signup: Signup, number: str) -> dict[Level, QuerySet[Message]]:
    facts = phone_facts(number)
    country, carrier = (facts and facts.country) or "", (facts and facts.carrier) or ""
    return {
        Level.PREFIX: Message.objects.filter(prefix=prefix_of(number)),
        # The blocks of a country that belong to no known carrier are one.
        Level.CARRIER: Message.objects.filter(country=country, carrier=carrier),
        Level.COUNTRY: Message.objects.filter(country=country),
        Level.CALLER: Message.objects.filter(application=signup.application),
    }


def _past(sent: QuerySet[Message], most: int) -> list[Past]:
    rows = sent.order_by("-at").values_list("prefix", "country", "at", "entered_at", "proven")[:most]
    return [Past(prefix, country, at, entered is not None, known) for prefix, country, at, entered, known in rows]

"""A person names a mailbox or phone after the signup, or another one than before.

It is evidence like what came with the signup: looked up, counted, judged; and the one before it stays counted too.
"""

from datetime import datetime
from typing import Any

from config.lib.peppers import steady
from risk.gather import learn
from risk.learnt import NOTHING, Learnt
from risk.registration import Registration
from tiers.models import Account
from verification.checks.interface import CodeCheck
from verification.events import Happening, LookupsRequested
from verification.models import Signup
from verification.recheck import redecide
from verification.states import Cause


@steady()
def give(signup: Signup, check: CodeCheck, to: str, *, at: datetime) -> None:
    """Put what the person named in place of what the signup came with, and decide anew. The same again does nothing."""
    person = dict(signup.person)
    if person.get(check.field) == to:
        return
    named = {**person, check.field: to}
    learnt = _learn(signup, named, check, at)

    def change(account: Account) -> list[Happening]:
        Signup.objects.filter(pk=signup.pk).update(person=named)
        return [LookupsRequested(account.account_id, learnt.pending)] if learnt.pending else []

    redecide(signup.account_id, cause=Cause.CHECK, at=at, change=change, learnt=learnt)
    signup.person = named


def _learn(signup: Signup, named: dict[str, Any], check: CodeCheck, at: datetime) -> Learnt:
    """What a test key's signup shows is remembered nowhere."""
    if signup.is_test:
        return NOTHING
    fields: dict[str, Any] = {check.field: named[check.field], "name": named.get("name")}
    registration = Registration(account_id=signup.account.account_id, **fields)
    return learn(registration, subject=signup.account_id, at=at, asks_outside=True)

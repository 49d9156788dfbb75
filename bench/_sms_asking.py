"""Asks for codes as simulated people do, through the real journey and the real database."""

import heapq
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bench._sms_traffic import Try
from config.lib.errors import Problem
from risk.facts import Facts, TokenState
from risk.models import Assessment
from risk.outcome import Outcome
from tiers.ladder import CheckKind
from tiers.models import Account
from verification import codes
from verification.models import Signup, Source
from verification.proving import Asked, answer, ask
from verification.states import SignupState


class Crowd:
    """Signups of people who have solved a proof of work, so that nothing but the ledger stands before a message."""

    def __init__(self) -> None:
        self._entering: list[tuple[datetime, int, int]] = []  # when, check, signup

    def play(self, tries: Iterable[Try], *, counted_from: datetime) -> Counter[str]:
        """Let all try in their order; what came of those from a moment on: "honest sent", "attack held" and so on."""
        counts: Counter[str] = Counter()
        for each in tries:
            self._enter_until(each.at)
            sent = self._ask(each)
            if each.at >= counted_from:
                counts[f"{'honest' if each.honest else 'attack'} {'sent' if sent else 'held'}"] += 1
        return counts

    def _ask(self, each: Try) -> bool:
        signup = _person(each, f"bench-{uuid.uuid4()}")
        try:
            check = ask(signup, Asked(CheckKind.PHONE), at=each.at)
        except Problem:
            return False
        if each.enters_after is not None:
            heapq.heappush(self._entering, (each.at + timedelta(seconds=each.enters_after), check.pk, signup.pk))
        return True

    def _enter_until(self, at: datetime) -> None:
        while self._entering and self._entering[0][0] <= at:
            when, check_pk, signup_pk = heapq.heappop(self._entering)
            prepared = codes.prepare(check_pk, at=when - timedelta(seconds=1))
            if prepared is not None:
                answer(Signup.objects.get(pk=signup_pk), CheckKind.PHONE, {"code": prepared[1]}, at=when)


def _person(each: Try, name: str) -> Signup:
    account = Account.objects.create(
        account_id=name, created_at=each.at, tier="trial", outcome=Outcome.ALLOW, score=1.0, held=False
    )
    facts = Facts(at=each.at, token=TokenState.ABSENT, proofs=("proof_of_work",))
    Assessment.objects.create(
        subject=account.pk, at=each.at, cause="signup", facts=facts.as_json(), policy_digest="", outcome=Outcome.ALLOW,
        score=1.0, prior=0.0, reasons=[], unknown={},
    )  # fmt: skip
    return Signup.objects.create(
        account=account, created_at=each.at, state=SignupState.OPENED, application="bench", source=Source.API,
        person={"phone": each.number},
    )  # fmt: skip

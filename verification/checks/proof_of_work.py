"""Work that the person's computer does: ALTCHA's proof of work, version 2 (altcha.org), signed here.

The computer looks for the one number whose derived key begins as the challenge says. We chose that number, so that the
work has an end that everybody can count on, and kept a signature of the key, so that a right answer is known by one
HMAC. Whoever knows a right answer has done the work, or had it done: it says that somebody spent computing time here,
and nothing of who.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import altcha

from config.lib.crypto import derived_key, derived_keys
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.check_moves import Keep
from verification.checks.interface import Challenge
from verification.models import Check, Signup

ALGORITHM = "PBKDF2/SHA-256"  # what every browser computes natively; memory-hard ones need WebAssembly allowed
CHALLENGE_KEY, ANSWER_KEY = "proof of work challenge", "proof of work answer"
COST = 5_000  # iterations an attempt: enough that calling it costs a browser less than computing it


@dataclass(frozen=True, slots=True)
class Difficulty:
    """From this score on (0 to 100), at most so many attempts; at least half of them, three quarters on average."""

    score: float
    attempts: int


# Attempts a second, all cores: an older phone about 1,000, a laptop 5,000 (docs/adr/0012 has the measurements).
DIFFICULTIES = (
    Difficulty(65, 40_000),
    Difficulty(40, 20_000),
    Difficulty(20, 8_000),
    Difficulty(10, 2_000),
    Difficulty(0, 400),
)


def attempts(score: float) -> int:
    """The most attempts that a challenge for this score takes."""
    return next(step.attempts for step in DIFFICULTIES if score >= step.score)


class ProofOfWorkCheck:
    """Nothing has to be set up for it, and nobody needs to have anything."""

    kind = CheckKind.PROOF_OF_WORK
    answer_field = "solution"
    life = timedelta(minutes=10)

    def on_offer(self) -> bool:
        """Always: it needs no party and no setting."""
        return True

    def challenge(self, signup: Signup, *, at: datetime) -> Challenge:
        """What the widget takes as its `challenge`. Making it costs one attempt."""
        most = attempts(signup.account.score)
        made = altcha.create_challenge(
            ALGORITHM,
            COST,
            counter=most // 2 + secrets.randbelow(most // 2),
            expires_at=at + self.life,
            data={"signup": signup.public_id},
            hmac_secret=derived_key(CHALLENGE_KEY),
            hmac_key_secret=derived_key(ANSWER_KEY),
        )
        return Challenge(shown=made.to_dict(), kept={})

    def right(self, check: Check, answer: Any, *, at: datetime) -> Keep | None:
        """Right is the key that we chose for this check; of what else came with it nothing is believed."""
        del at
        sent = _payload(answer)
        if sent is None:
            return None
        posed = altcha.Challenge.from_dict(check.challenge["shown"])
        judged = (
            altcha.verify_solution(altcha.Payload(posed, sent.solution), challenge, hmac_key_secret=answered)
            for challenge, answered in zip(derived_keys(CHALLENGE_KEY), derived_keys(ANSWER_KEY), strict=True)
        )
        return _nothing_to_keep if any(each.verified for each in judged) else None


def _nothing_to_keep(account: Account) -> bool:
    """The check that was passed is the record of it, and it is passed once."""
    del account
    return True


def _payload(answer: Any) -> altcha.Payload | None:
    """What the widget made: JSON in base64."""
    try:
        return altcha.Payload.from_base64(answer)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


CHECK = ProofOfWorkCheck()

"""The tier of an account as fast as a gateway asks: from this process's own copy, from Valkey's, or from PostgreSQL.

An answer is never older than 5 seconds, wherever it comes from: how old it is goes with it from copy to copy, and no
copy starts its time anew; the policy whose limits it tells is as fresh by itself.

With Valkey away PostgreSQL is asked. With PostgreSQL away what it said last goes on for settings.LAST_KNOWN_SECONDS,
and then everybody has the lowest rung. Nobody is given a higher tier than was last read.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Final

from django.conf import settings

from config.lib.database import DatabaseAway, database
from config.lib.valkey import ValkeyAway
from risk.policies import store
from risk.policies.store import InForce
from tiers import shared
from tiers.finding import Found, find
from tiers.lookup import Basis, TierAnswer, answer_of, lowest
from tiers.readings import Reading, could_be
from tiers.shared import FRESH_SECONDS, Entry

LOOK_AGAIN_SECONDS: Final = 1.0  # how long a last known answer is given before all are asked again
TOGETHER: Final = 32  # copies renewed in one go, nearly at the cost of one
LOOKED_AT: Final = 256  # for those: the oldest copies
AHEAD_SECONDS: Final = 1.5  # those that are over so soon are renewed with others
PACE_SECONDS: Final = 0.02  # no sooner is one renewed that is not over yet: what was asked for at once is over at once
COMPARED: Final = 20_000  # copies that are kept where LOCAL_COPIES is 0
NOTHING: Final = Reading(0)


@dataclass(slots=True)
class Copy:
    """An answer as this process keeps it; None where there is no such account. Times are of time.monotonic()."""

    found: Found
    policy: str  # the digest of the policy that the answer is under
    answer: TierAnswer | None
    until: float  # until when nobody is asked again, if its policy is in force for as long
    last: float  # until when it may go on while PostgreSQL is away
    entry: Entry | None = None  # what Valkey has to have still, where that is asked each time
    asked: bool = False  # since it was made
    head: list[tuple[str, str]] | None = None  # what is the same in the headers of all its replies
    control: tuple[float, str] = (-math.inf, "")  # Cache-Control, and until when it is right as it was written
    is_current: bool = field(init=False)  # says how an account stands now: it is there, and no older than promised

    def __post_init__(self) -> None:
        """What is asked at each call is found out once."""
        self.is_current = self.answer is not None and self.answer.basis is Basis.CURRENT

    def tells(self, reading: Reading, policy: str, basis: Basis) -> bool:
        """Whether its answer is the one to that reading, under that policy and on that basis."""
        if policy != self.policy or not reading.tells_the_same(self.found.reading):
            return False
        return self.answer is None or self.answer.basis is basis

    def counts(self, now: float) -> bool:
        """Whether it may be given then."""
        if now >= self.until or not self.is_current:
            return now < self.until
        policy = store.last_in_force()
        if policy is None or now >= policy.read_at + store.FRESH_SECONDS:
            return False
        return self.policy == policy.active.policy.digest

    def is_due(self, now: float) -> bool:
        """Whether it is over, or will be soon. What is last known holds to its end: nobody has anything newer."""
        return now >= self.until - (AHEAD_SECONDS if self.is_current else 0.0)

    @property
    def fresh_until(self) -> float:
        """Until when neither its reading nor its policy is older than fresh."""
        return min(self.until, _policy_until()) if self.is_current else self.until

    def max_age(self, now: float) -> int:
        """Whole seconds for which a gateway may keep it."""
        return max(0, int(self.fresh_until - now))

    def stale_for(self, now: float) -> int:
        """Whole seconds for which a gateway may go on with it where it gets no answer."""
        return max(0, int(self.last - now))


@dataclass(slots=True)
class Copies:
    """The copies of one process, those made last at the end; at most settings.LOCAL_COPIES of them.

    With LOCAL_COPIES 0 none is given before Valkey was asked. Then a copy saves the work only: it counts where Valkey
    has the very bytes that it was made of, and whatever comes otherwise is made anew.

    A gateway asks for the same accounts again and again. So when one copy is over, those that are over too and were
    asked for are renewed with it: nearly at the cost of one. Those that nobody asked for rest.
    """

    test: bool
    kept: dict[str, Copy] = field(default_factory=dict)
    resting: dict[str, Copy] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    paced_until: float = 0.0  # until when no call renews what is not over yet

    def of(self, account_id: str) -> Copy:
        """The tier of one account. Raises DatabaseAway."""
        copy = self.kept.get(account_id)
        now = time.monotonic()
        if copy is not None and copy.counts(now) and (copy.entry is None or _stand([copy.entry])[0]):
            copy.asked = True
            if not copy.is_due(now) or now < self.paced_until:
                return copy
        self.paced_until = now + PACE_SECONDS
        return self.renewed([account_id, *self._due(now, but=account_id)])[account_id]

    def of_all(self, account_ids: Sequence[str]) -> dict[str, Copy]:
        """The tiers of many. Raises DatabaseAway."""
        found = self._kept(account_ids)
        missing = [name for name in dict.fromkeys(account_ids) if name not in found]
        return {**found, **self.renewed(missing)} if missing else found

    def renewed(self, account_ids: Sequence[str], *, anew: bool = False) -> dict[str, Copy]:
        """The tiers of accounts, asked for now; of PostgreSQL itself where they are to be `anew`.

        Raises:
            DatabaseAway: PostgreSQL is, and this process never knew a policy.

        """
        policy = _policy()
        possible = [name for name in account_ids if could_be(name)]
        left = FRESH_SECONDS if anew else AHEAD_SECONDS
        found = find(possible, test=self.test, left=left) if possible else {}
        made = {name: self._copy(name, found.get(name), policy) for name in possible}
        self._keep(made)
        return made if len(made) == len(account_ids) else {name: made.get(name) or _nobody() for name in account_ids}

    def _kept(self, account_ids: Sequence[str]) -> dict[str, Copy]:
        """The copies that count, of those accounts that have one."""
        now = time.monotonic()
        fresh = {name: copy for name in account_ids if (copy := self.kept.get(name)) and copy.counts(now)}
        entries = {name: copy.entry for name, copy in fresh.items() if copy.entry is not None}
        if entries:
            changed = {name for name, stands in zip(entries, _stand(list(entries.values())), strict=True) if not stands}
            return {name: copy for name, copy in fresh.items() if name not in changed}
        return fresh

    def _due(self, now: float, *, but: str) -> list[str]:
        """What is over or nearly, and was asked for: to be renewed with another. What was not goes to rest."""
        due: list[str] = []
        policy = _policy_digest()
        with self.lock:
            for name, copy in list(islice(self.kept.items(), LOOKED_AT)):
                if len(due) == TOGETHER - 1:
                    break
                if not copy.is_due(now) and copy.policy == policy:
                    continue
                if copy.asked and name != but:
                    copy.asked = False  # so that no other does it too
                    due.append(name)
                elif now >= copy.until:
                    self.resting[name] = self.kept.pop(name)
        return due

    def _copy(self, account_id: str, found: Found | None, policy: InForce) -> Copy:
        before, now = self.kept.get(account_id) or self.resting.get(account_id), time.monotonic()
        latest = _later(found, before.found if before else None)
        if latest is None or now > latest.read_at + settings.LAST_KNOWN_SECONDS:
            return Copy(Found(NOTHING, now), "", lowest(account_id, policy.active), until=now, last=now)
        last = latest.read_at + settings.LAST_KNOWN_SECONDS
        until = latest.read_at + FRESH_SECONDS
        current = now <= min(until, policy.read_at + FRESH_SECONDS)
        basis = Basis.CURRENT if current else Basis.LAST_KNOWN
        if not current:
            until = min(now + LOOK_AGAIN_SECONDS, last)
        entry = None if settings.LOCAL_COPIES else shared.entry(account_id, latest.reading, test=self.test)
        digest = policy.active.policy.digest
        if before and before.tells(latest.reading, digest, basis):
            return Copy(latest, digest, before.answer, until, last, entry, head=before.head)
        return Copy(latest, digest, _answer(account_id, latest, policy, basis), until, last, entry)

    def _keep(self, made: Mapping[str, Copy]) -> None:
        with self.lock:
            for name, copy in made.items():
                if copy.policy:
                    for where in (self.kept, self.resting):
                        where.pop(name, None)  # so that it moves to the end
                    self.kept[name] = copy
            most = settings.LOCAL_COPIES or COMPARED
            while len(self.kept) + len(self.resting) > most:
                idlest = self.resting or self.kept
                del idlest[next(iter(idlest))]


def _later(found: Found | None, before: Found | None) -> Found | None:
    """What was read later, by our clock and by Valkey's: ours is off by how long the answer was under way."""
    if found is None or before is None:
        return found or before
    theirs = before.reading.read_ms
    after = before.read_at > found.read_at and (theirs == 0 or theirs > found.reading.read_ms)
    return before if after else found


def _answer(account_id: str, found: Found, policy: InForce, basis: Basis) -> TierAnswer | None:
    return answer_of(account_id, found.reading, policy.active, basis) if found.reading.exists else None


def _nobody() -> Copy:
    """Of an id that no account can have: as for one that is not there, and not kept."""
    now = time.monotonic()
    return Copy(Found(NOTHING, now), "", None, until=now, last=now)


def _stand(entries: Sequence[Entry]) -> list[bool]:
    """Whether each stands yet; with Valkey away none does."""
    try:
        return shared.stand(entries)
    except ValkeyAway:
        return [False] * len(entries)


def _policy() -> InForce:
    try:
        return database.ask(store.in_force)
    except DatabaseAway:
        last = store.last_in_force()
        if last is None:
            raise
        return last


def _policy_digest() -> str:
    """Of the policy that this process read last."""
    policy = store.last_in_force()
    return policy.active.policy.digest if policy else ""


def _policy_until() -> float:
    """Until when the policy counts that this process read last."""
    policy = store.last_in_force()
    return policy.read_at + store.FRESH_SECONDS if policy else 0.0


def copies_of(*, test: bool) -> Copies:
    """Those of the accounts that test keys see, or of all others."""
    return _test if test else _live


def start_anew() -> None:
    """Know nothing, as a process does that has just started."""
    for copies in (_live, _test):
        copies.kept.clear()
        copies.resting.clear()


_live, _test = Copies(test=False), Copies(test=True)

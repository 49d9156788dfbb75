"""The measured part of bench/containment.py, inside Django."""

import resource
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django is set up first

from risk.models import Ring, RingMember  # noqa: E402 - models can be imported once Django is set up
from risk.rings.states import RingState  # noqa: E402 - as above
from tiers.lookup import look_up  # noqa: E402 - as above
from tiers.models import Account  # noqa: E402 - as above
from verification.containment import RingAct, apply, dismiss, preview  # noqa: E402 - as above
from verification.tasks import contain_rings  # noqa: E402 - as above

ALLOWED = 60.0


def found(members: int) -> Ring:
    """A ring as detection leaves it: every other account is a member."""
    now = timezone.now()
    ring = Ring.objects.create(
        state=RingState.SUSPECTED, score=99.0, confidence=0.99, size=members, found_at=now, changed_at=now
    )
    subjects = Account.objects.order_by("pk").values_list("pk", flat=True)[: 2 * members : 2]
    RingMember.objects.bulk_create(
        RingMember(ring=ring, subject=subject, joined_at=now, weight=9.0) for subject in subjects
    )
    return ring


def timed(what: Callable[[], object]) -> tuple[float, object]:
    """Seconds that something took, and what it gave."""
    started = time.perf_counter()
    given = what()
    return time.perf_counter() - started, given


def main() -> None:
    """Hold, look again, preview and let go; a line each."""
    members = int(sys.argv[1])
    ring = found(members)
    told, _ = timed(lambda: preview(ring.pk, RingAct.CONTAIN))
    worked = time.process_time()
    held, decided = timed(lambda: contain_rings.apply().get(disable_sync_subtasks=False))
    worked = time.process_time() - worked
    key = f"ring:{ring.public_id}"
    last = Account.objects.filter(budget=key).latest("pk")
    answer = look_up(last.account_id, test=False)
    if decided != members or Account.objects.filter(budget=key).count() != members or not answer:
        raise SystemExit(f"{decided} of {members} were decided")
    again, nobody = timed(lambda: apply(ring.pk, timezone.now()))
    dismiss(ring.pk, by="", note="measured", at=timezone.now())
    freed, undone = timed(lambda: contain_rings.apply().get(disable_sync_subtasks=False))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"accounts stored               {Account.objects.count():>12,}")
    print(f"members held                  {decided:>12,} in {held:.1f} s, {members / held:,.0f} a second")
    print(f"of it the worker's processor  {worked:>12.1f} s")
    print(f"the last one's answer         {answer.tier:>12}, {answer.budget_key}")
    print(f"looked at again               {nobody:>12} decided in {again:.2f} s")
    print(f"dismissed                     {undone:>12,} undone in {freed:.1f} s")
    print(f"preview                       {told:>12.1f} s")
    print(f"largest process               {memory:>12.0f} MB")
    scaled = held * 25_000 / members
    print(f"seconds for 25,000 members    {scaled:>12.1f}{'' if members == 25_000 else ' (extrapolated)'}")
    print(f"ratio: {ALLOWED / scaled:.2f}")


if __name__ == "__main__":
    main()

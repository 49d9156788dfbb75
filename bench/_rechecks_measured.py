"""The measured part of bench/rechecks.py, inside Django."""

import math
import resource
import time
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django is set up first

from risk.half_lives import DEFAULT_HALF_LIVES, Evidence  # noqa: E402 - as above
from risk.models import Assessment  # noqa: E402 - models can be imported once Django is set up
from tiers.models import Account  # noqa: E402 - as above
from verification import ageing  # noqa: E402 - as above
from verification.recheck_models import Recheck  # noqa: E402 - as above
from verification.rechecking import look_due  # noqa: E402 - as above

MILLION = 1_000_000
HALF_A_DAY = 43_200  # seconds that beat has for it
AGED = (Evidence.NETWORK, Evidence.DEVICE)


def main() -> None:
    """Take on, have the first look, in which the number of others is news, and then one in which nothing is."""
    accounts, now = Account.objects.count(), timezone.now()
    Account.objects.update(created_at=now)  # else lists say nothing of addresses of half a year ago
    ageing.take_on(now)
    started = time.perf_counter()
    taken = ageing.take_on(now + ageing.SETTLED)
    took_on = time.perf_counter() - started
    written = Recheck.objects.count()
    look_all()
    assessed = Assessment.objects.count()
    looked, seconds = look_all()
    new = Assessment.objects.count() - assessed
    if new or taken != accounts:
        raise SystemExit(f"{new} assessments were written though nothing had changed; {taken} of {accounts} taken on")
    a_day = sum(MILLION / (DEFAULT_HALF_LIVES[evidence].good / timedelta(days=1)) for evidence in AGED)
    print(f"accounts stored               {accounts:>12,}")
    print(f"taken on                      {taken:>12,} in {took_on:.1f} s, {written:,} rows")
    print(f"looked at, nothing changed    {looked:>12,} in {seconds:.1f} s, {looked / seconds:,.0f} a second")
    print(f"assessments written           {new:>12,}")
    print(f"due in a day at a million     {a_day:>12,.0f}")
    print(f"largest process               {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>12.0f} MB")
    print(f"ratio: {looked / seconds * HALF_A_DAY / a_day:.1f}")


def look_all() -> tuple[int, float]:
    """Have all that asks nobody outside due now, and look at it."""
    now = timezone.now()
    Recheck.objects.filter(evidence__in=AGED).update(due_at=now)
    started = time.perf_counter()
    looked = look_due(now, seconds=math.inf).looked
    return looked, time.perf_counter() - started


if __name__ == "__main__":
    main()

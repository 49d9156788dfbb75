"""What is counted by the thousand a second comes to Prometheus whole, a little later."""

import threading
import time

from prometheus_client import CollectorRegistry, Counter

from config.lib.tallies import CountTally, Times, TimeTally, hand_on, keep_handing_on

BOUNDS = (0.1, 1.0)


def times(registry: CollectorRegistry) -> Times:
    return Times("took_seconds", "For the test.", registry=registry, buckets=BOUNDS)


def test_times_come_to_the_buckets_in_which_prometheus_itself_would_have_put_them() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    tally, plain = TimeTally(times(ours), BOUNDS), times(theirs)
    for seconds in (0.05, 0.1, 0.11, 1.0, 7.0):
        tally.add(seconds)
        plain.observe(seconds)
    assert ours.get_sample_value("took_seconds_count") == 0
    hand_on()
    hand_on()
    for bound in ("0.1", "1.0", "+Inf"):
        said = ours.get_sample_value("took_seconds_bucket", {"le": bound})
        assert said == theirs.get_sample_value("took_seconds_bucket", {"le": bound})
    assert ours.get_sample_value("took_seconds_sum") == theirs.get_sample_value("took_seconds_sum")


def test_nothing_is_lost_or_counted_twice_while_threads_count_and_hand_on() -> None:
    registry = CollectorRegistry()
    tally = CountTally(Counter("drawn", "For the test.", registry=registry))

    def count() -> None:
        for _ in range(2_000):
            tally.add()
            if _ % 100 == 0:
                hand_on()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hand_on()
    assert registry.get_sample_value("drawn_total") == 8_000


def test_one_thread_of_a_process_hands_on_by_itself() -> None:
    registry = CollectorRegistry()
    tally = CountTally(Counter("drawn", "For the test.", registry=registry))
    keep_handing_on()
    keep_handing_on()
    assert [thread.name for thread in threading.enumerate()].count("tallies") == 1
    tally.add(3)
    until = time.monotonic() + 10
    while registry.get_sample_value("drawn_total") != 3 and time.monotonic() < until:
        time.sleep(0.05)
    assert registry.get_sample_value("drawn_total") == 3

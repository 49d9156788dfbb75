"""Use is noted in passing and reported whole: nothing waits for it, and what is lost is counted."""

import time
from collections.abc import Callable

from gatehouse_client import Gatehouse, Reporting, Used, sketch
from tests.clients.conftest import Making
from tests.clients.peer import Asked, Peer, Told

PATH = "/v1/usage"
TAKEN = Told(body={"stored": 1, "known": 0, "refused": [], "warnings": []})
GRADE = "You are a careful grader. Score the answer that follows from 1 to 10, and say in one line why. The answer: "


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.01)


def sent(peer: Peer) -> list[dict[str, object]]:
    return [window for asked in peer.calls(PATH) for window in asked.json]


def test_calls_of_an_hour_from_one_address_with_one_client_are_one_window(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, TAKEN)
    client: Gatehouse = client_for()
    usage = client.report_usage()
    assert client.report_usage() is usage
    for number in range(3):
        usage.note(Used("acct_1", 10, 5, ip="72.224.214.33", client="sdk/1", prompt=f"{GRADE}{number}"))
    usage.note(Used("acct_1", ip="72.224.214.34", client="sdk/1"))
    client.close()
    first, second = sorted(sent(peer), key=lambda window: -int(str(window["requests"])))
    assert (first["requests"], first["input_tokens"], first["output_tokens"]) == (3, 30, 15)
    assert first["prompt_sketches"] == [sketch(f"{GRADE}0")]  # the same template with other numbers
    assert (second["requests"], second["prompt_sketches"]) == (1, [])
    assert usage.told.sent == 2


def test_windows_are_sent_when_they_are_over_and_not_before(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, TAKEN)
    usage = client_for().report_usage(Reporting(seconds=1, every=0.05))
    usage.note(Used("acct_1"))
    until(lambda: usage.told.sent == 1)
    usage.note(Used("acct_1"))
    until(lambda: usage.told.sent == 2)
    starts = {str(window["window_start"]) for window in sent(peer)}
    assert len(starts) == 2


def test_windows_of_two_processes_never_have_the_same_start(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, TAKEN)
    for _ in range(2):
        client = client_for()
        client.report_usage().note(Used("acct_1"))
        client.close()
    one, other = (window["window_start"] for window in sent(peer))
    assert one != other


def test_while_gatehouse_is_away_windows_wait_and_are_sent_afterwards(peer: Peer, client_for: Making) -> None:
    peer.broken = Told(503, {"code": "storage_away", "title": "away"})
    usage = client_for().report_usage(Reporting(seconds=1, every=0.05))
    usage.note(Used("acct_1"))
    until(lambda: len(peer.calls(PATH)) >= 3)
    assert (usage.told.sent, usage.told.lost) == (0, 0)
    peer.says(PATH, TAKEN)
    peer.broken = None
    until(lambda: usage.told.sent == 1)


def test_what_is_refused_is_counted_and_does_not_hold_up_the_rest(peer: Peer, client_for: Making) -> None:
    def half(asked: Asked) -> Told:
        return Told(
            body={"stored": 1, "known": 0, "refused": [{"index": 0, "detail": "no such account"}], "warnings": []}
        )

    peer.answers[PATH] = half
    client = client_for()
    usage = client.report_usage()
    for name in ("acct_1", "acct_2"):
        usage.note(Used(name))
    client.close()
    assert (usage.told.sent, usage.told.lost) == (1, 1)


def test_noting_never_waits_and_what_a_full_queue_cannot_take_is_counted(peer: Peer, client_for: Making) -> None:
    peer.says(PATH, Told(body=TAKEN.body, delay=0.2))
    usage = client_for().report_usage(Reporting(calls_waiting=10, seconds=1, every=0.05))
    begun = time.monotonic()
    for _ in range(200_000):
        usage.note(Used("acct_1"))
    assert time.monotonic() - begun < 20
    assert usage.told.dropped > 0


def test_more_windows_than_may_wait_lose_the_oldest(peer: Peer, client_for: Making) -> None:
    peer.broken = Told(503, {"code": "storage_away", "title": "away"})
    client = client_for()
    usage = client.report_usage(Reporting(windows_waiting=5))
    for number in range(8):
        usage.note(Used(f"acct_{number}"))
    client.close()
    assert usage.told.lost == 3

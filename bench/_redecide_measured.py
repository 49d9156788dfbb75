"""The measured part of bench/redecide.py, inside Django."""

import statistics
import sys
import threading
import time
from dataclasses import dataclass, field

import django

django.setup()

import psutil  # noqa: E402 - Django is set up first
from django.test import Client  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from config.lib.auth import create_key  # noqa: E402 - models can be imported once Django is set up
from risk.models import PolicyState, StoredPolicy  # noqa: E402 - as above
from tests.cast import alice  # noqa: E402 - as above
from verification import policy_runs  # noqa: E402 - as above
from verification.models import Check, InboxMessage  # noqa: E402 - as above
from verification.recheck_models import PolicyRun  # noqa: E402 - as above
from verification.tasks import queue_policy_run  # noqa: E402 - as above

ALLOWED = 2.0  # times the p95 without bulk
LONGEST = 60.0  # seconds that a code may take
WARM = 10  # probes that are not counted
MEGABYTE = 2**20


@dataclass
class Memory:
    """What the bulk worker and its children take, looked at twice a second."""

    pid: int
    seen: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Until it is over."""
        while not self.over.wait(0.5):
            worker = psutil.Process(self.pid)
            family = [worker, *worker.children(recursive=True)]
            self.seen.append(max(process.memory_info().rss for process in family) / MEGABYTE)

    def half(self, which: int) -> float:
        """The most in the first or in the second half of the time."""
        middle = len(self.seen) // 2
        return max(self.seen[:middle] if which == 0 else self.seen[middle:])


class People:
    """They sign up and ask for codes, one after the other."""

    def __init__(self) -> None:
        key = create_key(kind="secret", scopes=["signups:write", "signups:read"], application="shop", name="bench")
        self.client = Client(headers={"Authorization": f"Bearer {key}"}, SERVER_NAME="127.0.0.1")
        self.number = 0

    def wait(self) -> float:
        """Seconds that the next one waits for a code."""
        self.number += 1
        place = self.number
        person = alice(
            account_id=f"probe_{place}",
            email=f"probe{place}@gmail.com",
            ip=f"72.{place % 200 + 16}.{place // 200}.33",
            phone=None,
            device=None,
        )
        signup = self._post("/v1/signups", person)
        begun = time.perf_counter()
        self._post(f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
        check = Check.objects.latest("pk")
        while not InboxMessage.objects.filter(key__startswith=f"check-{check.pk}-").exists():
            if time.perf_counter() - begun > LONGEST:
                raise SystemExit("a code did not come")
            time.sleep(0.005)
        return time.perf_counter() - begun

    def _post(self, path: str, body: dict[str, object]) -> dict[str, str]:
        answer = self.client.post(path, body, content_type="application/json")
        if answer.status_code >= 400:
            raise SystemExit(f"{path} answered {answer.status_code}: {answer.content.decode()}")
        said: dict[str, str] = answer.json()
        return said


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def main() -> None:
    """Without, beside, and until all are decided."""
    memory, probes = Memory(int(sys.argv[1])), int(sys.argv[2])
    people = People()
    without = [people.wait() for _ in range(probes + WARM)][WARM:]
    watching = threading.Thread(target=memory.watch)
    watching.start()
    policy = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
    run = policy_runs.start(policy, by="command", at=timezone.now(), why="measured", everybody=True)
    begun = time.perf_counter()
    queue_policy_run(run.pk)
    beside: list[float] = []
    while PolicyRun.objects.filter(pk=run.pk, finished_at=None).exists():
        beside.append(people.wait()) if len(beside) < probes else time.sleep(0.5)
    seconds = time.perf_counter() - begun
    memory.over.set()
    watching.join()
    run.refresh_from_db()
    tell(run, seconds, memory, (without, beside))


def tell(run: PolicyRun, seconds: float, memory: Memory, waits: tuple[list[float], list[float]]) -> None:
    """Lines, and the ratio last."""
    without, beside = ([each * 1000 for each in wait] for wait in waits)
    print(f"accounts decided again     {run.decided:>12,} in {seconds:,.0f} s, {run.unreadable} not readable")
    print(f"rate                       {run.decided / seconds:>12,.0f} a second, one worker")
    print(f"largest process, 1st half  {memory.half(0):>12.0f} MB")
    print(f"largest process, 2nd half  {memory.half(1):>12.0f} MB")
    print(f"a code, without            {p95(without):>12.0f} ms p95, {statistics.median(without):.0f} median")
    print(f"a code, beside             {p95(beside):>12.0f} ms p95, {statistics.median(beside):.0f} median")
    print(f"codes asked for            {len(without):>12} and {len(beside)}")
    print(f"ratio: {ALLOWED * p95(without) / p95(beside):.2f}")


if __name__ == "__main__":
    main()

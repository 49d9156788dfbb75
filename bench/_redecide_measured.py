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
from verification import policy_runs, publishing  # noqa: E402 - as above
from verification.models import Check, InboxMessage  # noqa: E402 - as above
from verification.recheck_models import PolicyRun  # noqa: E402 - as above
from verification.tasks import queue_policy_run  # noqa: E402 - as above

ALLOWED = 2.0  # times the p95 without bulk
LONGEST = 60.0  # seconds that a code may take
WARM = 10  # probes that are not counted
PAUSE = 1.0  # seconds between probes, once there are enough of them, to the end of a run
PRIOR = 0.05  # of the policy that is put in force: every score changes, and who stands by a threshold moves
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


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took, and how long people waited for their codes beside it."""

    run: PolicyRun
    seconds: float
    memory: Memory
    waits: list[float]


def publish() -> PolicyRun:
    """Another prior, put in force for accounts of before too."""
    document = {**StoredPolicy.objects.get(state=PolicyState.ACTIVE).document, "name": "measured", "prior": PRIOR}
    publishing.publish(publishing.draft(document, by="user:1"), by="user:1", before=True)
    return PolicyRun.objects.latest("pk")


def everybody() -> PolicyRun:
    """All decided again by the policy in force."""
    policy = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
    return policy_runs.start(policy, by="command", at=timezone.now(), why="measured", everybody=True)


def measure(run: PolicyRun, people: People, bulk: int, probes: int) -> Measured:
    """One run to its end."""
    memory = Memory(bulk)
    watching = threading.Thread(target=memory.watch)
    watching.start()
    begun = time.perf_counter()
    queue_policy_run(run.pk)
    waits: list[float] = []
    while PolicyRun.objects.filter(pk=run.pk, finished_at=None).exists():
        waits.append(people.wait())
        time.sleep(PAUSE if len(waits) > probes else 0)
    seconds = time.perf_counter() - begun
    memory.over.set()
    watching.join()
    run.refresh_from_db()
    return Measured(run, seconds, memory, waits)


def main() -> None:
    """Without, beside a policy that was put in force, without, beside all being decided again, and without."""
    bulk, probes = int(sys.argv[1]), int(sys.argv[2])
    people = People()
    alone(people, WARM)
    without, beside = alone(people, probes), []
    for name, start in (("a policy put in force", publish), ("everybody again", everybody)):
        measured = measure(start(), people, bulk, probes)
        tell(name, measured)
        beside.append(p95(measured.waits))
        without += alone(people, probes)
    print(f"a code, without            {told(without)}")
    print(f"ratio: {ALLOWED * p95(without) / max(beside):.2f}")


def alone(people: People, probes: int) -> list[float]:
    """Waits with no bulk work beside; taken before, between and after, since machines are never the same twice."""
    return [people.wait() for _ in range(probes)]


def told(seconds: list[float]) -> str:
    """Waits in milliseconds."""
    middle, longest = statistics.median(seconds) * 1000, max(seconds) * 1000
    return f"{p95(seconds) * 1000:>12.0f} ms p95, {middle:.0f} median, {longest:.0f} longest of {len(seconds)}"


def tell(name: str, measured: Measured) -> None:
    """Lines of one run."""
    run, memory = measured.run, measured.memory
    print(f"{name}: {run.looked:,} accounts in {measured.seconds:,.0f} s, {run.decided:,} decided again")
    print(f"  rate                     {run.looked / measured.seconds:>12,.0f} a second; {run.unreadable} not readable")
    print(f"  largest process, halves  {memory.half(0):>12.0f} and {memory.half(1):.0f} MB")
    print(f"  a code, beside           {told(measured.waits)}", flush=True)


if __name__ == "__main__":
    main()

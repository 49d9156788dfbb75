"""The measured part of bench/console.py, inside Django: what is stored beside, and the analyst who opens pages."""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import django

django.setup()

import psutil  # noqa: E402 - Django is set up first
from django.contrib.auth import get_user_model  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above

from bench._console_filled import CROWDED, fill_beside  # noqa: E402 - as above
from bench._local_population import population  # noqa: E402 - as above
from bench.containment import SEED, TAKEN_IN  # noqa: E402 - as above
from bench.signup import free_port, serving  # noqa: E402 - as above
from risk.models import Device, Ring  # noqa: E402 - models can be imported once Django is set up
from tiers.models import Account  # noqa: E402 - as above
from verification.models import Signup  # noqa: E402 - as above
from verification.tasks import add_up_exposure  # noqa: E402 - as above

CASE_MS, SEARCH_MS = 300.0, 200.0  # that are allowed
PAGES_OF_A_LIST = 20  # the same page, again and again
WARM = 10  # pages of each kind that are not counted
SERVED = {"STATEMENT_TIMEOUT_MS": "5000"}
SIGNUPS = "/console/verification/signup/"


class Analyst:
    """Signed in, at one connection that stays open, to a granian whose process is named."""

    def __init__(self, port: int, pid: int) -> None:
        postmaster = Path(os.environ["GATEHOUSE_HOME"]) / "postgres" / "postmaster.pid"
        self.servers = (pid, int(postmaster.read_text().split()[0]))
        client = Client()
        user, _ = get_user_model().objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
        client.force_login(user)
        self.headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}", "Host": "127.0.0.1"}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def open(self, path: str, *, says: str) -> float:
        """Milliseconds that a page takes. Raises RuntimeError where it does not say what it should."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        spent = 1000 * (time.perf_counter() - begun)
        if answer.status != 200 or says not in page:
            raise RuntimeError(f"{path} answered {answer.status}, without {says!r}")
        return spent

    def worked(self) -> float:
        """Milliseconds of processor that the web processes and PostgreSQL's have spent, however busy the machine is."""
        processes = [child for pid in self.servers for child in psutil.Process(pid).children(recursive=True)]
        return 1000 * sum(sum(process.cpu_times()[:2]) for process in processes)


def measure(analyst: Analyst, name: str, pages: Iterable[tuple[str, str]]) -> float:
    """Open pages, each told with what it has to say, and print a line; the p95 in milliseconds."""
    wanted = list(pages)
    for path, says in wanted[:WARM]:
        analyst.open(path, says=says)
    before = analyst.worked()
    spent = [analyst.open(path, says=says) for path, says in wanted[WARM:]]
    processor = (analyst.worked() - before) / len(spent)
    p95 = statistics.quantiles(spent, n=20)[-1]
    middle, longest = statistics.median(spent), max(spent)
    told = f"{middle:>6.0f} ms median {p95:>6.0f} ms p95 {longest:>6.0f} ms longest of {len(spent)}"
    print(f"{name:<34}{told}, {processor:>5.0f} ms of processor a page", flush=True)
    return p95


def cases(dice: random.Random, asked: int) -> list[tuple[str, str]]:
    """Pages of accounts from all over the table."""
    most = Signup.objects.latest("pk").pk
    wanted = Signup.objects.filter(pk__in=dice.sample(range(1, most + 1), 2 * asked)).select_related("account")
    return [(f"{SIGNUPS}{signup.pk}/change/", signup.account.account_id) for signup in wanted.defer("person")][:asked]


def devices(dice: random.Random, asked: int) -> list[int]:
    """Numbers of devices, as pages of cases tell them."""
    most = Device.objects.latest("pk").pk
    known = Device.objects.filter(pk__in=dice.sample(range(1, most + 1), min(most, 4 * asked)))
    return list(known.values_list("value", flat=True)[:asked])


def searches(dice: random.Random, asked: int) -> dict[str, list[tuple[str, str]]]:
    """What to search for, by the way to search, and whose account has to come."""
    people = {f"acct_{place:07d}": person.sent for place, person in enumerate(population(SEED)[:TAKEN_IN])}
    chosen = dice.sample(sorted(people), len(people))
    ids = [account_id for _, account_id in cases(dice, asked)]
    ways = {
        "account id": [(account_id, account_id) for account_id in ids],
        "the beginning of many ids": [(each.partition("-")[0], f">{each.partition('-')[0]}") for each in ids],
        "e-mail address": [(people[each]["email"], each) for each in chosen],
        "phone number": [(people[each]["phone"], each) for each in chosen if people[each]["phone"]],
        "IP address": [(people[each]["ip"], each) for each in chosen],
        "device": [(f"device {number}", "acct_") for number in devices(dice, asked)],
        "an address of many": [(CROWDED, "acct_")] * asked,
        "nobody's": [(f"nobody{place}@example.org", f"nobody{place}@") for place in range(asked)],
    }
    return {
        way: [(f"{SIGNUPS}?{urlencode({'q': typed})}", says) for typed, says in wanted[:asked]]
        for way, wanted in ways.items()
    }


def main() -> None:
    """Fill in what is beside, then cases, searches and lists; a line each."""
    accounts, asked = int(sys.argv[1]), int(sys.argv[2])
    if not Ring.objects.exists():
        begun = time.perf_counter()
        fill_beside(accounts)
        print(f"the rest                      {time.perf_counter() - begun:>8.0f} s", flush=True)
    print(f"accounts stored               {Account.objects.count():>10,}")
    dice, port = random.Random(SEED), free_port()
    large = Ring.objects.get(public_id="rng_00000000")
    with serving("config.wsgi:application", port, SERVED) as pid:
        analyst = Analyst(port, pid)
        case = measure(analyst, "a case", cases(dice, asked))
        search = [measure(analyst, f"search, {way}", wanted) for way, wanted in searches(dice, asked).items()]
        begun = time.perf_counter()
        add_up_exposure()  # as beat has it done every five minutes
        print(f"rings added up by beat        {1000 * (time.perf_counter() - begun):>8.0f} ms", flush=True)
        lists: Sequence[tuple[str, str, str]] = (
            ("signups, the newest", SIGNUPS, "acct_"),
            ("the queue", "/console/verification/case/", "acct_"),
            ("the rings", "/console/risk/ring/", "rng_"),
            (f"a ring of {large.size:,}", f"/console/risk/ring/{large.pk}/change/", large.public_id),
            ("its picture", f"/console/risk/ring/{large.pk}/picture/", "nodes"),
            ("the first page", "/console/", "Today"),
        )
        for name, path, says in lists:
            measure(analyst, name, [(path, says)] * (WARM + PAGES_OF_A_LIST))
    print(f"ratio: {min(CASE_MS / case, SEARCH_MS / max(search)):.2f}")


if __name__ == "__main__":
    main()

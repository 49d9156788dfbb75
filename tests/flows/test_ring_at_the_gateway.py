"""A real nginx holds a ring of two hundred accounts to one account's rate, while honest neighbours pass."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from config.lib.auth import create_key
from risk.models import Ring, RingMember
from risk.rings.states import RingState
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.granian import database_of_this_test, serving
from tests.nginx import Api, api, nginx, require_nginx
from tiers.models import Account
from verification import containment

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

RING, ROUNDS = 200, 3
NEIGHBOURS = ("mary.berry", "tom_okafor", "lin.wei88", "p.novak", "sofia-rossi", "hassan", "jdupont", "akira.s")
FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Gateway:
    """nginx, and the API behind it."""

    port: int
    api: Api

    def call(self, account_id: str, **headers: str) -> int:
        """One call of an account's: its status."""
        caller = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            caller.request(
                "GET", "/v1/messages?account_id=mary.berry", headers={"X-Api-Key": f"key-{account_id}"} | given
            )
            answer = caller.getresponse()
            answer.read()
            return answer.status
        finally:
            caller.close()

    def storm(self, names: list[str], *, at_once: int = 16) -> list[int]:
        """A call of each, many at a time."""
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self.call, names))


@pytest.fixture
def names() -> tuple[list[str], list[str]]:
    """The ring's accounts, and the neighbours': all sign up through the front door."""
    require_nginx()
    ring, honest = [f"acct_ring_{number}" for number in range(RING)], list(NEIGHBOURS)
    shop = client_with(create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests"))
    for number, name in enumerate([*honest, *ring]):
        person = alice(account_id=name, email=f"{name}@gmail.com", device=None, phone=None, ip=f"72.224.{number}.33")
        assert post(shop, "/v1/signups", person).status_code == 201
    assert set(Account.objects.filter(account_id__in=honest).values_list("tier", flat=True)) == {"trial"}
    return ring, honest


@pytest.fixture
def gateway(names: tuple[list[str], list[str]]) -> Iterator[Gateway]:
    key = create_key(kind="secret", scopes=["tiers:read"], application="gateway", name="tests")
    environment = {"DATABASE_URL": database_of_this_test(), "REDIS_URL": django_settings.REDIS_URL}
    accounts = {f"key-{name}": name for part in names for name in part} | {"key-nobody": "nobody"}
    with (
        tempfile.TemporaryDirectory(prefix="gh-") as folder,
        serving(environment) as gatehouse,
        api() as behind,
        nginx(Path(folder), gatehouse=gatehouse, upstream=behind.port, accounts=accounts, key=key) as port,
    ):
        yield Gateway(port, behind)


def contain(names: list[str]) -> Ring:
    """They are found to be one operator's, and held together."""
    at = timezone.now()
    ring = Ring.objects.create(
        state=RingState.SUSPECTED, score=97.0, confidence=0.9, size=len(names), found_at=at, changed_at=at
    )
    members = Account.objects.filter(account_id__in=names)
    RingMember.objects.bulk_create(RingMember(ring=ring, subject=one.pk, joined_at=at, weight=4.2) for one in members)
    assert containment.contain(ring.pk, timezone.now())
    assert containment.apply(ring.pk, timezone.now()) == len(names)
    return ring


def test_a_ring_of_two_hundred_gets_what_one_account_gets_and_honest_neighbours_pass(
    names: tuple[list[str], list[str]], gateway: Gateway
) -> None:
    ring, honest = names
    before = gateway.storm(ring)
    assert before.count(200) == RING, "before it is found, each of them has a budget of its own"
    contain(ring)
    time.sleep(FRESH_SECONDS)
    gateway.api.reached.clear()
    begun = time.monotonic()
    statuses = [status for _ in range(ROUNDS) for status in gateway.storm(ring)]
    neighbours = [gateway.call(name) for name in honest for _ in range(3)]
    took = time.monotonic() - begun
    limit = Account.objects.filter(account_id__in=ring).values_list("tier", flat=True).distinct()
    assert list(limit) == ["restricted"], "one request a minute"
    most = 1 + int(took // 60) + 1
    reached = sum(count for name, count in gateway.api.reached.items() if "ring" in name)
    assert 1 <= reached <= most
    assert (statuses.count(200), statuses.count(429)) == (reached, ROUNDS * RING - reached)
    assert neighbours == [200] * len(neighbours)


def test_accounts_of_a_ring_on_a_higher_rung_share_that_rung_s_budget(
    names: tuple[list[str], list[str]], gateway: Gateway
) -> None:
    ring, honest = names
    Account.objects.filter(account_id__in=ring).update(tier="basic", budget="ring:rng_1", version=2)
    Account.objects.filter(account_id__in=honest).update(tier="basic", version=2)
    begun = time.monotonic()
    granted = gateway.storm(ring, at_once=1).count(200)  # the tier's concurrency is another limit, tried below
    assert 30 <= granted <= 30 + (time.monotonic() - begun) / 2 + 1
    assert [gateway.call(honest[0]) for _ in range(10)] == [200] * 10


def test_nobody_gets_past_by_what_they_send(names: tuple[list[str], list[str]], gateway: Gateway) -> None:
    """A caller cannot name another account, tier, budget or key; who is unknown or blocked gets no further."""
    ring, honest = names
    Account.objects.filter(account_id=ring[0]).update(tier="blocked", version=2)
    Account.objects.filter(account_id=ring[1]).update(tier="trial", version=2)
    sent = {
        "X_Account_Id": honest[0],
        "X_Gatehouse_Tier": "trusted",
        "X_Gatehouse_Budget_Key": "another",
        "X_Gatehouse_Key": "gh_sk_live_nonsense",
        "Authorization": "Bearer their-own",
    }
    assert gateway.call(ring[0], **sent) == 403
    assert gateway.call("nobody", **sent) == 403
    assert gateway.call("stranger", **sent) == 401
    assert gateway.api.headers == []
    assert [gateway.call(ring[1], **sent) for _ in range(7)] == [200] * 6 + [429]
    passed = gateway.api.headers[0]
    assert passed["X-Gatehouse-Tier"] == "trial"
    assert passed["X-Gatehouse-Budget-Key"] == f"account:{ring[1]}"
    assert passed["X-Account-Id"] == ring[1]
    assert passed["Authorization"] == "Bearer their-own"


def test_calls_at_once_are_held_to_the_tier_s_concurrency_over_the_ring(
    names: tuple[list[str], list[str]], gateway: Gateway
) -> None:
    ring, _ = names
    Account.objects.filter(account_id__in=ring).update(tier="basic", budget="ring:rng_1", version=2)
    gateway.api.seconds = 2.0
    assert sorted(gateway.storm(ring[:10])) == [200] * 3 + [429] * 7

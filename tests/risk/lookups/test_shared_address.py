"""How likely strangers share an address: learnt from people of good standing, and not for sale in bulk."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from risk.facts import NetworkFacts
from risk.identifiers import IdentifierKind
from risk.lookups.shared_address import SETTLED, SLOTS, Address, Neighbour, estimate, likelihoods, people, prior
from risk.models import Assessment, Identifier

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
HERE = 77
HOME = NetworkFacts(scope="public", version=4, as_kind="home")
DAY = timedelta(days=1)
_values = count(1_000_000)


def came(
    subject: int,
    age: timedelta,
    *,
    proofs: Iterable[str] = ("email", "phone"),
    outcome: str = "allow",
    device: int | None = None,
    kind: IdentifierKind = IdentifierKind.ADDRESS,
) -> None:
    """Somebody came from here, with a device and a phone of his own unless told otherwise."""
    at = NOW - age
    shown = {IdentifierKind.DEVICE: device or next(_values), IdentifierKind.PHONE: next(_values), kind: HERE}
    Identifier.objects.bulk_create(
        Identifier(subject=subject, kind=each, value=value, at=at) for each, value in shown.items()
    )
    Assessment.objects.create(
        subject=subject,
        at=at,
        cause="signup",
        facts={"proofs": list(proofs)},
        policy_digest="",
        outcome=outcome,
        score=1.0,
        prior=0.02,
        reasons=[],
        unknown={},
    )


def likelihood(network: NetworkFacts = HOME) -> float:
    kind = IdentifierKind.NETWORK if network.version == 6 else IdentifierKind.ADDRESS
    (found,) = likelihoods([Address(NOW, network, {kind: HERE})])
    assert found is not None
    return found


def neighbour(number: int, *, allowed: bool = True, proofs: Iterable[str] = ("phone",)) -> Neighbour:
    return Neighbour(number, allowed, frozenset(proofs), frozenset({number}))


@pytest.mark.django_db
def test_a_home_that_nobody_came_from_is_a_home() -> None:
    assert likelihood() == prior(HOME) == 0.05


@pytest.mark.django_db
def test_strangers_who_come_for_months_make_an_address_shared() -> None:
    for number in range(30):
        came(number, SETTLED + number * 2.5 * DAY)
    assert likelihood() > 0.9


@pytest.mark.django_db
def test_a_family_does_not() -> None:
    for number in range(5):
        came(number, SETTLED + number * 10 * DAY)
    assert likelihood() < 0.1


@pytest.mark.django_db
@pytest.mark.parametrize("age", [timedelta(minutes=5), 20 * DAY], ids=["just now", "three weeks ago"])
def test_a_burst_of_accounts_from_one_address_does_not_raise_it(age: timedelta) -> None:
    for number in range(300):
        came(number, age + timedelta(seconds=number))
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
def test_a_flood_does_not_take_a_shared_address_from_its_people() -> None:
    for number in range(30):
        came(number, SETTLED + number * 2.5 * DAY)
    for number in range(100, 300):
        came(number, 20 * DAY + timedelta(seconds=number), proofs=[], outcome="review")
    assert likelihood() > 0.9


@pytest.mark.django_db
def test_made_up_devices_without_costly_proofs_do_not_raise_it_however_patient_their_maker() -> None:
    for number in range(90):
        came(number, SETTLED + number * DAY, proofs=["email"])
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
def test_one_device_under_many_names_is_one_person() -> None:
    for number in range(40):
        came(number, SETTLED + number * 2 * DAY, device=5)
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
def test_accounts_that_were_found_out_speak_for_nobody() -> None:
    for number in range(40):
        came(number, SETTLED + number * 2 * DAY, outcome="review")
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
def test_what_was_decided_last_counts() -> None:
    for number in range(40):
        came(number, SETTLED + number * 2 * DAY)
    shared = likelihood()
    Assessment.objects.bulk_create(
        Assessment(
            subject=number,
            at=NOW,
            cause="ring",
            facts={"proofs": ["phone"]},
            policy_digest="",
            outcome="deny",
            score=99,
            prior=0.02,
            reasons=[],
            unknown={},
        )
        for number in range(40)
    )
    assert shared > 0.9
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
def test_nobody_counts_who_came_too_long_ago_or_elsewhere() -> None:
    for number in range(40):
        came(number, SETTLED + SLOTS * 4 * DAY + number * DAY)
    assert likelihood() == prior(HOME)
    assert likelihoods([Address(NOW, HOME, {IdentifierKind.ADDRESS: 78})]) == [0.05]


@pytest.mark.django_db
def test_ipv6_is_learnt_by_its_64() -> None:
    six = NetworkFacts(scope="public", version=6, as_kind="home")
    for number in range(40):
        came(number, SETTLED + number * 2 * DAY, kind=IdentifierKind.NETWORK)
    assert likelihood(six) > 0.9
    assert likelihood() == prior(HOME)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 20])
def test_a_batch_of_any_size_asks_once(size: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        likelihoods([Address(NOW, HOME, {IdentifierKind.ADDRESS: number}) for number in range(size)])
    assert len(queries) == 1


@pytest.mark.django_db
def test_without_addresses_nothing_is_asked() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert likelihoods([Address(NOW, None, {}), Address(NOW, NetworkFacts(scope="malformed"), {})]) == [None, None]
    assert not queries


@pytest.mark.django_db
def test_nobody_is_looked_for_where_the_kind_of_network_tells_enough() -> None:
    mobile = NetworkFacts(scope="public", version=4, as_kind="mobile")
    with CaptureQueriesContext(connection) as queries:
        assert likelihoods([Address(NOW, mobile, {IdentifierKind.ADDRESS: HERE})]) == [0.8]
    assert not queries


@pytest.mark.django_db
def test_each_of_a_batch_gets_its_own_answer() -> None:
    for number in range(40):
        came(number, SETTLED + number * 2 * DAY)
    quiet = Address(NOW, HOME, {IdentifierKind.ADDRESS: 78})
    busy = Address(NOW, HOME, {IdentifierKind.ADDRESS: HERE})
    before, shared, after = likelihoods([quiet, busy, quiet])
    assert before == after == 0.05
    assert shared
    assert shared > 0.9


@pytest.mark.parametrize(
    ("network", "least", "most"),
    [
        pytest.param(NetworkFacts(scope="shared", version=4), 1.0, 1.0, id="carrier NAT's own range"),
        pytest.param(NetworkFacts(scope="public", version=4, as_kind="mobile"), 0.5, 0.95, id="mobile"),
        pytest.param(NetworkFacts(scope="public", version=6, as_kind="mobile"), 0.0, 0.49, id="mobile, IPv6"),
        pytest.param(NetworkFacts(scope="public", version=4, as_kind="campus"), 0.5, 0.95, id="campus"),
        pytest.param(NetworkFacts(scope="public", version=4, as_kind="hosting", services=("vpn",)), 0.5, 0.9, id="VPN"),
        pytest.param(NetworkFacts(scope="public", version=4, as_kind="hosting"), 0.0, 0.3, id="hosting"),
        pytest.param(NetworkFacts(scope="public"), 0.0, 0.3, id="not known"),
    ],
)
def test_the_kind_of_network_tells_before_anybody_came(network: NetworkFacts, least: float, most: float) -> None:
    found = estimate(network, [])
    assert found is not None
    assert least <= found <= most


def test_a_private_address_is_no_matter_of_sharing() -> None:
    assert estimate(NetworkFacts(scope="private"), []) is None


def test_it_takes_thirteen_proven_strangers_to_make_a_home_likely_shared() -> None:
    assert estimate(HOME, map(neighbour, range(12))) == pytest.approx(0.464, abs=0.01)
    assert (estimate(HOME, map(neighbour, range(13))) or 0) > 0.5


def test_who_showed_nothing_or_shares_anything_is_nobody_new() -> None:
    nobody = Neighbour(1, allowed=True, proofs=("phone",), shown=frozenset())
    couple = [Neighbour(2, True, ("phone",), frozenset({7, 8})), Neighbour(3, True, ("phone",), frozenset({8, 9}))]
    assert people([nobody, *couple]) == 1


def test_the_unproven_are_together_less_than_a_household() -> None:
    assert people(neighbour(number, proofs=["email"]) for number in range(4)) == 1
    assert people(neighbour(number, proofs=[]) for number in range(1000)) == 3

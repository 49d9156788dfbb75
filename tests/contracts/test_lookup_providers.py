"""Every party that lookups are asked of, real and offline, keeps the same promises, by itself and through the journey.

The real ones speak to a peer on this machine, which is stopped, slowed and garbled.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.models import Errand
from risk.facts import MailDomainFacts
from risk.models import Assessment
from risk.outside import LOOKUPS
from tests import nameserver, twilio_peer
from tests.cast import alice
from tests.conftest import post
from tests.mailserver import AskedServer, mail_server
from verification.providers import LOOKUP_PROVIDERS, dns, lookup_provider, twilio_lookup
from verification.providers.dns import DnsMailDomain
from verification.providers.interface import LookupProvider, ProviderRefused, ProviderUnavailable
from verification.providers.offline_lookups import OfflineMailDomain, OfflinePhoneLine
from verification.providers.smtp_probe import SmtpProbe
from verification.providers.twilio_lookup import FIELDS, TwilioLookup
from verification.tasks import ask_outside

NUMBER = "+14155552671"
LONGEST_SECONDS = 6.0  # that a party without an answer holds a worker up


@dataclass
class Peer:
    """Whoever is on the other side, and how to make it misbehave."""

    lookup: str
    provider: LookupProvider
    known: str
    unknown: str
    telling: dict[str, Any]  # an alice whose value the party speaks against
    well: Callable[[], None]
    stop: Callable[[], None]
    slow: Callable[[], None]
    garble: Callable[[], None]


@pytest.fixture(autouse=True)
def fresh_providers() -> Iterator[None]:
    """Whom a test chose is forgotten after it."""
    lookup_provider.cache_clear()
    yield
    lookup_provider.cache_clear()


@pytest.fixture
def dns_peer() -> Iterator[Peer]:
    with nameserver.name_server() as server:

        def well() -> None:
            server.mood = nameserver.Mood.WELL
            if not server._thread.is_alive():
                server.start()

        yield Peer(
            "mail_domain",
            DnsMailDomain(servers=[("127.0.0.1", server.port)]),
            "plain.org",
            "nowhere.org",
            {"email": "alice.archer@null.org"},
            well,
            server.stop,
            lambda: setattr(server, "mood", nameserver.Mood.SILENT),
            lambda: setattr(server, "mood", nameserver.Mood.GARBLED),
        )


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with twilio_peer.twilio_peer(monkeypatch) as peer:

        def well() -> None:
            peer.mood = twilio_peer.Mood.WELL
            if not peer._thread.is_alive():
                peer.start()

        yield Peer(
            "phone_line",
            TwilioLookup(account_sid="AC0", auth_token="x", fields=FIELDS),
            NUMBER,
            "+14155552672",
            {"phone": NUMBER},
            well,
            peer.stop,
            lambda: setattr(peer, "mood", twilio_peer.Mood.SLOW),
            lambda: setattr(peer, "mood", twilio_peer.Mood.GARBLED),
        )


@pytest.fixture(params=["dns_peer", "twilio"])
def real(request: pytest.FixtureRequest) -> Peer:
    found: Peer = request.getfixturevalue(request.param)
    return found


OFFLINE = [
    ("mail_domain", OfflineMailDomain(), ["plain.org", "nomail.org", "nowhere.org", "catchall.org", "minutes.org"]),
    ("phone_line", OfflinePhoneLine(), [f"+1415555{last}" for last in ("0001", "0002", "0003", "0004", "2671")]),
]


def of_its_form(lookup: str, answer: Any) -> bool:
    """The answer is what its lookup promises, and the same again when it has been stored."""
    form = LOOKUPS[lookup].form
    return isinstance(answer, form) and msgspec.convert(msgspec.to_builtins(answer), form) == answer


@pytest.mark.parametrize(("lookup", "provider", "values"), OFFLINE, ids=lambda value: type(value).__name__)
def test_an_offline_party_answers_in_the_lookups_form_and_can_be_away(
    lookup: str, provider: LookupProvider, values: list[str]
) -> None:
    answers = [provider.look(value) for value in values]
    assert all(of_its_form(lookup, answer) for answer in answers)
    assert len(set(answers)) == len(values)
    with pytest.raises(ProviderUnavailable):
        provider.look("away.example" if lookup == "mail_domain" else "+14155550009")


def test_a_real_party_answers_in_the_lookups_form(real: Peer) -> None:
    assert of_its_form(real.lookup, real.provider.look(real.known))


def test_a_value_that_nobody_has_is_an_answer_or_a_refusal_never_a_failure(real: Peer) -> None:
    try:
        assert real.provider.look(real.unknown) == MailDomainFacts(exists=False, takes_mail=False)
    except ProviderRefused:
        assert real.lookup == "phone_line"


@pytest.mark.parametrize("harm", ["stop", "slow", "garble"])
def test_a_party_that_is_stopped_slow_or_garbled_is_unavailable_within_a_bounded_time(real: Peer, harm: str) -> None:
    getattr(real, harm)()
    begun = time.monotonic()
    with pytest.raises(ProviderUnavailable) as away:
        real.provider.look(real.known)
    assert time.monotonic() - begun < LONGEST_SECONDS
    assert real.known not in str(away.value)  # it ends in logs


def test_a_party_that_comes_back_answers_again(real: Peer) -> None:
    real.stop()
    with pytest.raises(ProviderUnavailable):
        real.provider.look(real.known)
    real.well()
    assert of_its_form(real.lookup, real.provider.look(real.known))


@pytest.mark.parametrize(("lookup", "who"), sorted(LOOKUP_PROVIDERS))
def test_every_party_can_be_chosen_by_settings_alone(settings: Settings, lookup: str, who: str) -> None:
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC0", "x"
    settings.OUTSIDE_LOOKUPS = {**settings.OUTSIDE_LOOKUPS, lookup: who}
    assert callable(lookup_provider(lookup).look)


@pytest.fixture
def asks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Peer], None]:
    """The journey asks this peer and nobody else, and does not wait as long for it as in life."""
    monkeypatch.setattr(dns, "LOOK_SECONDS", 0.4)
    monkeypatch.setattr(dns, "ALIVE_SECONDS", 0.2)
    monkeypatch.setattr(twilio_lookup, "TIMEOUT_SECONDS", 0.4)

    def choose(peer: Peer) -> None:
        if peer.lookup == "phone_line":
            peer.provider = TwilioLookup(account_sid="AC0", auth_token="x", fields=FIELDS)
        settings.OUTSIDE_LOOKUPS = {**dict.fromkeys(LOOKUPS, "off"), peer.lookup: "peer"}
        monkeypatch.setitem(LOOKUP_PROVIDERS, (peer.lookup, "peer"), lambda: peer.provider)

    return choose


def last_facts() -> dict[str, Any]:
    facts: dict[str, Any] = Assessment.objects.order_by("-id").values_list("facts", flat=True)[0]
    return facts


@pytest.mark.parametrize("harm", ["stop", "slow", "garble"])
def test_a_signup_goes_on_while_the_party_is_away_and_its_answer_decides_anew_when_it_comes(
    real: Peer,
    harm: str,
    asks: Callable[[Peer], None],
    shop: APIClient,
    relay: Callable[[], int],
    catch_up: Callable[[], int],
) -> None:
    asks(real)
    getattr(real, harm)()
    begun = time.monotonic()
    signup = post(shop, "/v1/signups", alice(**real.telling)).json()
    assert time.monotonic() - begun < 1  # nobody was asked on the way to the answer
    assert (signup["outcome"], signup["provisional"]) == ("allow", True)

    relay()
    again = Errand.objects.get()
    assert (again.task, again.args[1:]) == (ask_outside.name, [real.lookup, 2])
    assert again.due_at > timezone.now()
    waiting = shop.get(f"/v1/signups/{signup['id']}").json()
    assert (waiting["outcome"], waiting["provisional"]) == ("allow", True)
    assert last_facts()["missing"] == {real.lookup: "pending"}

    real.well()
    catch_up()
    settled = shop.get(f"/v1/signups/{signup['id']}").json()
    assert not settled["provisional"]
    assert settled["score"] > signup["score"]
    assert last_facts()[real.lookup] is not None
    assert Assessment.objects.count() == 2


def test_a_party_that_refuses_leaves_the_fact_unknown_at_once(
    twilio: Peer, asks: Callable[[Peer], None], shop: APIClient, catch_up: Callable[[], int]
) -> None:
    asks(twilio)
    signup = post(shop, "/v1/signups", alice(phone="+14155552672")).json()
    catch_up()
    assert shop.get(f"/v1/signups/{signup['id']}").json()["outcome"] == "allow"
    assert last_facts()["missing"] == {"phone_line": "no answer"}


@pytest.fixture
def asked_server() -> Iterator[AskedServer]:
    with mail_server() as running:
        yield running


@pytest.mark.parametrize(("reply", "expected"), [("250 OK", True), ("550 5.1.1 nobody", False), ("451 later", None)])
def test_with_smtp_the_domains_own_server_is_asked_too_and_its_silence_costs_only_its_own_answer(
    asked_server: AskedServer,
    reply: str,
    expected: bool | None,  # noqa: FBT001 - a case's value
) -> None:
    asked_server.reply = reply
    with nameserver.name_server() as server:
        answer = _with_smtp(server.port, asked_server.port).look("here.org")
    assert answer == MailDomainFacts(
        exists=True, takes_mail=True, mail_host="here.org", takes_anything=expected, host_disposable=False
    )


def test_public_mailbox_providers_are_never_probed(asked_server: AskedServer) -> None:
    with nameserver.name_server() as server:
        assert _with_smtp(server.port, asked_server.port).look("gmail.com").takes_anything is None
    assert asked_server.asked == []


def test_a_mail_server_that_a_stranger_put_on_this_machine_is_never_spoken_to(asked_server: AskedServer) -> None:
    with nameserver.name_server() as server:
        probe = SmtpProbe(hello="gatehouse.example", port=asked_server.port)
        careless = DnsMailDomain(servers=[("127.0.0.1", server.port)], probe=probe, reachable=lambda _: True)
        assert careless.look("here.org").takes_anything is None
    assert asked_server.asked == []


def _with_smtp(dns_port: int, smtp_port: int) -> DnsMailDomain:
    """Asks this machine's mail server, which only tests may."""
    probe = SmtpProbe(hello="gatehouse.example", port=smtp_port, reachable=lambda _: True, seconds=2)
    return DnsMailDomain(servers=[("127.0.0.1", dns_port)], probe=probe, reachable=lambda _: True)

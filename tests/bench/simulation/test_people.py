"""What one person sends."""

from bench.simulation.networks import NETWORKS
from bench.simulation.people import FIELDS, own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_everything_that_a_product_knows_is_sent(world: World) -> None:
    at = world.at(1)
    sent = [signup(world, person(world), at) for _ in range(300)]
    assert all(line.keys() == set(FIELDS) for line in sent)
    assert all(any(line[name] for line in sent) for name in FIELDS)
    assert any(line["phone"] is None for line in sent)
    assert any(line["payment"] is None for line in sent)


def test_what_is_settled_is_sent_as_it_is(world: World) -> None:
    who, at = person(world, BY_CODE["DE"]), world.at(1)
    seen = own_browser(world, who, at)
    sent = signup(world, who, at, ip="87.128.0.1", browser=seen, phone=None, payment=None, email="a@example.com")
    assert (sent["ip"], sent["email"], sent["phone"], sent["payment"]) == ("87.128.0.1", "a@example.com", None, None)
    assert sent["user_agent"] == seen.user_agent


def test_somebody_is_from_where_people_are_awake(world: World) -> None:
    night_in_japan = world.at(18 / 24)
    codes = [person(world, at=night_in_japan).country.code for _ in range(500)]
    assert codes.count("JP") < 15
    assert {network.place for network in NETWORKS} > set(codes)
